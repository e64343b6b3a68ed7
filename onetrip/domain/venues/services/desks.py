"""What a lead says of the desks themselves."""

from collections.abc import Sequence
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.venues.errors import DeskUnknown
from onetrip.domain.venues.models import Desk
from onetrip.domain.venues.services.leading import lock_venue_to_lead
from onetrip.domain.venues.states import Competence, DeskKind


@use_case
def set_backs_up(
    *, desk_id: int, venue_code: str, competences: Sequence[str], by: Actor, at: datetime
) -> None:
    """Say which other lines a video post helps out in; from the officer's next coming on duty. What is no competence,
    or the post's own, is left out. Raises VenueUnknown, NotAllowed, DeskUnknown (no video post of this venue).
    """
    venue = lock_venue_to_lead(venue_code=venue_code, by=by)
    desk = Desk.objects.filter(pk=desk_id, venue=venue, kind=DeskKind.VIDEO).first()
    if desk is None:
        raise DeskUnknown(field="desk")
    wanted = set(competences) - set(desk.competences)
    desk.backs_up = [word for word in Competence.values if word in wanted]
    desk.save(update_fields=["backs_up"])
    record(verb="desk.backs_up", subject=f"desk:{desk_id}", by=by, at=at, detail={"backs_up": desk.backs_up})
