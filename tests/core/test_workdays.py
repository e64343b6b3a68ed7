"""Working days of 2026, checked against the State Council's notice for that year (days off and make-up workdays)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core.workdays import DayUnit, due_day, is_workday, last_published_day


def day(month: int, number: int) -> date:
    return date(2026, month, number)


MAKE_UP = [
    day(1, 4),
    day(2, 14),
    day(2, 28),
    day(5, 9),
    day(9, 20),
    day(10, 10),
]  # Saturdays and Sundays that work
DAYS_OFF = [
    *(day(1, n) for n in (1, 2, 3)),
    *(day(2, n) for n in range(15, 24)),
    *(day(4, n) for n in (4, 5, 6)),
    *(day(5, n) for n in range(1, 6)),
    *(day(6, n) for n in (19, 20, 21)),
    *(day(9, n) for n in (25, 26, 27)),
    *(day(10, n) for n in range(1, 8)),
]


def test_every_day_of_2026() -> None:
    first = day(1, 1)
    for each in (first + timedelta(days=number) for number in range(365)):
        expected = each in MAKE_UP or (each.weekday() < 5 and each not in DAYS_OFF)
        assert is_workday(each) is expected, each
    assert sum(is_workday(first + timedelta(days=number)) for number in range(365)) == 248


@pytest.mark.parametrize(
    "start, days, unit, due",
    [
        (day(3, 2), 1, DayUnit.WORKING, day(3, 3)),
        (day(3, 6), 1, DayUnit.WORKING, day(3, 9)),  # Friday to Monday
        (day(2, 13), 1, DayUnit.WORKING, day(2, 14)),  # a Saturday that works for Spring Festival
        (day(2, 14), 1, DayUnit.WORKING, day(2, 24)),  # over the whole of Spring Festival
        (day(9, 30), 3, DayUnit.WORKING, day(10, 10)),  # 8, 9 and the make-up Saturday
        (day(3, 7), 0, DayUnit.WORKING, day(3, 7)),
        (day(3, 2), 20, DayUnit.CALENDAR, day(3, 23)),  # the 22nd is a Sunday: the first working day after it
        (day(2, 1), 14, DayUnit.CALENDAR, day(2, 24)),  # the last day falls into Spring Festival
        (day(3, 2), 7, DayUnit.CALENDAR, day(3, 9)),
    ],
)
def test_due_days(start: date, days: int, unit: DayUnit, due: date) -> None:
    assert due_day(start=start, days=days, unit=unit).day == due


def test_a_limit_past_the_published_calendar_is_provisional() -> None:
    assert last_published_day() == day(12, 31)
    assert not due_day(start=day(12, 30), days=1, unit=DayUnit.WORKING).provisional
    assert due_day(start=day(12, 31), days=1, unit=DayUnit.WORKING).provisional


@given(st.dates(date(2018, 1, 1), date(2026, 11, 1)), st.integers(1, 30))
def test_a_limit_ends_on_a_workday_and_counts_all_of_them(start: date, days: int) -> None:
    due = due_day(start=start, days=days, unit=DayUnit.WORKING).day
    between = [start + timedelta(days=number) for number in range(1, (due - start).days + 1)]
    assert sum(is_workday(each) for each in between) == days
    assert is_workday(due)
    assert is_workday(due_day(start=start, days=days, unit=DayUnit.CALENDAR).day)
