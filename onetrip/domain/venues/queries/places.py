"""Where: districts, sub-districts, venues, and which of them may do it for me."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from onetrip.core import clock, geo
from onetrip.core.ready import Ready
from onetrip.domain.venues import rules
from onetrip.domain.venues.errors import CompetenceUnknown, PointInvalid, SubdistrictUnknown, VenueUnknown
from onetrip.domain.venues.models import Desk, District, Subdistrict, Venue
from onetrip.domain.venues.queries.rows import (
    doors_of,
    hours_text,
    in_english,
    named,
    subdistrict_card,
    venue_card,
    venue_row,
    venues_with_places,
)
from onetrip.domain.venues.queries.timetables import door_timetables
from onetrip.domain.venues.states import Competence, DeskKind, Territory
from onetrip.domain.venues.views import DistrictCard, SubdistrictCard, VenueCard, VenueChoice

# Erqi square, the middle of the city: sorts venues for those who told us nothing about where they are.
CITY_CENTRE = (34.7526, 113.6617)
_MOST_CHOICES = 50


def venue(code: str) -> VenueCard:
    """Return one venue; raises VenueUnknown."""
    return venue_card(venue_row(code))


_NAMES: Ready[tuple[str, str]] = Ready(
    lambda code: Venue.objects.filter(code=code).values_list("name", "name_en"), code=str
)


def name_of(code: str) -> str:
    """Return the name of one venue in the reader's language; raises VenueUnknown."""
    names = _NAMES.first(code=code)
    if names is None:
        raise VenueUnknown(field="venue")
    return names[1] if in_english() else names[0]


def names() -> dict[str, str]:
    """Return the names of all venues by code: what figures of the whole city are labelled with."""
    rows = Venue.objects.values_list("code", "name_en" if in_english() else "name")
    return dict(rows)


def venues(*, kind: str | None = None, district_code: str | None = None) -> list[VenueCard]:
    """Return all venues, or those of one kind or district, by code: what a map shows."""
    rows = venues_with_places()
    if kind is not None:
        rows = rows.filter(kind=kind)
    if district_code is not None:
        rows = rows.filter(subdistrict__district_id=district_code)
    return [venue_card(row) for row in rows]


def districts() -> list[DistrictCard]:
    """Return the districts of the city by code, functional zones included."""
    return [DistrictCard(row.code, named(row), row.lies_in_id) for row in District.objects.defer("outline")]


def subdistricts(*, district_code: str | None = None) -> list[SubdistrictCard]:
    """Return the sub-districts by code, of one district or of the city."""
    rows = Subdistrict.objects.select_related("district")
    if district_code is not None:
        rows = rows.filter(district_id=district_code)
    return [subdistrict_card(row) for row in rows]


def subdistrict(code: str) -> SubdistrictCard:
    """Return one sub-district; raises SubdistrictUnknown."""
    row = Subdistrict.objects.select_related("district").filter(code=code).first()
    if row is None:
        raise SubdistrictUnknown(field="subdistrict")
    return subdistrict_card(row)


def subdistrict_at(latitude: float, longitude: float) -> SubdistrictCard | None:
    """Return a good guess at the sub-district of a point, None outside the city; raises PointInvalid.

    The district is certain (real outline), the sub-district is the one with the nearest synthetic centre: pages
    offer it as a preselection, never as a fact.
    """
    _check_point(latitude, longitude)
    rows = District.objects.filter(lies_in=None)
    around = [row for row in rows if geo.inside(row.outline, latitude=latitude, longitude=longitude)]
    if not around:
        return None
    near = Subdistrict.objects.select_related("district").filter(
        Q(district__in=around) | Q(district__lies_in__in=around)
    )
    best = min(
        near,
        key=lambda row: (geo.distance_m(latitude, longitude, row.latitude, row.longitude), row.code),
        default=None,
    )
    return None if best is None else subdistrict_card(best)


