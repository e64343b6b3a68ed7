"""Pure decisions: which hours hold on a day, when doors open next and how many desks are staffed.

A span is a pair of minutes after midnight on the city's clocks, `(540, 720)` for 09:00 to 12:00; 1440 is the end of
the day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from onetrip.core import clock
from onetrip.core.workdays import is_workday

Span = tuple[int, int]

WHOLE_DAY: Span = (0, 1440)
# Spring Festival and National Day are nine days at most; a venue closed for longer than this is closed for good.
HORIZON_DAYS = 60
_SATURDAY, _SUNDAY, _MONDAY, _FRIDAY = 5, 6, 0, 4


@dataclass(frozen=True)
class Timetable:
    """When somebody or something is there: by weekday, but for `exceptions` (an empty tuple: not at all)."""

    follows_workdays: bool
    weekly: Mapping[int, tuple[Span, ...]]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)


ALWAYS = Timetable(follows_workdays=False, weekly=dict.fromkeys(range(7), (WHOLE_DAY,)))


def in_statutory_holiday(day: date) -> bool:
    """Say whether nobody works on that day by statute; a weekend that touches an off Friday or Monday belongs to it.

    The published calendar lists only days that differ from Monday to Friday: the weekend inside a holiday is not in
    it, yet a venue with Saturday hours stays closed then.
    """
    weekday = day.weekday()
    if is_workday(day):
        return False
    if weekday < _SATURDAY:
        return True
    friday = day - timedelta(days=weekday - _FRIDAY)
    monday = day + timedelta(days=7 - weekday)
    return not is_workday(friday) or not is_workday(monday)


def timetable_weekday(day: date, *, follows_workdays: bool) -> int | None:
    """Return the weekday whose hours hold on `day`, None when a holiday closes the doors.

    A make-up Saturday runs on Friday's hours, a make-up Sunday on Monday's: the offices work as on the day beside it.
    """
    weekday = day.weekday()
    if not follows_workdays:
        return weekday
    if is_workday(day):
        return {_SATURDAY: _FRIDAY, _SUNDAY: _MONDAY}.get(weekday, weekday)
    return None if in_statutory_holiday(day) else weekday


def spans_on(timetable: Timetable, day: date) -> tuple[Span, ...]:
    """Return the spans of one day in order."""
    if day in timetable.exceptions:
        return timetable.exceptions[day]
    weekday = timetable_weekday(day, follows_workdays=timetable.follows_workdays)
    return () if weekday is None else timetable.weekly.get(weekday, ())


def moment(day: date, minute: int) -> datetime:
    """Return the moment `minute` minutes after the city's midnight; 1440 is the next midnight."""
    return clock.city_moment(day, time()) + timedelta(minutes=minute)


def clock_text(minute: int) -> str:
    """Write minutes after midnight as hours: 540 is 09:00, 1440 is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def as_time(minute: int) -> time:
    """Return the time of day; the end of the day, which Python's clock cannot show, becomes 00:00."""
    return time(minute // 60 % 24, minute % 60)


def is_open(timetable: Timetable, at: datetime) -> bool:
    """Say whether `at` lies in a span; the closing minute is closed."""
    day = clock.city_day(at)
    return any(moment(day, start) <= at < moment(day, end) for start, end in spans_on(timetable, day))


def next_open(timetable: Timetable, at: datetime) -> datetime | None:
    """Return the first moment from `at` on that lies in a span: `at` itself when open, None past the horizon."""
    first = clock.city_day(at)
    for ahead in range(HORIZON_DAYS + 1):
        day = first + timedelta(days=ahead)
        for start, end in spans_on(timetable, day):
            if at < moment(day, end):
                return max(at, moment(day, start))
    return None


def overlap(left: Iterable[Span], right: Sequence[Span]) -> list[Span]:
    """Return the time that both sides share: a roster from nine to five over doors that close for lunch loses lunch."""
    both = (
        (max(start, other_start), min(end, other_end))
        for start, end in left
        for other_start, other_end in right
    )
    return sorted(span for span in both if span[0] < span[1])


def share_time(spans: Iterable[Span]) -> bool:
    """Say whether two of the spans overlap; touching is fine."""
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


def desks_over_time(desks: Iterable[Iterable[Span]]) -> list[tuple[int, int, int]]:
    """Return `(start, end, desks)` for every stretch with the same number of staffed desks; none are left out."""
    steps: dict[int, int] = {}
    for spans in desks:
        for start, end in spans:
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    stretches: list[tuple[int, int, int]] = []
    staffed, since = 0, 0
    for minute in sorted(minute for minute, step in steps.items() if step):
        if staffed:
            stretches.append((since, minute, staffed))
        staffed += steps[minute]
        since = minute
    return stretches
