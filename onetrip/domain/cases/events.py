"""What cases tell: the fact that everything else serves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class VisitEnded:
    """A visit was recorded. `one_trip`: it is the first one, and the errand is done."""

    case_id: str
    outcome: str
    one_trip: bool
    at: datetime
