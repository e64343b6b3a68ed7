"""Giving money back: by a rule at once, by hand with a second person. Lock order: order, attempt, refund, shift."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import Invalid
from onetrip.core.events import publish
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.money import yuan
from onetrip.core.unit import use_case
from onetrip.domain.payments import rules
from onetrip.domain.payments.errors import (
    NoteMissing,
    RefundOfSomethingElse,
    RefundOwn,
    RefundTooMuch,
    ShiftNeeded,
)
from onetrip.domain.payments.events import RefundDone
from onetrip.domain.payments.models import Attempt, Order, Refund, Shift
from onetrip.domain.payments.services.ledger import post
from onetrip.domain.payments.services.orders import lock_order, move_order
from onetrip.domain.payments.states import (
    AT_THE_DESK,
    BY_RULE,
    REFUND,
    Account,
    AttemptState,
    OrderState,
    Reason,
    RefundState,
    ShiftState,
)


@use_case
def ask_refund(*, order_id: str, fen: int, note: str, by: Actor, at: datetime) -> str:
    """Propose to give all or part of a fee back; a second person decides. Returns the refund's id.

    Raises NoteMissing, RefundOfSomethingElse, RefundTooMuch, Invalid, NotFound.
    """
    order = lock_order(order_id)
    attempt = _payment_of(order)
    if not note.strip():
        raise NoteMissing(field="note")
    if fen <= 0:
        raise Invalid(field="fen")
    asked = attempt.refunds.filter(state=RefundState.ASKED).values_list("fen", flat=True)
    left = attempt.fen - attempt.given_back_fen - sum(asked)
    if fen > left:
        raise RefundTooMuch(field="fen", left=yuan(left))
    refund = Refund.objects.create(
        attempt=attempt,
        fen=fen,
        state=RefundState.ASKED,
        reason=Reason.BY_HAND,
        note=note.strip()[:300],
        asked_by=by.id,
        asked_at=at,
    )
    detail = {"refund": refund.public_id, "fen": fen}
    record(verb="refund.ask", subject=f"order:{order_id}", by=by, at=at, detail=detail)
    return refund.public_id


def _payment_of(order: Order) -> Attempt:
    paid = order.attempts.filter(state=AttemptState.PAID, surplus=False)
    attempt = paid.select_for_update().first()
    if attempt is None or order.state != OrderState.PAID:
        raise RefundOfSomethingElse()
    return attempt


@use_case
def refund_by_rule(*, order_id: str, reason: str, by: Actor, at: datetime) -> None:
    """Give back what is left of the fee because a rule says so. An order that is not paid stays as it is.

    Raises ValueError for a reason that is no rule, NotFound.
    """
    if reason not in BY_RULE:
        raise ValueError(f"{reason} is no rule")
    order = lock_order(order_id)
    if order.state == OrderState.PAID:
        attempt = _payment_of(order)
        _commit(order, attempt, fen=attempt.fen - attempt.given_back_fen, reason=reason, by=by, at=at)


def give_surplus_back(*, order: Order, attempt: Attempt, by: Actor, at: datetime) -> None:
    """Return money that nobody was waiting for; part of the use case that wrote it down."""
    reason = Reason.PAID_TWICE if order.state == OrderState.PAID else Reason.PAID_TOO_LATE
    _commit(order, attempt, fen=attempt.fen, reason=reason, by=by, at=at)


def _commit(order: Order, attempt: Attempt, *, fen: int, reason: str, by: Actor, at: datetime) -> None:
    refund = Refund(
        attempt=attempt, fen=fen, state=RefundState.APPROVED, reason=reason, asked_by=by.id, asked_at=at
    )
    refund.decided_at = at
    refund.save()
    _promise(order, attempt, refund, by=by, at=at)


def _promise(order: Order, attempt: Attempt, refund: Refund, *, by: Actor, at: datetime) -> None:
    """From here on the money is the citizen's: it leaves the fees, and the worker brings it on its way."""
    attempt.given_back_fen += refund.fen
    attempt.save(update_fields=["given_back_fen"])
    if not attempt.surplus:
        sides = [(Account.FEES, refund.fen), (Account.REFUNDS_DUE, -refund.fen)]
        post(key=f"promised:{refund.public_id}", sides=sides, order=order, by=by, at=at)
    detail = {"refund": refund.public_id, "fen": refund.fen, "reason": str(refund.reason)}
    record(verb="refund.approve", subject=f"order:{order.public_id}", by=by, at=at, detail=detail)
    if attempt.way not in AT_THE_DESK:
        defer("payments.send_refund", refund=refund.public_id)
    if not attempt.surplus and attempt.given_back_fen == attempt.fen:
        move_order(order, "give_back", by=by, at=at)


