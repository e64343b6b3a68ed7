"""When a message goes out, how long to wait before trying again, and how many deliver at once."""

import random
from datetime import datetime, timedelta

from onetrip.core import clock
from onetrip.domain.notifications.views import Quiet

# Tries over one channel before the next one's turn comes.
ATTEMPTS = 8
_FIRST_PAUSE_S = 2
_LONGEST_PAUSE_S = 600
# A worker that has not written down what became of its messages by then is dead. No channel may think longer.
LEASE = timedelta(seconds=30)
# So many jobs deliver at once; one for each of these messages that are due.
PUMPS = 2
_ONE_PUMP_FOR = 500


def pause_after(attempts: int, *, chance: float | None = None) -> timedelta:
    """Return the pause after so many failed tries: 2, 4, 8 … seconds, at most 10 minutes, each up to a fifth longer.

    The chance (0 to 1, drawn if not given) spreads those that failed together, so that they do not all come back
    together to a provider that has just got up.
    """
    spread = 1 + 0.2 * (random.random() if chance is None else chance)
    return timedelta(seconds=min(_FIRST_PAUSE_S * 2 ** (attempts - 1), _LONGEST_PAUSE_S) * spread)


def after_quiet(*, at: datetime, quiet: Quiet | None) -> datetime:
    """Return the first moment from `at` on that lies in nobody's quiet hours."""
    if quiet is None or quiet.since == quiet.until:
        return at
    there = clock.city_time(at)
    now = there.time()
    over_midnight = quiet.since > quiet.until
    is_quiet = now >= quiet.since or now < quiet.until if over_midnight else quiet.since <= now < quiet.until
    if not is_quiet:
        return at
    end = clock.city_moment(there.date(), quiet.until)
    return end if end > at else clock.city_moment(there.date() + timedelta(days=1), quiet.until)


def pumps_for(due: int) -> int:
    """Return how many jobs should deliver what is due."""
    return min(PUMPS, -(-due // _ONE_PUMP_FOR))
