"""Slots follow rosters and calendars, and no place that was given away is taken back."""

from datetime import date, datetime, time, timedelta

import pytest

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.models import Slot
from onetrip.domain.venues import services as venues
from onetrip.domain.venues.models import Desk
from onetrip.domain.venues.services import DeskPlan, RosterPlan
from tests.domain.venues.conftest import DISTRICTS, SUBDISTRICTS, WEEK, venue

BY = Actor.system("test")
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=clock.CITY_TZ)
TUESDAY = date(2026, 3, 3)


@pytest.fixture
def room(db: None) -> None:
    roster = tuple(RosterPlan(weekday, span) for weekday, span in WEEK)
    desks = tuple(DeskPlan(f"w{n}", f"{n}号", f"{n}", "window", ("household",), roster) for n in (1, 2))
    venues.ensure_places(districts=DISTRICTS, subdistricts=SUBDISTRICTS)
    venues.ensure_venues(venues=[venue("room", desks=desks)], staff={})
    services.open_slots(from_day=MONDAY.date(), by=BY, at=MONDAY)


def places(day: date) -> list[tuple[str, int]]:
    found = queries.open_slots_on(venue_code="room", competence="household", day=day, at=MONDAY)
    return [(f"{clock.city_time(slot.starts_at):%H:%M}", slot.places_left) for slot in found]


@pytest.mark.usefixtures("room")
def test_two_weeks_open_in_quarters_of_an_hour_without_lunch_and_weekends() -> None:
    tuesday = places(TUESDAY)
    assert len(tuesday) == 28
    assert (tuesday[0], tuesday[11], tuesday[12], tuesday[-1]) == (
        ("09:00", 2),
        ("11:45", 2),
        ("13:00", 2),
        ("16:45", 2),
    )
    days = queries.open_days(venue_code="room", competence="household", at=MONDAY)
    assert [load.day.day for load in days] == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13]
    assert services.open_slots(from_day=MONDAY.date(), by=BY, at=MONDAY) == 0


@pytest.mark.usefixtures("room")
def test_a_closed_day_is_not_offered_and_comes_back_when_it_opens() -> None:
    venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
    assert places(TUESDAY) == []
    assert len(places(TUESDAY + timedelta(days=1))) == 28
    venues.withdraw_exception(venue_code="room", day=TUESDAY, by=BY, at=MONDAY)
    assert len(places(TUESDAY)) == 28


@pytest.mark.usefixtures("room")
def test_an_empty_window_takes_its_free_places_along_but_no_given_one() -> None:
    Slot.objects.filter(day=TUESDAY, starts_at__hour=9).update(taken=2)
    venues.leave_unstaffed(desk_id=Desk.objects.get(code="w1").pk, day=TUESDAY, by=BY, at=MONDAY)
    left = dict(places(TUESDAY))
    assert "09:00" not in left
    assert left["10:00"] == 1
    assert Slot.objects.filter(day=TUESDAY, taken=2, capacity=2).count() == 4


@pytest.mark.usefixtures("room")
def test_new_hours_open_new_times_from_today_on() -> None:
    venues.set_opening_hours(venue_code="room", weekly={1: [(time(9), time(10))]}, by=BY, at=MONDAY)
    assert [start for start, _left in places(TUESDAY)] == ["09:00", "09:15", "09:30", "09:45"]
    assert places(TUESDAY + timedelta(days=1)) == []
    venues.open_on(
        venue_code="room", day=date(2026, 3, 7), hours=[(time(9), time(12))], reason="加班", by=BY, at=MONDAY
    )
    assert places(date(2026, 3, 7)) == []  # the doors are open, nobody is on the roster
    venues.add_roster_entry(
        desk_id=Desk.objects.get(code="w1").pk,
        staff_id=None,
        day=date(2026, 3, 7),
        starts=time(9),
        ends=time(10),
        by=BY,
        at=MONDAY,
    )
    assert len(places(date(2026, 3, 7))) == 4
