"""From rows to cards, and the query sets that several questions start from. Private to the queries."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import get_language

from onetrip.core.ready import Ready
from onetrip.domain.venues import rules
from onetrip.domain.venues.errors import VenueUnknown
from onetrip.domain.venues.models import Desk, District, RosterEntry, Subdistrict, Venue
from onetrip.domain.venues.queries.timetables import Doors, door_timetables
from onetrip.domain.venues.views import DeskCard, RosterLine, SubdistrictCard, VenueCard


def venues_with_places() -> QuerySet[Venue]:
    return Venue.objects.select_related("subdistrict__district").defer("subdistrict__district__outline")


_VENUE = Ready(lambda code: venues_with_places().filter(code=code), code=str)


def venue_row(code: str) -> Venue:
    row = _VENUE.first(code=code)
    if row is None:
        raise VenueUnknown(field="venue")
    return row


def desk_rows(
    *, competence: str | None = None, kind: str | None = None, venue_code: str | None = None
) -> QuerySet[Desk]:
    rows = Desk.objects.select_related("venue").order_by("venue__code", "-kind", "id")
    if competence is not None:
        rows = rows.filter(competences__contains=[competence])
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows if venue_code is None else rows.filter(venue__code=venue_code)


def doors_of(row: Venue) -> Doors:
    return Doors(row.pk, row.follows_workdays, row.demonstration)


def timetable_of(row: Venue, *, since: date) -> rules.Timetable:
    return door_timetables([doors_of(row)], since=since)[row.pk]


def hours_text(timetable: rules.Timetable, day: date) -> list[tuple[str, str]]:
    return [
        (rules.clock_text(opens), rules.clock_text(closes))
        for opens, closes in rules.spans_on(timetable, day)
    ]


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def named(row: District | Subdistrict | Venue) -> str:
    """Return a place's name in the reader's language."""
    return row.name_en if in_english() else row.name


def label_of(row: Desk) -> str:
    """Return a desk's label in the reader's language."""
    return row.label_en if in_english() else row.label


def subdistrict_card(row: Subdistrict) -> SubdistrictCard:
    return SubdistrictCard(
        row.code, named(row), row.district_id, named(row.district), row.latitude, row.longitude
    )


def venue_card(row: Venue) -> VenueCard:
    return VenueCard(
        id=row.pk,
        code=row.code,
        name=named(row),
        kind=row.kind,
        subdistrict_code=row.subdistrict_id,
        subdistrict_name=named(row.subdistrict),
        district_code=row.subdistrict.district_id,
        district_name=named(row.subdistrict.district),
        latitude=row.latitude,
        longitude=row.longitude,
        address=row.address,
        phone=row.phone,
        synthetic=row.synthetic,
        demonstration=row.demonstration,
    )


def desk_card(row: Desk) -> DeskCard:
    label = row.label_en if in_english() else row.label
    return DeskCard(
        row.pk,
        row.code,
        label,
        row.kind,
        row.venue.code,
        named(row.venue),
        tuple(row.competences),
        tuple(row.backs_up),
    )


def roster_line(row: RosterEntry) -> RosterLine:
    return RosterLine(
        id=row.pk,
        desk_id=row.desk_id,
        desk_label=row.desk.label_en if in_english() else row.desk.label,
        desk_kind=row.desk.kind,
        staff_id=row.staff.public_id if row.staff else None,
        staff_name=row.staff.name if row.staff else "",
        weekday=row.weekday,
        day=row.day,
        starts=rules.as_time(row.starts),
        ends=rules.as_time(row.ends),
    )
