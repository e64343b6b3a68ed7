"""What else a citizen could settle at the same visit."""

from onetrip.domain.booking.states import LIVE, Channel
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.states import BEFORE_BOOKING
from onetrip.domain.cases.views import OtherErrand
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Territory


def others_to_book(
    *, case_id: str, citizen_id: int, venue_code: str, channel: str = Channel.PHONE
) -> list[OtherErrand]:
    """Return the citizen's other open errands that are not booked and that this venue may settle, the newest first.

    What is paid before the visit is left out where people book by phone: its place is confirmed by paying. At a counter
    it is paid at the window.
    """
    rows = (
        Case.objects.filter(citizen_id=citizen_id, state__in=BEFORE_BOOKING)
        .exclude(public_id=case_id)
        .exclude(appointment__state__in=LIVE)
        .order_by("-changed_at")[:20]
    )
    able = set(venues.competences_of(venue_code)) if rows else set()
    return [
        OtherErrand(row.public_id, checklist_name, row.competence, minutes)
        for row in rows
        if row.competence in able
        for checklist_name, minutes in _fits(row, venue_code, channel)
    ]


def _fits(row: Case, venue_code: str, channel: str) -> list[tuple[str, int]]:
    guide = catalog.guide_version(row.guide_version)
    checklist = catalog.checklist_of(row.guide_version, row.answers)
    if channel == Channel.PHONE and checklist.fee.fen and checklist.fee.pay == rules.BEFORE:
        return []
    elsewhere = checklist.territory != Territory.ANYWHERE and row.subdistrict_code
    if elsewhere and not venues.serves(venue_code=venue_code, subdistrict_code=row.subdistrict_code):
        return []
    return [(guide.name, checklist.minutes)]
