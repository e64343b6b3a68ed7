"""The coming seven days of a venue, holidays and make-up workdays included: what a door sign cannot say."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from onetrip.core import clock
from onetrip.domain.venues import queries as venues


@dataclass(frozen=True)
class DayHours:
    """One day; no spans: closed."""

    day: date
    spans: list[tuple[time, time]]
    today: bool


def week_of(venue_code: str, *, at: datetime) -> list[DayHours]:
    """Return today and the six days after it."""
    first = clock.city_day(at)
    days = [first + timedelta(days=ahead) for ahead in range(7)]
    return [DayHours(day, venues.opening_spans(venue_code=venue_code, day=day), day == first) for day in days]
