"""A small city: two square districts with a zone in one of them, and venues whose calendars differ."""

from datetime import date, datetime

import pytest

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.venues import services
from onetrip.domain.venues.models import Desk
from onetrip.domain.venues.services import (
    DeskPlan,
    DistrictPlan,
    RosterPlan,
    SubdistrictPlan,
    VenuePlan,
)

SYSTEM = Actor.system("test")
OFFICE = ((540, 720), (780, 1020))
WEEK = tuple((weekday, span) for weekday in range(5) for span in OFFICE)
SATURDAYS = ((5, (540, 720)),)
HOUSEHOLD = ("household", "id_card", "residence")


def city(text: str) -> datetime:
    """Return the moment that `2026-02-14 09:00` is on the city's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.CITY_TZ)


def square(west: float, south: float, side: float = 0.1) -> list[list[list[float]]]:
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def desk(
    code: str, kind: str = "window", competences: tuple[str, ...] = HOUSEHOLD, week: object = WEEK
) -> DeskPlan:
    roster = tuple(RosterPlan(weekday, span) for weekday, span in week)  # type: ignore[attr-defined]
    return DeskPlan(code, f"{code}号", f"Desk {code}", kind, competences, roster)


def venue(code: str, place: str = "410101001", **changes: object) -> VenuePlan:
    """Return the plan of a household room at office hours; `changes` replace its fields."""
    fields: dict[str, object] = {
        "name": f"{code}室",
        "name_en": f"Room {code}",
        "kind": "household",
        "subdistrict_code": place,
        "latitude": 34.75,
        "longitude": 113.65,
        "address": "示例路1号",
        "phone": "0371-0000-0000",
        "synthetic": True,
        "weekly": WEEK,
        "desks": (desk("w1"),),
    }
    return VenuePlan(code=code, **(fields | changes))  # type: ignore[arg-type]


DISTRICTS = (
    DistrictPlan("410101", "西区", "West District", square(113.6, 34.7)),
    DistrictPlan("410102", "东区", "East District", square(113.7, 34.7)),
    DistrictPlan("410171", "开发区", "Zone", (), "410102"),
)
SUBDISTRICTS = tuple(
    SubdistrictPlan(code, name, name_en, code[:6], latitude, longitude, date(2023, 6, 30))
    for code, name, name_en, latitude, longitude in (
        ("410101001", "一街道", "First Subdistrict", 34.75, 113.63),
        ("410101002", "二街道", "Second Subdistrict", 34.75, 113.67),
        ("410102001", "三街道", "Third Subdistrict", 34.75, 113.73),
        ("410171001", "四街道", "Fourth Subdistrict", 34.75, 113.77),
    )
)
VENUES = (
    venue("room-1", "410101001", longitude=113.63, jurisdiction=("410101001",)),
    venue("room-2", "410101002", longitude=113.67, jurisdiction=("410101002",)),
    venue("room-2b", "410101002", longitude=113.68, jurisdiction=("410101002",)),
    venue(
        "cars",
        "410102001",
        kind="traffic",
        longitude=113.73,
        weekly=WEEK + SATURDAYS,
        desks=(
            desk("w1", competences=("driving_licence", "vehicle"), week=WEEK + SATURDAYS),
            # Rostered over lunch, when the doors are closed.
            desk("w2", competences=("vehicle",), week=tuple((weekday, (600, 1020)) for weekday in range(5))),
            desk("v1", kind="video", competences=("driving_licence", "vehicle")),
        ),
    ),
    venue(
        "passports",
        "410171001",
        kind="exit_entry",
        longitude=113.77,
        desks=(desk("w1", competences=("exit_entry",)),),
    ),
)


@pytest.fixture
def small_city(db: None) -> None:
    services.ensure_places(districts=DISTRICTS, subdistricts=SUBDISTRICTS)
    services.ensure_venues(venues=VENUES, staff={})


def desk_id(venue_code: str, code: str) -> int:
    return Desk.objects.get(venue__code=venue_code, code=code).pk
