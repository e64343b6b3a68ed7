"""Orders: asking for a fee, asking for less, and not asking any more."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments.errors import FeeWrong, GroundMissing, OrderNotDue
from onetrip.domain.payments.events import OrderChanged
from onetrip.domain.payments.models import Attempt, Order
from onetrip.domain.payments.states import ORDER, AttemptState, Ground, OrderState
from onetrip.domain.venues import queries as venues

IN_THE_AIR = (AttemptState.OPENING, AttemptState.OPEN)


@use_case
def open_order(
    *,
    payer_id: int | None,
    item_code: str,
    title: str,
    fen: int,
    venue_code: str | None = None,
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Ask for a fee and return the order's id. `expires_at`: then it is closed if nobody has paid.

    Raises FeeWrong for nothing or less, NotFound for an unknown venue.
    """
    if fen <= 0:
        raise FeeWrong(field="fen")
    row = Order.objects.create(
        payer_id=payer_id,
        item_code=item_code,
        title=title[:120],
        full_fen=fen,
        due_fen=fen,
        venue_id=venues.venue(venue_code).id if venue_code else None,
        state=OrderState.DUE,
        made_at=at,
        changed_at=at,
        expires_at=expires_at,
    )
    record(verb="order.open", subject=f"order:{row.public_id}", by=by, at=at, detail={"fen": fen})
    return row.public_id


def lock_order(order_id: str) -> Order:
    """Lock an order: the first row of payments that a use case takes. Raises NotFound."""
    return lock_one(Order.objects.filter(public_id=order_id))


def move_order(row: Order, verb: str, *, by: Actor, at: datetime) -> None:
    """Move a locked order along its table, save it, note it and tell the modules above."""
    row.state, row.changed_at = ORDER.next_state(row.state, verb), at
    row.save()
    record(verb=f"order.{verb}", subject=f"order:{row.public_id}", by=by, at=at)
    if verb != "pay":
        publish(OrderChanged(order_id=row.public_id, state=row.state, at=at, by=by))


@use_case
def reduce_order(*, order_id: str, fen: int, ground: str, by: Actor, at: datetime) -> None:
    """Ask for less, or nothing at all (0), on a ground that is kept. What is being paid already cannot be reduced.

    Raises GroundMissing, FeeWrong, OrderNotDue, NotFound.
    """
    row = lock_order(order_id)
    if ground not in Ground.values:
        raise GroundMissing(field="ground")
    if not 0 <= fen < row.full_fen:
        raise FeeWrong(field="fen")
    if row.state != OrderState.DUE or row.attempts.filter(state__in=IN_THE_AIR).exists():
        raise OrderNotDue()
    row.due_fen, row.ground = fen, ground
    detail = {"fen": fen, "ground": ground}
    record(verb="order.reduce", subject=f"order:{order_id}", by=by, at=at, detail=detail)
    if fen:
        row.changed_at = at
        row.save()
        publish(OrderChanged(order_id=order_id, state=row.state, at=at, by=by))
    else:
        move_order(row, "waive", by=by, at=at)


@use_case
def hold_order(*, order_id: str) -> str:
    """Lock an order until the end of the use case and return its state: it cannot change meanwhile. Raises NotFound."""
    return lock_order(order_id).state


@use_case
def extend_order(*, order_id: str, until: datetime) -> None:
    """Let an order that expires live longer, never shorter. Raises NotFound."""
    row = lock_order(order_id)
    if row.state == OrderState.DUE and row.expires_at is not None and row.expires_at < until:
        row.expires_at = until
        row.save(update_fields=["expires_at"])


@use_case
def end_order(*, order_id: str, by: Actor, at: datetime) -> None:
    """Ask for the fee no more. While something may still be paid on it, it is closed with the provider first.

    Raises NotFound. An order that is not due stays as it is.
    """
    row = lock_order(order_id)
    if row.state != OrderState.DUE:
        return
    open_attempts = Attempt.objects.filter(order=row, state__in=IN_THE_AIR)
    if not open_attempts.exists():
        move_order(row, "close", by=by, at=at)
        return
    row.expires_at = at
    row.save(update_fields=["expires_at"])
    open_attempts.update(expires_at=at)
    defer("payments.close_order", order=order_id)


@use_case
def close_if_nothing_is_open(*, order_id: str, by: Actor, at: datetime) -> bool:
    """Close an order whose time has passed, once none of its attempts can be paid any more; say whether it is closed.

    Raises NotFound.
    """
    row = lock_order(order_id)
    if row.state != OrderState.DUE:
        return True
    waits = row.attempts.filter(state__in=IN_THE_AIR).exists()
    if waits or row.expires_at is None or row.expires_at > at:
        return False
    move_order(row, "close", by=by, at=at)
    return True
