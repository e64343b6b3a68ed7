"""Several errands of one citizen in one visit."""

from collections.abc import Sequence
from datetime import datetime

from onetrip.core.audit import Actor
from onetrip.core.unit import use_case
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.states import Channel
from onetrip.domain.booking.views import Matter
from onetrip.domain.cases import rules
from onetrip.domain.cases.errors import CaseClosed, FeeDue
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.services.errand import own_case
from onetrip.domain.cases.services.fees import fee_line
from onetrip.domain.cases.services.visit import check_territory
from onetrip.domain.cases.states import BEFORE_BOOKING


@use_case
def hold_together(
    *,
    case_ids: Sequence[str],
    citizen_id: int,
    slot_id: str,
    persons: int = 1,
    subdistrict_code: str | None = None,
    channel: Channel = Channel.PHONE,
    by: Actor,
    at: datetime,
) -> list[str]:
    """Hold places for several errands, one after the other from this slot on; return the appointments' ids.

    The first errand is the one the times were looked up for; `persons` counts for it. All or none, from the quota of
    `channel`. Raises CaseClosed, WrongVenue, NotFound, what booking raises, and by phone FeeDue for an errand that is
    paid before its place is confirmed (at a counter: paid at the window, fees.refuse_unpaid).
    """
    rows = [own_case(case_id, citizen_id) for case_id in dict.fromkeys(case_ids)]
    matters = []
    for number, row in enumerate(rows):
        if row.state not in BEFORE_BOOKING:
            raise CaseClosed()
        if channel == Channel.PHONE and fee_line(row).pay == rules.BEFORE and fee_line(row).fen:
            raise FeeDue()
        minutes = check_territory(row, slot_id, subdistrict_code or row.subdistrict_code)
        units = booking.units_for(minutes=minutes, persons=1 if number else persons)
        matters.append(Matter(row.competence, units, row.item_code, row.item_name))
    held = booking_services.hold_visit(
        slot_id=slot_id, citizen_id=citizen_id, matters=matters, channel=channel, by=by, at=at
    )
    for row, appointment_id in zip(rows, held, strict=True):
        Case.objects.filter(pk=row.pk).update(
            appointment_id=booking.appointment_key(appointment_id),
            subdistrict_code=subdistrict_code or row.subdistrict_code,
            changed_at=at,
        )
    return held
