"""Attempts to pay an order, and money that has come. Lock order: order, attempt, shift."""

import logging
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments import rules
from onetrip.domain.payments.errors import OrderNotDue, ShiftNeeded, WayUnknown
from onetrip.domain.payments.events import OrderPaid
from onetrip.domain.payments.models import Attempt, Order, Shift
from onetrip.domain.payments.services.ledger import post
from onetrip.domain.payments.services.orders import IN_THE_AIR, lock_order, move_order
from onetrip.domain.payments.services.refunding import give_surplus_back
from onetrip.domain.payments.states import (
    AT_THE_DESK,
    ATTEMPT,
    ONLINE,
    Account,
    AttemptState,
    OrderState,
    ShiftState,
)
from onetrip.domain.payments.views import Told

log = logging.getLogger(__name__)
SUCCESS = ("SUCCESS", "REFUND")  # REFUND: it was paid, and part of it has been given back since


@use_case
def begin_attempt(*, order_id: str, way: str, by: Actor, at: datetime) -> tuple[str, bool]:
    """Make an attempt to pay online and return (its number, whether it is new): a second tap finds the first.

    From now on the worker asks the provider about it until it is paid or closed, whatever happens to this process.
    Raises OrderNotDue, WayUnknown, NotFound.
    """
    if way not in ONLINE:
        raise WayUnknown(field="way")
    order = lock_order(order_id)
    ends_at = rules.attempt_end(order_ends_at=order.expires_at, at=at)
    if order.state != OrderState.DUE or ends_at is None:
        raise OrderNotDue()
    mine = order.attempts.filter(way=way, state=AttemptState.OPEN, fen=order.due_fen)
    found = mine.filter(expires_at__gt=at + rules.SHORTEST_ATTEMPT).first()
    if found is not None:
        return found.public_id, False
    attempt = Attempt.objects.create(
        order=order, way=way, fen=order.due_fen, state=AttemptState.OPENING, made_at=at, expires_at=ends_at
    )
    first = rules.next_look(made_at=at, expires_at=ends_at, looks=0, at=at)
    defer("payments.look_after", at=first, attempt=attempt.public_id)
    detail = {"attempt": attempt.public_id, "way": way, "fen": attempt.fen}
    record(verb="order.attempt", subject=f"order:{order_id}", by=by, at=at, detail=detail)
    return attempt.public_id, True


def lock_attempt(number: str) -> tuple[Order, Attempt]:
    """Lock an order and one of its attempts, in this order. Raises NotFound."""
    order = lock_one(Order.objects.filter(attempts__public_id=number))
    return order, lock_one(Attempt.objects.filter(public_id=number))


@use_case
def note_opened(*, number: str, pay_url: str) -> None:
    """The provider waits for the money at this address. It may have come before we heard of it."""
    _order, attempt = lock_attempt(number)
    attempt.pay_url = pay_url[:512]
    if attempt.state == AttemptState.OPENING:
        attempt.state = ATTEMPT.next_state(attempt.state, "open")
    attempt.save(update_fields=["pay_url", "state"])


@use_case
def note_not_paid(*, number: str, by: Actor, at: datetime) -> None:
    """The provider has closed the attempt: nothing can come of it any more. One that is paid stays paid."""
    order, attempt = lock_attempt(number)
    if attempt.state not in IN_THE_AIR:
        return
    attempt.state = ATTEMPT.next_state(attempt.state, "close")
    attempt.save(update_fields=["state"])
    detail = {"attempt": number}
    record(verb="order.attempt_closed", subject=f"order:{order.public_id}", by=by, at=at, detail=detail)


@use_case
def look_again_later(*, number: str, at: datetime) -> None:
    """Not decided yet: have the worker ask the provider once more."""
    _order, attempt = lock_attempt(number)
    if attempt.state in IN_THE_AIR:
        attempt.looks = min(attempt.looks + 1, 1000)
        attempt.save(update_fields=["looks"])
        ends_at = attempt.expires_at or at
        when = rules.next_look(made_at=attempt.made_at, expires_at=ends_at, looks=attempt.looks, at=at)
        # One look at a time: whoever asks besides, as closing an order does, must not leave one job more each time.
        defer("payments.look_after", at=when, once=f"look_after:{number}", attempt=number)


