"""Where one is done soonest, and what is left for whoever was not fast enough."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onetrip.domain.booking import queries, rules
from onetrip.domain.booking.models import Schedule, Slot
from onetrip.domain.booking.queries import Matter
from onetrip.domain.venues.models import Venue
from tests.domain.booking.conftest import NOON, Hall, build_hall

MINUTE = timedelta(minutes=1)
FREE_AT_14 = NOON + 120 * MINUTE
CLOSES_AT_17 = NOON + 300 * MINUTE


@pytest.mark.parametrize(
    ("distance_m", "minutes"), [(0, 5), (1000, 9), (10_000, 44)]
)  # fmt: skip
def test_the_way_from_door_to_door(distance_m: int, minutes: int) -> None:
    assert rules.travel_time(distance_m) == minutes * MINUTE


def trip(**about: object) -> rules.Trip | None:
    usual = {
        "at": NOON,
        "distance_m": 1000,
        "first_free": FREE_AT_14,
        "wait_s": 600,
        "closes_at": CLOSES_AT_17,
    }
    return rules.trip(**{**usual, **about})  # type: ignore[arg-type]


def test_waiting_now_or_coming_later_whichever_is_sooner() -> None:
    assert trip() == rules.Trip(9 * MINUTE, NOON + 19 * MINUTE, by_appointment=False)
    assert trip(wait_s=3 * 3600) == rules.Trip(9 * MINUTE, FREE_AT_14, by_appointment=True)
    assert trip(closes_at=None) == rules.Trip(9 * MINUTE, FREE_AT_14, by_appointment=True)
    assert (
        trip(first_free=None, wait_s=6 * 3600) is None
    )  # nobody is sent to a door that closes before their turn
    assert trip(first_free=None, closes_at=None) is None


def test_a_time_that_is_gone_before_one_gets_there_is_not_promised() -> None:
    far = trip(distance_m=40_000, first_free=NOON + 30 * MINUTE, wait_s=None)
    assert far is not None and far.turn_at == NOON + far.travel


def test_the_way_back_counts() -> None:
    near = trip(distance_m=2000, first_free=FREE_AT_14 + 15 * MINUTE, wait_s=None)
    distant = trip(distance_m=30_000, first_free=FREE_AT_14, wait_s=None)
    assert near is not None and distant is not None
    assert distant.turn_at < near.turn_at and near.home_at < distant.home_at


@pytest.fixture
def other(hall: Hall) -> Hall:
    return build_hall("hall-2")


def test_the_nearest_times_here_and_one_elsewhere(hall: Hall, other: Hall) -> None:
    wanted = hall.slot(starts_at=FREE_AT_14, capacity=0)
    here = [hall.slot(starts_at=FREE_AT_14 + step * MINUTE) for step in (-60, 15, 30, 90)]
    elsewhere = [other.slot(starts_at=FREE_AT_14 + step * MINUTE) for step in (0, 15)]
    with CaptureQueriesContext(connection) as asked:
        found = queries.nearest_free(slot_id=wanted.public_id, matters=[Matter("vehicle", 1)], at=NOON)
    assert [place.slot_id for place in found] == [
        here[1].public_id, here[2].public_id, here[0].public_id, elsewhere[0].public_id,
    ]  # fmt: skip
    assert [place.venue_name for place in found] == [None, None, None, "车管所"]
    assert len(asked) <= 4


def test_only_what_one_may_take_is_named(hall: Hall, other: Hall) -> None:
    Venue.objects.filter(code="hall-2").update(jurisdiction=["410105001"])
    wanted = hall.slot(starts_at=FREE_AT_14, capacity=0)
    other.slot(starts_at=FREE_AT_14)
    hall.slot(starts_at=FREE_AT_14 + 15 * MINUTE, capacity=0)
    Slot.objects.filter(starts_at=FREE_AT_14 + 15 * MINUTE).update(capacity=0)
    household = Schedule.objects.create(venue=hall.venue, competences=["household"])
    Slot.objects.create(
        schedule=household, day=wanted.day, capacity=1,
        starts_at=FREE_AT_14 + 30 * MINUTE, ends_at=FREE_AT_14 + 45 * MINUTE,
    )  # fmt: skip
    assert queries.nearest_free(slot_id=wanted.public_id, matters=[Matter("vehicle", 1)], at=NOON) == []
    assert queries.nearest_free(slot_id="NONE", matters=[Matter("vehicle", 1)], at=NOON) == []
