"""What others may want to know about venues."""

from dataclasses import dataclass
from datetime import date, datetime

from onetrip.core.audit import Actor


@dataclass(frozen=True)
class HoursChanged:
    """Opening hours or rosters of a venue have changed: on that day, or (None) every week from now on."""

    venue_code: str
    day: date | None
    at: datetime
    by: Actor
