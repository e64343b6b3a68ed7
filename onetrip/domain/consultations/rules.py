"""Pure decisions of consultations: who is rung, how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

RING = timedelta(seconds=20)
# A citizen who is not seen for this long gives up the place; the live face reports every ten seconds.
CITIZEN_AWAY = timedelta(seconds=60)
# An officer's page that reloads is back well within this; then the citizen goes back to the front of the line.
OFFICER_AWAY = timedelta(seconds=25)
# The live face reports at least this often while it runs. After a longer gap nobody could have been seen: it was the
# service that was away, and everybody gets the whole time again to come back.
REPORTS_STOP = timedelta(seconds=20)
# When every post on duty has passed a call on, it rings again after this pause.
RING_AGAIN = timedelta(seconds=30)
DEFAULT_CALL_S = 300


@dataclass(frozen=True)
class Candidate:
    """A post that is on duty for a line. `idle_since` is None unless it is available."""

    post_id: int
    idle_since: datetime | None


def post_to_ring(
    *, candidates: Sequence[Candidate], passed_by: Sequence[int], last_ring: datetime | None, at: datetime
) -> int | None:
    """Return the post to ring: the longest idle one that has not passed this call on.

    Once every post on duty has passed it on, all may be rung again, after a pause.
    """
    everyone_passed = all(candidate.post_id in passed_by for candidate in candidates)
    if everyone_passed and last_ring is not None and at - last_ring < RING_AGAIN:
        return None
    free = [
        (candidate.idle_since, candidate.post_id)
        for candidate in candidates
        if candidate.idle_since is not None and (everyone_passed or candidate.post_id not in passed_by)
    ]
    return min(free)[1] if free else None


def expected_wait_s(*, ahead: int, posts: int, free: int, seconds_each: int) -> int | None:
    """Return the expected wait in seconds of somebody with `ahead` people before them, None without any post.

    Each post takes the next caller every `seconds_each`; a busy post is on average half-way through its call.
    """
    if posts == 0:
        return None
    if ahead < free:
        return 0
    return round((ahead - free + 0.5) / posts * seconds_each) if posts else None


def middle(values: Sequence[float], *, default: int) -> int:
    """Return the median of the durations in whole seconds, or `default` when there are none."""
    ordered = sorted(values)
    return int(ordered[len(ordered) // 2]) if ordered else default
