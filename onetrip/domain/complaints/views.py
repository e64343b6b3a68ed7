"""What complaints show of themselves: plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onetrip.core import clock


class Due:
    """What has a deadline. `due_at` is the moment after it, and None when nobody has to answer any more."""

    due_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """Return the last day on which an answer is in time, as people say it."""
        return clock.city_day(self.due_at - timedelta(seconds=1)) if self.due_at else None


@dataclass(frozen=True)
class EntryView:
    """One thing that was said; `by_name` is empty for the citizen's own words."""

    kind: str
    words: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class ComplaintView(Due):
    """A complaint as its citizen, or who answers it, sees it."""

    id: str
    about: str
    subject: str
    item_name: str
    venue_code: str
    citizen_name: str
    state: str
    filed_at: datetime
    due_at: datetime | None
    overdue: bool
    entries: tuple[EntryView, ...]
    can: tuple[str, ...]


@dataclass(frozen=True)
class ComplaintLine(Due):
    """A line of a list: no words, so that a look at the list is no look at somebody's matter."""

    id: str
    about: str
    subject: str
    item_name: str
    venue_code: str
    state: str
    filed_at: datetime
    due_at: datetime | None
    overdue: bool
    taken_by: str


@dataclass(frozen=True)
class ComplaintSums:
    """Complaints of a period: how many, how many were answered, and of these how many in time; open ones late now."""

    filed: int
    answered: int
    in_time: int
    overdue: int
