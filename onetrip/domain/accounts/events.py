"""What happened to accounts, told upward."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.core.audit import Actor


@dataclass(frozen=True)
class CitizensMerged:
    """Two accounts of one person became one: whoever holds rows of `from_id` gives them to `to_id` (row numbers)."""

    from_id: int
    to_id: int
    by: Actor
    at: datetime
