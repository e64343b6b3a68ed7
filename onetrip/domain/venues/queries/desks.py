"""Who: desks, their competences and their rosters."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from onetrip.domain.venues.errors import DeskUnknown
from onetrip.domain.venues.models import Desk, RosterEntry
from onetrip.domain.venues.queries.rows import desk_card, desk_rows, roster_line, venue_row
from onetrip.domain.venues.states import Competence, DeskKind
from onetrip.domain.venues.views import DeskCard, RosterLine


def desk(desk_id: int) -> DeskCard:
    """Return one desk; raises DeskUnknown."""
    row = Desk.objects.select_related("venue").filter(pk=desk_id).first()
    if row is None:
        raise DeskUnknown()
    return desk_card(row)


def desks_by_id(desk_ids: Iterable[int]) -> dict[int, DeskCard]:
    """Return desks by their row numbers; those that never were are left out. One query."""
    return {row.pk: desk_card(row) for row in desk_rows().filter(pk__in=set(desk_ids))}


def desks_of(venue_code: str, *, kind: str | None = None) -> list[DeskCard]:
    """Return the desks of a venue, windows and video posts or one of the two kinds."""
    return [desk_card(row) for row in desk_rows(kind=kind, venue_code=venue_code)]


def desks_for_staff(user_id: int) -> list[DeskCard]:
    """Return the desks where this member of staff is on the roster."""
    rows = desk_rows().filter(Exists(RosterEntry.objects.filter(desk=OuterRef("pk"), staff_id=user_id)))
    return [desk_card(row) for row in rows]


def posts_for(competence: str) -> list[DeskCard]:
    """Return the video posts that may take a call of this kind."""
    return [desk_card(row) for row in desk_rows(competence=competence, kind=DeskKind.VIDEO)]


def competences_of(venue_code: str) -> list[str]:
    """Return what the windows of a venue can handle, in the fixed order of the competences."""
    found = {
        word for row in desk_rows(kind=DeskKind.WINDOW, venue_code=venue_code) for word in row.competences
    }
    return [word for word in Competence.values if word in found]


def roster_of(*, venue_code: str, since: date) -> list[RosterLine]:
    """Return the weekly roster of a venue and its entries for single days from `since` on."""
    rows = (
        RosterEntry.objects.filter(desk__venue=venue_row(venue_code))
        .filter(Q(day=None) | Q(day__gte=since))
        .select_related("desk", "staff")
        .order_by("desk__kind", "desk_id", "day", "weekday", "starts")
    )
    return [roster_line(row) for row in rows]
