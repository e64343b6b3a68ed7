"""Calendars and spans without a database: make-up workdays, holidays, midnight."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.domain.venues import rules
from onetrip.domain.venues.rules import ALWAYS, Timetable
from tests.domain.venues.conftest import OFFICE, city

OFFICE_WEEK = dict.fromkeys(range(5), OFFICE)
SATURDAY_HOURS = ((540, 660),)
TRAFFIC = Timetable(follows_workdays=True, weekly=OFFICE_WEEK | {5: SATURDAY_HOURS})
OFFICE_ONLY = Timetable(follows_workdays=True, weekly=OFFICE_WEEK)

spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1]), max_size=6
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 13), OFFICE),  # an ordinary Friday
        (date(2026, 2, 14), OFFICE),  # a make-up Saturday works Friday's hours, not the short Saturday's
        (date(2026, 2, 15), ()),  # the Sunday on which Spring Festival begins
        (date(2026, 2, 16), ()),  # Monday, off
        (
            date(2026, 2, 21),
            (),
        ),  # a Saturday within the holiday: not in the published list, closed all the same
        (date(2026, 2, 24), OFFICE),  # the first day after
        (date(2026, 2, 28), OFFICE),  # the second make-up Saturday
        (date(2026, 3, 7), SATURDAY_HOURS),  # an ordinary Saturday
        (date(2026, 3, 8), ()),  # an ordinary Sunday
        (date(2026, 9, 20), OFFICE),  # a make-up Sunday
    ],
)
def test_which_hours_hold_on_a_day(day: date, expected: tuple[rules.Span, ...]) -> None:
    assert rules.spans_on(TRAFFIC, day) == expected


def test_a_venue_that_ignores_the_workday_calendar_keeps_its_week() -> None:
    every_day = Timetable(follows_workdays=False, weekly=dict.fromkeys(range(7), OFFICE))
    assert rules.spans_on(every_day, date(2026, 2, 17)) == OFFICE


def test_an_exception_beats_holiday_and_weekday() -> None:
    changed = Timetable(
        follows_workdays=True,
        weekly=OFFICE_WEEK,
        exceptions={date(2026, 2, 17): ((600, 660),), date(2026, 3, 9): ()},
    )
    assert rules.spans_on(changed, date(2026, 2, 17)) == ((600, 660),)
    assert rules.spans_on(changed, date(2026, 3, 9)) == ()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-02-13 08:59", "2026-02-13 09:00"),
        ("2026-02-13 09:00", "2026-02-13 09:00"),  # open now
        ("2026-02-13 12:00", "2026-02-13 13:00"),  # the closing minute is closed
        ("2026-02-13 17:00", "2026-02-14 09:00"),  # on to the make-up Saturday
        ("2026-02-14 17:00", "2026-02-24 09:00"),  # across the whole of Spring Festival
        ("2026-09-30 18:00", "2026-10-08 09:00"),  # across National Day
        ("2026-10-09 23:59", "2026-10-10 09:00"),
    ],
)
def test_next_opening_over_nights_weekends_and_holidays(at: str, expected: str) -> None:
    assert rules.next_open(OFFICE_ONLY, city(at)) == city(expected)


def test_a_venue_without_hours_never_opens() -> None:
    assert rules.next_open(Timetable(follows_workdays=True, weekly={}), city("2026-03-02 09:00")) is None


@pytest.mark.parametrize("at", ["2026-02-16 00:00", "2026-02-16 23:59", "2026-02-17 00:00"])
def test_round_the_clock_has_no_gap_at_midnight(at: str) -> None:
    assert rules.is_open(ALWAYS, city(at))
    assert rules.next_open(ALWAYS, city(at)) == city(at)


def test_the_day_is_the_citys_and_not_utcs() -> None:
    evening_in_utc = city("2026-03-02 09:30").astimezone(rules.clock.now().tzinfo) - timedelta(hours=8)
    assert rules.is_open(OFFICE_ONLY, evening_in_utc + timedelta(hours=8))
    assert not rules.is_open(OFFICE_ONLY, evening_in_utc)


def test_midnight_is_the_end_of_a_day_and_the_start_of_the_next() -> None:
    assert rules.moment(date(2026, 3, 2), 1440) == rules.moment(date(2026, 3, 3), 0)
    assert rules.clock_text(1440) == "24:00"
    assert rules.as_time(1440) == rules.as_time(0)


def test_a_roster_over_lunch_loses_lunch() -> None:
    assert rules.overlap([(600, 1020)], OFFICE) == [(600, 720), (780, 1020)]


def test_desks_over_time_counts_each_stretch() -> None:
    assert rules.desks_over_time([[(540, 720)], [(600, 720), (780, 900)]]) == [
        (540, 600, 1),
        (600, 720, 2),
        (780, 900, 1),
    ]


@given(st.lists(spans.map(lambda found: rules.overlap([rules.WHOLE_DAY], found)), max_size=5))
def test_no_minute_of_a_desk_is_lost_or_invented(desks: list[list[rules.Span]]) -> None:
    wanted = sum(end - start for desk in desks for start, end in desk)
    assert sum((end - start) * count for start, end, count in rules.desks_over_time(desks)) == wanted


@given(spans)
def test_spans_share_time_exactly_when_a_minute_is_in_two(found: list[rules.Span]) -> None:
    minutes = [minute for start, end in found for minute in range(start, end)]
    assert rules.share_time(found) == (len(set(minutes)) < len(minutes))
