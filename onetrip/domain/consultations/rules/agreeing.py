"""Times for a video call: which are offered, when one may come, and what becomes of who does not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

EVERY = timedelta(minutes=30)
DAYS_AHEAD = 7
# Nobody agrees on a time that is nearly there: the line is shorter.
NOT_BEFORE = timedelta(hours=1)
# So long before the time one may come and stands in front; so long after it one still does.
COME_EARLY = timedelta(minutes=5)
COME_LATE = timedelta(minutes=10)
REMIND_BEFORE = timedelta(minutes=15)
# Who lets two pass within a month agrees on no more for that long.
MOST_MISSED = 2
MISSED_COUNT_FOR = timedelta(days=30)
# One of two posts is kept for who has agreed on a time: the line moves on beside them.
_POSTS_A_PLACE = 2


def places_at(when: datetime, hours: Iterable[tuple[datetime, datetime]]) -> int:
    """Return how many may agree on a time: one for two posts on the roster all of the half hour, and at least one."""
    posts = sum(start <= when and when + EVERY <= end for start, end in hours)
    return 0 if posts == 0 else max(1, posts // _POSTS_A_PLACE)


def times_between(since: datetime, until: datetime) -> list[datetime]:
    """Return every full and half hour in between."""
    first = since.replace(minute=0, second=0, microsecond=0)
    times = []
    while first < until:
        if first >= since:
            times.append(first)
        first += EVERY
    return times


def free_times(
    *, hours: Sequence[tuple[datetime, datetime]], taken: Mapping[datetime, int], at: datetime
) -> list[datetime]:
    """Return the times that can be agreed on now."""
    offered = times_between(at + NOT_BEFORE, at + timedelta(days=DAYS_AHEAD))
    return [when for when in offered if taken.get(when, 0) < places_at(when, hours)]


def may_come(*, starts_at: datetime, at: datetime) -> bool:
    """Say whether who comes now stands in front for it."""
    return starts_at - COME_EARLY <= at <= starts_at + COME_LATE
