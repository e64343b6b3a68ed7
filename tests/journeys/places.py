"""A free place of today, so that a journey can book and arrive on one day, whatever the hour."""

import time
from datetime import datetime, timedelta

from onetrip.core import clock
from onetrip.domain.booking.models import Schedule, Slot

VENUE = "tr-410105"  # the model vehicle office: open round the clock
_ENOUGH = timedelta(minutes=6)


def a_place_today() -> None:
    """Make sure that the model vehicle office has a free place before midnight; the last minutes are waited out."""
    at = clock.now()
    midnight = _midnight_after(at)
    if midnight - at < _ENOUGH:
        time.sleep((midnight - at).total_seconds() + 1)
        return
    today = Slot.objects.filter(schedule__venue__code=VENUE, day=clock.city_day(at))
    if today.filter(starts_at__gt=at + _ENOUGH, taken=0).exists():
        return
    for schedule in Schedule.objects.filter(venue__code=VENUE):
        starts = midnight - timedelta(seconds=90)
        Slot.objects.create(
            schedule=schedule, day=clock.city_day(at), starts_at=starts, ends_at=midnight, capacity=9
        )


def _midnight_after(at: datetime) -> datetime:
    return clock.city_time(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
