"""Chinese working days: statutory holidays and the make-up workdays that pay for bridge days.

The exceptions come from `workday_exceptions.csv` (computed with chinese-calendar 1.11.0, facts; 2018 to 2026).
The State Council publishes one year at a time, so a day after the last listed year is provisional.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path


class DayUnit(StrEnum):
    """Legal limits count in one of these; which one is part of the rule (e.g. order 162 art. 110: working days)."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Due:
    """The last day of a limit. `provisional`: it lies past the last published holiday calendar."""

    day: date
    provisional: bool


@cache
def _exceptions() -> dict[date, str]:
    path = Path(__file__).with_name("workday_exceptions.csv")
    with path.open(encoding="utf-8-sig") as rows:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(rows)}


@cache
def last_published_day() -> date:
    """Return the last day for which the holiday calendar is known."""
    return date(max(_exceptions()).year, 12, 31)


def is_workday(day: date) -> bool:
    """Say whether offices work on that day: Monday to Friday, but for the published exceptions."""
    kind = _exceptions().get(day)
    return kind == "workday" if kind else day.weekday() < 5


def due_day(*, start: date, days: int, unit: DayUnit) -> Due:
    """Return the last day of a limit of `days`; the first day counted is the one after `start`.

    Source of the counting rule: Civil Procedure Law art. 85 as used for administrative limits (the first day is not
    counted; a last day that falls on a holiday moves to the first working day after it).
    """
    day = start
    if unit is DayUnit.CALENDAR:
        day = start + timedelta(days=days)
        while not is_workday(day):
            day += timedelta(days=1)
    else:
        for _count in range(days):
            day += timedelta(days=1)
            while not is_workday(day):
                day += timedelta(days=1)
    return Due(day=day, provisional=day > last_published_day())