def city_outline() -> dict[str, Any]:
    """Return the districts' outlines as a GeoJSON FeatureCollection (WGS84), about 15 kB: what the map draws."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": row.code, "name": named(row)},
                "geometry": {"type": "Polygon", "coordinates": row.outline},
            }
            for row in District.objects.filter(lies_in=None)
        ],
    }


def choices_for(
    *,
    competence: str,
    territory: str,
    subdistrict_code: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    at: datetime,
    limit: int = 10,
) -> list[VenueChoice]:
    """Return the venues that may do it, nearest first, in at most four queries.

    `registration` and `residence` leave only venues that serve the given sub-district; without one every venue with
    the competence is listed, and the page asks. Distances count from the point, else from the sub-district's centre;
    with neither they are None and the list starts in the middle of the city.
    Raises CompetenceUnknown, SubdistrictUnknown, PointInvalid.
    """
    if competence not in Competence.values:
        raise CompetenceUnknown(field="competence")
    point = _check_point(latitude, longitude) if latitude is not None and longitude is not None else None
    rows = venues_with_places().filter(_has_window(competence))
    if subdistrict_code:
        place = subdistrict(subdistrict_code)
        point = point or (place.latitude, place.longitude)
        if territory != Territory.ANYWHERE:
            rows = rows.filter(Q(jurisdiction=[]) | Q(jurisdiction__contains=[subdistrict_code]))
    return _nearest_first(rows, point=point, at=at, limit=limit)


def nearest(*, latitude: float, longitude: float, at: datetime, limit: int = 3) -> list[VenueChoice]:
    """Return the venues nearest to a point, whatever they do. Raises PointInvalid."""
    point = _check_point(latitude, longitude)
    return _nearest_first(venues_with_places(), point=point, at=at, limit=limit)


def _nearest_first(
    rows: QuerySet[Venue], *, point: tuple[float, float] | None, at: datetime, limit: int
) -> list[VenueChoice]:
    start = point or CITY_CENTRE
    ranked = sorted(
        ((geo.distance_m(*start, row.latitude, row.longitude), row.code, row) for row in rows),
        key=lambda ranking: ranking[:2],
    )[: max(1, min(limit, _MOST_CHOICES))]
    doors = door_timetables((doors_of(row) for _far, _code, row in ranked), since=clock.city_day(at))
    return [
        _choice(row, far=far if point else None, timetable=doors[row.pk], at=at) for far, _code, row in ranked
    ]


def serves(*, venue_code: str, subdistrict_code: str) -> bool:
    """Say whether a venue is competent for the people of a sub-district; one that serves the whole city always is."""
    return _SERVES.first(venue_code=venue_code, subdistrict_code=subdistrict_code) is not None


def jurisdiction_of(venue_code: str) -> list[str]:
    """Return the codes of the sub-districts a venue serves, none where it serves the whole city."""
    return list(venue_row(venue_code).jurisdiction)


_SERVES = Ready(
    lambda venue_code, subdistrict_code: Venue.objects.filter(
        Q(jurisdiction=[]) | Q(jurisdiction__contains=[subdistrict_code]), code=venue_code
    ).values_list("pk", flat=True),
    venue_code=str,
    subdistrict_code=str,
)


def _has_window(competence: str) -> Exists:
    return Exists(
        Desk.objects.filter(venue=OuterRef("pk"), kind=DeskKind.WINDOW, competences__contains=[competence])
    )


def _check_point(latitude: float, longitude: float) -> tuple[float, float]:
    if not geo.is_point(latitude, longitude):
        raise PointInvalid(field="position")
    return latitude, longitude


def _choice(row: Venue, *, far: int | None, timetable: rules.Timetable, at: datetime) -> VenueChoice:
    open_now = rules.is_open(timetable, at)
    return VenueChoice(
        venue=venue_card(row),
        distance_m=far,
        is_open=open_now,
        hours_today=hours_text(timetable, clock.city_day(at)),
        next_opening=None if open_now else rules.next_open(timetable, at),
    )
