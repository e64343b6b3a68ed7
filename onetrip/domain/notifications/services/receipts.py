"""What providers say later: it is there, or it could not be brought there after all."""

import json
from collections.abc import Sequence
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.notifications.models import Failure, Message
from onetrip.domain.notifications.states import TABLE, MessageState
from onetrip.domain.notifications.views import Receipt

_CAN_ARRIVE = [state for state in MessageState.values if TABLE.allows(state, "arrive")]


@use_case
def note_receipts(*, channel: str, receipts: Sequence[Receipt], at: datetime, by_number: bool = False) -> int:
    """Write receipts of one channel down; return how many were news. Hearing one twice changes nothing.

    `by_number`: their keys are the provider's numbers, not ours. A message that could not be brought there goes on to
    its next way, if there is one and it is not too late.
    """
    column = "provider_no" if by_number else "public_id"
    arrived = {receipt.key: receipt for receipt in receipts if not receipt.cause}
    rows = Message.objects.filter(
        channel=channel, state__in=_CAN_ARRIVE, **{f"{column}__in": sorted(arrived)}
    )
    news = rows.update(state=MessageState.ARRIVED, arrived_at=at, settled_at=at, unsure=False)
    lost = {receipt.key: receipt for receipt in receipts if receipt.cause}
    waiting = Message.objects.filter(
        channel=channel, state=MessageState.SENT, **{f"{column}__in": sorted(lost)}
    )
    locked = list(waiting.select_for_update().order_by("pk"))
    for row in locked:
        _bounce(row, lost[getattr(row, column)], at=at)
    changed = ["state", "cause", "route", "channel", "tries", "first_tried_at", "due_at", "settled_at"]
    Message.objects.bulk_update(locked, changed)
    Failure.objects.bulk_create(
        Failure(message=row, channel=channel, cause=lost[getattr(row, column)].cause, at=at) for row in locked
    )
    return news + len(locked)


def _bounce(row: Message, receipt: Receipt, *, at: datetime) -> None:
    routes = json.loads(row.routes)
    goes_on = row.route + 1 < len(routes) and row.expires_at > at and row.params is not None
    row.state = TABLE.next_state(row.state, "try_next" if goes_on else "bounce")
    row.cause = receipt.cause
    if goes_on:
        row.route, row.channel = row.route + 1, routes[row.route + 1][0]
        row.tries, row.first_tried_at, row.due_at, row.settled_at = 0, None, at, None


@use_case
def note_refused(*, code: str, source: str, at: datetime) -> None:
    """Write down that receipts were not believed, and from where they came."""
    record(
        verb="receipt.refuse", subject="messages", by=Actor("device", source), at=at, detail={"code": code}
    )
