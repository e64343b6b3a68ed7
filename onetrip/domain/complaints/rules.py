"""Pure decisions of complaints: until when somebody has to answer, and who may."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from onetrip.core import clock
from onetrip.core.workdays import DayUnit, due_day
from onetrip.domain.accounts.states import Role, RoleName
from onetrip.domain.complaints.states import ComplaintState

# The city's promise, not a law's figure: the outer limit for petitions is 60 days from acceptance (Regulations on the
# Work of Letters and Visits, 2022, art. 34).
ANSWER_WITHIN = 5
# Whoever says nothing to an answer for so long is taken to be content.
OBJECT_WITHIN = timedelta(days=15)
WORDS_KEPT = timedelta(days=730)
MOST_CHARACTERS = 2000


def due_at(at: datetime) -> datetime:
    """Return the end of the last working day on which an answer is in time; the day of filing is not counted."""
    last = due_day(start=clock.city_day(at), days=ANSWER_WITHIN, unit=DayUnit.WORKING).day
    return clock.city_moment(last + timedelta(days=1), time())


def reaches(roles: Iterable[Role], *, venue_code: str) -> bool:
    """Say whether one of the roles answers complaints about this venue: its lead, and every supervisor."""
    leading = (RoleName.LEAD, RoleName.SUPERVISOR)
    return any(role.role in leading and role.venue_code in (None, venue_code) for role in roles)


def is_supervisor(roles: Iterable[Role]) -> bool:
    """Say whether somebody may have the last word."""
    return any(role.role == RoleName.SUPERVISOR for role in roles)


def is_overdue(*, state: str, due: datetime | None, at: datetime) -> bool:
    """Say whether an answer is late."""
    return due is not None and at >= due and state != ComplaintState.WITHDRAWN
