"""The one place that asks what time it is.

Domain code takes `at` as an argument, so that a test, a simulation and a replay can say when things happen.
Only faces, jobs and the command line call :func:`now`.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CITY_TZ = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def city_time(at: datetime) -> datetime:
    """Return the same moment on the city's clocks."""
    return at.astimezone(CITY_TZ)


def city_day(at: datetime) -> date:
    """Return the calendar day in the city at that moment."""
    return city_time(at).date()


def city_moment(day: date, at: time) -> datetime:
    """Return the moment at which the city's clocks show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=CITY_TZ)
