"""The one place that asks what time it is.

Domain code takes `at` as an argument, so that a test, a simulation and a replay can say when things happen.
Only faces, jobs and the command line call :func:`now`.
"""

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

CITY_TZ = ZoneInfo("Asia/Shanghai")
# A sample city may be shown a whole day in minutes: the file that this names, once it is there, says how (set_fast).
_FILE = os.environ.get("ONETRIP_CLOCK", "") if os.environ.get("ONETRIP_MODE") == "demo" else ""
_fast: tuple[float, float, float] | None = None


def set_fast(file: Path, *, begin: datetime, real: datetime, speed: float) -> None:
    """Let it be `begin` at the moment `real`, and time run `speed` times as fast from then on, for every process of a
    sample city that was started with `ONETRIP_CLOCK=<file>`. Production does not look at it.
    """
    written = file.with_suffix(".new")
    written.write_text(f"{begin.timestamp()} {real.timestamp()} {speed}", encoding="ascii")
    written.replace(file)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    present = datetime.now(UTC)
    return present if not _FILE else _sped_up(present)


def _sped_up(present: datetime) -> datetime:
    global _fast
    if _fast is None:
        if not Path(_FILE).exists():
            return present
        begin, real, speed = map(float, Path(_FILE).read_text(encoding="ascii").split())
        _fast = (begin, real, speed)
    begin, real, speed = _fast
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
