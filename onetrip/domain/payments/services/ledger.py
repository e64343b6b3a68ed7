"""The ledger: every movement of money has two sides at least, and nothing in it is ever changed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from onetrip.core.audit import Actor
from onetrip.core.unit import use_case
from onetrip.domain.payments import rules
from onetrip.domain.payments.models import Order, Shift
from onetrip.domain.payments.states import Account

# In one statement; the trigger on entries adds them up before the commit.
_POST = """
WITH posting AS (
    INSERT INTO payments_posting (key, order_id, shift_id, at, by) VALUES (%s, %s, %s, %s, %s) RETURNING id
)
INSERT INTO payments_entry (posting_id, account, fen)
SELECT posting.id, side.account, side.fen FROM posting, unnest(%s::text[], %s::int[]) AS side(account, fen)
"""


@use_case
def post(
    *,
    key: str,
    sides: Sequence[tuple[Account, int]],
    order: Order | None = None,
    shift: Shift | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Write one movement. `key` makes it happen once: a second posting with it is a bug and fails.

    Raises ValueError for sides that do not add up to nothing.
    """
    if not rules.balances(sides):
        raise ValueError(f"{key}: {list(sides)} does not balance")
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            [
                key,
                order.pk if order else None,
                shift.pk if shift else None,
                at,
                f"{by.kind}:{by.id}",
                [str(account) for account, _fen in sides],
                [fen for _account, fen in sides],
            ],
        )
