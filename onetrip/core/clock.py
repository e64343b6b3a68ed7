"""The one place that asks what time it is.

Domain code takes `at` as an argument, so that a test, a simulation and a replay can say when things happen.
Only faces, jobs and the command line call :func:`now`.
"""

import os
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CITY_TZ = ZoneInfo("Asia/Shanghai")


def fast_clock(begin: datetime, *, real: datetime, speed: float) -> str:
    """Return the value of `ONETRIP_CLOCK` with which it is `begin` at the moment `real`, and time runs `speed` times
    as fast from then on. A sample city obeys it, so that a whole day can be played in minutes; production does not.
    """
    return f"{begin.timestamp()} {real.timestamp()} {speed}"


def _told() -> tuple[float, float, float] | None:
    value = os.environ.get("ONETRIP_CLOCK", "")
    if not value or os.environ.get("ONETRIP_MODE") != "demo":
        return None
    begin, real, speed = map(float, value.split())
    return begin, real, speed


_FAST = _told()


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    present = datetime.now(UTC)
    if _FAST is None:
        return present
    begin, real, speed = _FAST
    return datetime.fromtimestamp(begin + (present.timestamp() - real) * speed, UTC)


def city_time(at: datetime) -> datetime:
    """Return the same moment on the city's clocks."""
    return at.astimezone(CITY_TZ)


def city_day(at: datetime) -> date:
    """Return the calendar day in the city at that moment."""
    return city_time(at).date()


def city_moment(day: date, at: time) -> datetime:
    """Return the moment at which the city's clocks show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=CITY_TZ)
