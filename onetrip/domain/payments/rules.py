"""Pure decisions of payments."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from onetrip.domain.payments.states import HELD_AT, Account, Way

# How far the provider's clock and ours may be apart, and how long a notice may travel.
WINDOW = timedelta(minutes=5)
# A nonce is forgotten when no notice signed with it could be believed any more.
NONCE_LIVES = 3 * WINDOW
ATTEMPT_LIVES = timedelta(minutes=10)
# The provider opens no payment for less.
SHORTEST_ATTEMPT = timedelta(minutes=1)
# After its end an attempt is closed with the provider, which takes a moment: what waits for it waits so much longer.
CLOSING_TAKES = timedelta(minutes=1)
# Lost notices: when to ask the provider by ourselves, after the attempt was made.
_LOOK_AFTER_S = (5, 15, 30, 60, 120, 240, 420)
_REFUND_PAUSES_S = (2, 10, 60, 300, 1800)
LATER = timedelta(minutes=5)


def attempt_end(*, order_ends_at: datetime | None, at: datetime) -> datetime | None:
    """Return until when an attempt that begins now can be paid: never beyond its order. None: it is not worth it."""
    end = at + ATTEMPT_LIVES
    if order_ends_at is not None:
        end = min(end, order_ends_at)
    return end if end - at >= SHORTEST_ATTEMPT else None


def next_look(*, made_at: datetime, expires_at: datetime, looks: int, at: datetime) -> datetime:
    """Return when to ask the provider about an attempt again: soon at first, at its end, then every five minutes."""
    if at >= expires_at:
        return at + LATER
    pause = _LOOK_AFTER_S[min(looks, len(_LOOK_AFTER_S) - 1)]
    return min(max(made_at + timedelta(seconds=pause), at + timedelta(seconds=5)), expires_at)


def refund_pause(tries: int) -> timedelta:
    """Return the pause after so many tries to pay back."""
    return timedelta(seconds=_REFUND_PAUSES_S[min(max(tries - 1, 0), len(_REFUND_PAUSES_S) - 1)])


def held_at(way: str) -> Account:
    """Return the account where money that came this way lies."""
    return HELD_AT.get(Way(way), Account.PROVIDER)


def is_within_window(*, signed_at: datetime, at: datetime) -> bool:
    """Say whether a notice was signed just now."""
    return abs(at - signed_at) <= WINDOW


def balances(sides: Iterable[tuple[Account, int]]) -> bool:
    """Say whether the sides of a posting add up to nothing and each moves something."""
    amounts = [fen for _account, fen in sides]
    return len(amounts) >= 2 and sum(amounts) == 0 and 0 not in amounts


def receipt_number(*, order_row: int, paid_at: datetime) -> str:
    """Return the number printed on a receipt: the year it was paid in the city, and the order."""
    return f"{paid_at:%Y}-{order_row:08d}"
