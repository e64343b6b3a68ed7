"""Who is rung, for whom, and how long silence is borne."""

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


@dataclass(frozen=True)
class Candidate:
    """A post that is on duty for a line. `idle_since` is None unless it is available."""

    post_id: int
    idle_since: datetime | None
    competences: tuple[str, ...] = ()


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