@use_case
def settle(*, told: Told, by: Actor, at: datetime) -> str:
    """Take note of what the provider says of a payment; return the attempt's state. Saying it twice changes nothing.

    Money that came is accepted if the order waits for it, else it goes back at once. Another amount than we asked for
    is not accepted: it is audited here and stands out at the next reconciliation. Raises NotFound.
    """
    order, attempt = lock_attempt(told.number)
    if told.outcome not in SUCCESS or attempt.state == AttemptState.PAID:
        return attempt.state
    if told.fen != attempt.fen:
        _note_other_amount(order, attempt, told, by=by, at=at)
        return attempt.state
    attempt.provider_no, attempt.paid_at = told.provider_no, told.at or at
    _book(order, attempt, by=by, at=at)
    return attempt.state


def _note_other_amount(order: Order, attempt: Attempt, told: Told, *, by: Actor, at: datetime) -> None:
    """Written down once: the attempt waits for nothing any more, so nobody goes on asking about it."""
    if attempt.state not in IN_THE_AIR:
        return
    log.error("payment %s: %s fen came instead of %s", told.number, told.fen, attempt.fen)
    attempt.state = ATTEMPT.next_state(attempt.state, "close")
    attempt.save(update_fields=["state"])
    detail = {"attempt": told.number, "told": told.fen, "asked": attempt.fen}
    record(verb="order.amount_differs", subject=f"order:{order.public_id}", by=by, at=at, detail=detail)


def _book(order: Order, attempt: Attempt, *, by: Actor, at: datetime) -> None:
    """Money is here: write it down, and take it for the order or send it back."""
    wanted = order.state == OrderState.DUE
    attempt.state, attempt.surplus = ATTEMPT.next_state(attempt.state, "settle"), not wanted
    attempt.save()
    whose = Account.FEES if wanted else Account.REFUNDS_DUE
    sides = [(rules.held_at(attempt.way), attempt.fen), (whose, -attempt.fen)]
    post(key=f"paid:{attempt.public_id}", sides=sides, order=order, shift=attempt.shift, by=by, at=at)
    if not wanted:
        give_surplus_back(order=order, attempt=attempt, by=by, at=at)
        return
    order.paid_at = attempt.paid_at
    move_order(order, "pay", by=by, at=at)
    publish(OrderPaid(order_id=order.public_id, at=at, by=by))


@use_case
def take_at_desk(*, order_id: str, way: str, officer_id: int, by: Actor, at: datetime) -> str:
    """Take cash or a card payment at the window, within the officer's open shift; return the payment's number.

    What is open online is closed with the provider afterwards; should it be paid all the same, it goes back.
    Raises ShiftNeeded, OrderNotDue, WayUnknown, NotFound.
    """
    if way not in AT_THE_DESK:
        raise WayUnknown(field="way")
    order = lock_order(order_id)
    if order.state != OrderState.DUE:
        raise OrderNotDue()
    shift = Shift.objects.select_for_update().filter(officer_id=officer_id, state=ShiftState.OPEN).first()
    if shift is None:
        raise ShiftNeeded()
    attempt = Attempt(
        order=order, way=way, fen=order.due_fen, state=AttemptState.OPEN, made_at=at, paid_at=at, shift=shift
    )
    attempt.save()
    if order.venue_id is None:
        order.venue_id = shift.venue_id
    _book(order, attempt, by=by, at=at)
    order.attempts.filter(state__in=IN_THE_AIR).update(expires_at=at)
    for number in order.attempts.filter(state__in=IN_THE_AIR).values_list("public_id", flat=True):
        defer("payments.look_after", attempt=number)
    return attempt.public_id
