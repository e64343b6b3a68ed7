"""What the provider tells us: kept once, applied by the worker. Nothing here is written before it is believed."""

from datetime import datetime
from typing import Any

from onetrip.core.audit import Actor, record
from onetrip.core.database import ask
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments import rules
from onetrip.domain.payments.errors import NoticeForged, NoticeReplayed
from onetrip.domain.payments.models import Nonce, Notice
from onetrip.domain.payments.services.paying import settle
from onetrip.domain.payments.services.refunding import complete_refund
from onetrip.domain.payments.views import Told

BY = Actor.system("wechat_pay")
PAYMENT, REFUND = "payment", "refund"
_ASKED = {
    PAYMENT: "SELECT fen FROM payments_attempt WHERE public_id = %(number)s",
    REFUND: "SELECT fen FROM payments_refund WHERE public_id = %(number)s",
}
# One statement for all that must be looked at and written, and no transaction around it: it is one by itself, and the
# provider waits for one trip to the database and one commit. What is not ours leaves no nonce behind.
_KEEP = """
WITH asked AS ({asked}),
fresh AS (
    INSERT INTO payments_nonce (nonce, at) SELECT %(nonce)s, %(at)s FROM asked WHERE asked.fen = %(fen)s
    ON CONFLICT DO NOTHING RETURNING 1
),
kept AS (
    INSERT INTO payments_notice
        (event_id, kind, number, outcome, fen, provider_no, happened_at, received_at)
    SELECT %(event_id)s, %(kind)s, %(number)s, %(outcome)s, %(fen)s, %(provider_no)s, %(happened_at)s, %(at)s
    FROM fresh ON CONFLICT (event_id) DO NOTHING RETURNING 1
)
SELECT EXISTS (SELECT FROM fresh), (SELECT fen FROM asked), EXISTS (SELECT FROM kept)
"""
_KEEP_OF = {kind: _KEEP.format(asked=asked) for kind, asked in _ASKED.items()}


def keep_notice(*, event_id: str, kind: str, nonce: str, told: Told, at: datetime) -> bool:
    """Keep a believed notice for the worker, and say whether it is news: the provider repeats itself.

    Raises NoticeReplayed for a nonce that was used, NoticeForged for a number or an amount that is not ours.
    """
    values: dict[str, Any] = {
        "event_id": event_id,
        "kind": kind,
        "nonce": nonce,
        "number": told.number,
        "outcome": told.outcome,
        "fen": told.fen,
        "provider_no": told.provider_no,
        "happened_at": told.at or at,
        "at": at,
    }
    [(fresh, asked_fen, kept)] = ask(_KEEP_OF[kind], values)
    if asked_fen is None:
        raise NoticeForged(what="number")
    if asked_fen != told.fen:
        raise NoticeForged(what="amount")
    if not fresh:
        raise NoticeReplayed()
    return bool(kept)


@use_case
def apply_notice(*, event_id: str, at: datetime) -> None:
    """Do what a kept notice says. Doing it twice is the same as once. Raises NotFound."""
    row = lock_one(Notice.objects.filter(event_id=event_id))
    if row.applied_at is not None:
        return
    if row.kind == PAYMENT:
        told = Told(row.number, row.outcome, row.fen, row.provider_no, row.happened_at)
        settle(told=told, by=BY, at=at)
    elif row.outcome == "SUCCESS":
        complete_refund(
            refund_id=row.number, provider_no=row.provider_no, done_at=row.happened_at, by=BY, at=at
        )
    row.applied_at = at
    row.save(update_fields=["applied_at"])


@use_case
def note_refused(*, code: str, source: str, at: datetime) -> None:
    """Write down that a notice was not believed, and from where it came."""
    record(
        verb="notice.refuse", subject="wechat_pay", by=Actor("device", source), at=at, detail={"code": code}
    )


@use_case
def forget_nonces(*, at: datetime) -> int:
    """Delete nonces that no believable notice could carry any more; return how many."""
    deleted, _by_table = Nonce.objects.filter(at__lt=at - rules.NONCE_LIVES).delete()
    return deleted