def _lock_refund(refund_id: str) -> tuple[Order, Attempt, Refund]:
    order = lock_one(Order.objects.filter(attempts__refunds__public_id=refund_id))
    attempt = lock_one(Attempt.objects.filter(refunds__public_id=refund_id))
    return order, attempt, lock_one(Refund.objects.filter(public_id=refund_id))


@use_case
def approve_refund(*, refund_id: str, by: Actor, at: datetime) -> None:
    """Say yes as the second person. Raises RefundOwn, RefundTooMuch, WrongState, NotFound."""
    order, attempt, refund = _lock_refund(refund_id)
    state = REFUND.next_state(refund.state, "approve")
    if refund.asked_by == by.id:
        raise RefundOwn()
    if refund.fen > attempt.fen - attempt.given_back_fen:
        raise RefundTooMuch(left=yuan(attempt.fen - attempt.given_back_fen))
    refund.state, refund.decided_by, refund.decided_at = state, by.id, at
    refund.save()
    _promise(order, attempt, refund, by=by, at=at)


@use_case
def refuse_refund(*, refund_id: str, note: str, by: Actor, at: datetime) -> None:
    """Say no; the word why is added to the proposal. Raises NoteMissing, WrongState, NotFound."""
    order, _attempt, refund = _lock_refund(refund_id)
    if not note.strip():
        raise NoteMissing(field="note")
    refund.state = REFUND.next_state(refund.state, "refuse")
    refund.decided_by, refund.decided_at = by.id, at
    refund.note = f"{refund.note} / {note.strip()}"[:300]
    refund.save()
    detail = {"refund": refund_id}
    record(verb="refund.refuse", subject=f"order:{order.public_id}", by=by, at=at, detail=detail)


@use_case
def complete_refund(*, refund_id: str, provider_no: str, done_at: datetime, by: Actor, at: datetime) -> None:
    """The provider has paid the money back. Hearing it twice changes nothing. Raises WrongState, NotFound."""
    order, attempt, refund = _lock_refund(refund_id)
    if refund.state != RefundState.DONE:
        refund.provider_no, refund.done_at = provider_no, done_at
        _pay_out(order, attempt, refund, by=by, at=at)


def _pay_out(order: Order, attempt: Attempt, refund: Refund, *, by: Actor, at: datetime) -> None:
    refund.state = REFUND.next_state(refund.state, "complete")
    refund.fault = ""
    refund.save()
    sides = [(Account.REFUNDS_DUE, refund.fen), (rules.held_at(attempt.way), -refund.fen)]
    post(key=f"returned:{refund.public_id}", sides=sides, order=order, shift=refund.shift, by=by, at=at)
    detail = {"refund": refund.public_id, "fen": refund.fen}
    record(verb="refund.complete", subject=f"order:{order.public_id}", by=by, at=at, detail=detail)
    publish(RefundDone(order_id=order.public_id, refund_id=refund.public_id, fen=refund.fen, at=at, by=by))


@use_case
def pay_out_at_desk(*, refund_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Hand the money of a refund out of the officer's till (or back to the card). Raises ShiftNeeded, WrongState,
    RefundOfSomethingElse for money that came online, NotFound."""
    order, attempt, refund = _lock_refund(refund_id)
    if attempt.way not in AT_THE_DESK:
        raise RefundOfSomethingElse()
    shift = Shift.objects.select_for_update().filter(officer_id=officer_id, state=ShiftState.OPEN).first()
    if shift is None:
        raise ShiftNeeded()
    refund.shift, refund.done_at = shift, at
    _pay_out(order, attempt, refund, by=by, at=at)


@use_case
def try_refund_later(*, refund_id: str, fault: str, at: datetime) -> None:
    """The provider has not paid it back yet: ask again after a pause."""
    _order, _attempt, refund = _lock_refund(refund_id)
    if refund.state == RefundState.APPROVED:
        refund.looks, refund.fault = min(refund.looks + 1, 1000), fault[:80]
        refund.save(update_fields=["looks", "fault"])
        defer("payments.send_refund", at=at + rules.refund_pause(refund.looks), refund=refund_id)
