"""What a channel's answer means for the message: one decision, pure."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.domain.notifications.rules.timing import ATTEMPTS, pause_after
from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.views import Outcome


@dataclass(frozen=True)
class Step:
    """What to write: the verb, when it is due next (put_back only), and whether the next route is taken."""

    verb: str
    due_at: datetime
    next_route: bool
    unsure: bool
    failed: bool  # this channel has failed for good: it counts in the figures


def next_step(
    outcome: Outcome, *, tries: int, has_next: bool, expires_at: datetime, at: datetime, chance: float | None
) -> Step:
    """Say what follows from an answer. `tries`: over this channel, this one included.

    Something that may be out there already is never sent over another channel before its own has been asked so often
    that waiting longer would not tell more.
    """
    if outcome.verdict == "taken":
        return Step("deliver", at, next_route=False, unsure=False, failed=False)
    if outcome.verdict in ("later", "unsure") and tries < ATTEMPTS:
        due_at = at + pause_after(tries, chance=chance)
        if due_at < expires_at or outcome.verdict == "unsure":
            unsure = outcome.verdict == "unsure"
            return Step("put_back", min(due_at, expires_at), next_route=False, unsure=unsure, failed=False)
    if expires_at <= at:
        return Step("expire", at, next_route=False, unsure=False, failed=True)
    if has_next:
        return Step("put_back", at, next_route=True, unsure=False, failed=True)
    return Step("give_up", at, next_route=False, unsure=outcome.cause == Cause.UNSURE, failed=True)
