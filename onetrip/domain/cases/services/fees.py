"""The fee of an errand, and the place it is paid for: no place lost while paying, no money kept without a place.

Order of locks: the order first, then the appointment, the case last. Where an appointment is held already, what must
happen to the fee is left to a job.
"""

from datetime import datetime
from typing import Any, NamedTuple

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_name
from onetrip.core.ready import Ready
from onetrip.core.unit import use_case
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.states import AppointmentState, Channel
from onetrip.domain.cases import rules
from onetrip.domain.cases.errors import CaseClosed, FeeDue, FeeLater, NothingBooked, NothingToPay
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.queries import may_watch
from onetrip.domain.cases.states import OPEN
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.catalog.queries import FeeLine
from onetrip.domain.payments import queries as payments
from onetrip.domain.payments import services as payment_services
from onetrip.domain.payments.states import OrderState

_ROWS = Case.objects.select_related("appointment__slot__schedule__venue", "ticket__venue", "order")
SETTLED = (OrderState.PAID, OrderState.WAIVED)


def fee_line(row: Case) -> FeeLine:
    """Return the fee that the citizen was told."""
    return catalog.checklist_of(row.guide_version, row.answers).fee


@use_case
def prepare_payment(*, case_id: str, citizen_id: int, by: Actor, at: datetime) -> str:
    """Make sure that there is an order to pay and that the place waits for it; return the order's id.

    Raises NothingToPay, FeeLater, CaseClosed, OrderNotDue for a fee that is paid, NothingBooked or HoldExpired where
    the fee belongs to a place that is not held any more, NotFound.
    """
    lock_name(f"fee:{case_id}")
    row = _ROWS.filter(public_id=case_id, citizen_id=citizen_id).first()
    if row is None:
        raise NotFound()
    order_id = _order_of(row, by=by, at=at)
    payment_services.hold_order(order_id=order_id)
    if fee_line(row).pay == rules.BEFORE and _is_held(row):
        assert row.appointment is not None
        until = booking.extend_hold(appointment_id=row.appointment.public_id, by=by, at=at)
        payment_services.extend_order(order_id=order_id, until=until - rules.CLOSING_TAKES)
    Case.objects.filter(pk=row.pk).update(order_id=payments.order_key(order_id))
    return order_id


def _is_held(row: Case) -> bool:
    return row.appointment is not None and row.appointment.state == AppointmentState.HELD


def _order_of(row: Case, *, by: Actor, at: datetime) -> str:
    """Return the order that is due, made now if need be."""
    fee = fee_line(row)
    fen = _owed_now(row, fee)
    if row.order is not None and row.order.state in (OrderState.DUE, *SETTLED):
        return row.order.public_id
    if fee.pay == rules.BEFORE and not _is_held(row):
        raise NothingBooked()
    held_until = row.appointment.held_until if row.appointment and fee.pay == rules.BEFORE else None
    return payment_services.open_order(
        payer_id=row.citizen_id,
        item_code=row.item_code,
        title=row.item_name,
        fen=fen,
        venue_code=row.appointment.slot.schedule.venue.code if row.appointment else None,
        expires_at=held_until - rules.CLOSING_TAKES if held_until else None,
        by=by,
        at=at,
    )


def _owed_now(row: Case, fee: FeeLine) -> int:
    """Return the fen. Raises FeeLater for one that comes after the errand; CaseClosed, NothingToPay."""
    if not rules.may_ask_fee(case_state=row.state, pay=fee.pay):
        raise FeeLater() if fee.pay == rules.AFTER and row.state in OPEN else CaseClosed()
    if not fee.fen:
        raise NothingToPay()
    return fee.fen


class HeldPlace(NamedTuple):
    """What confirming asks of an errand and of the place that is held for it; no place, no id."""

    appointment_id: str | None
    visit_id: str | None
    channel: str | None
    guide_version: str
    answers: dict[str, str]
    order_id: str | None


_HELD: Ready[tuple[Any, ...]] = Ready(
    lambda case_id, citizen_id: Case.objects.filter(public_id=case_id, citizen_id=citizen_id).values_list(
        "appointment__public_id", "appointment__visit_id", "appointment__channel",
        "guide_version", "answers", "order__public_id",
    ),
    case_id=str,
    citizen_id=int,
)  # fmt: skip


def held_place(case_id: str, citizen_id: int) -> HeldPlace:
    """Read what confirming asks for, without locking it; raises NotFound for a stranger's errand."""
    found = _HELD.first(case_id=case_id, citizen_id=citizen_id)
    if found is None:
        raise NotFound()
    return HeldPlace(*found)


def refuse_unpaid(place: HeldPlace) -> None:
    """Let nobody confirm a place whose fee comes first. Locks the order: it stays paid until the use case is over.

    Where no provider is configured, every fee is paid at the window, and so it is by whom the hall or the hotline has
    booked for: they may have no phone to pay with. Raises FeeDue.
    """
    if not payments.is_on() or place.channel != Channel.PHONE:
        return
    fee = catalog.checklist_of(place.guide_version, place.answers).fee
    if fee.pay != rules.BEFORE or not fee.fen:
        return
    if place.order_id is None or payment_services.hold_order(order_id=place.order_id) not in SETTLED:
        raise FeeDue()


@use_case
def ask_fee_at_window(*, case_id: str, officer_id: int, by: Actor, at: datetime) -> str:
    """Make sure that there is an order to pay at the window and return its id.

    Raises NothingToPay, FeeLater, CaseClosed, NotFound for an officer who does not deal with the case.
    """
    if not may_watch(case_id=case_id, user_id=officer_id):
        raise NotFound()
    lock_name(f"fee:{case_id}")
    found = _ROWS.filter(public_id=case_id).first()
    if found is None or found.citizen_id == officer_id:
        raise NotFound()
    if found.order is not None and found.order.state in (OrderState.DUE, *SETTLED):
        return found.order.public_id
    fen = _owed_now(found, fee_line(found))
    order_id = payment_services.open_order(
        payer_id=found.citizen_id,
        item_code=found.item_code,
        title=found.item_name,
        fen=fen,
        venue_code=found.ticket.venue.code if found.ticket else None,
        by=by,
        at=at,
    )
    Case.objects.filter(pk=found.pk).update(order_id=payments.order_key(order_id))
    return order_id


@use_case
def settle_fee(*, case_id: str, by: Actor, at: datetime) -> None:
    """Bring the fee in line with what became of the errand: give it back, ask for it no more, or keep it.

    Doing it twice is the same as once. Raises NotFound.
    """
    rows = Case.objects.select_related("order", "appointment")
    row = rows.filter(public_id=case_id).first()
    if row is None:
        raise NotFound()
    if row.order is None:
        return
    order_state = payment_services.hold_order(order_id=row.order.public_id)
    row.refresh_from_db(fields=["state", "appointment", "guide_version", "answers"])
    reason = rules.reason_to_give_back(
        case_state=row.state,
        appointment_state=row.appointment.state if row.appointment else None,
        pay=fee_line(row).pay,
    )
    if reason is None:
        return
    if order_state == OrderState.PAID:
        payment_services.refund_by_rule(order_id=row.order.public_id, reason=reason, by=by, at=at)
    elif order_state == OrderState.DUE:
        payment_services.end_order(order_id=row.order.public_id, by=by, at=at)


@use_case
def ask_invoice(*, case_id: str, citizen_id: int, title: str, by: Actor, at: datetime) -> None:
    """Ask for the electronic invoice of a paid fee. Raises as payments.services.ask_invoice does, NotFound."""
    row = _ROWS.filter(public_id=case_id, citizen_id=citizen_id).first()
    if row is None or row.order is None:
        raise NotFound()
    payment_services.ask_invoice(order_id=row.order.public_id, payer_id=citizen_id, title=title, by=by, at=at)


def _order_at_window(case_id: str, officer_id: int) -> str:
    """Return the order of a case that this officer deals with. Raises NotFound."""
    row = _ROWS.filter(public_id=case_id).first()
    if not may_watch(case_id=case_id, user_id=officer_id) or row is None or row.order is None:
        raise NotFound()
    return row.order.public_id


@use_case
def take_fee_at_window(*, case_id: str, way: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Take the fee in cash or by card. Raises as ask_fee_at_window and payments.services.take_at_desk do."""
    order_id = ask_fee_at_window(case_id=case_id, officer_id=officer_id, by=by, at=at)
    payment_services.take_at_desk(order_id=order_id, way=way, officer_id=officer_id, by=by, at=at)


@use_case
def reduce_fee(*, case_id: str, fen: int, ground: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Ask for less on a ground. Raises as ask_fee_at_window and payments.services.reduce_order do."""
    order_id = ask_fee_at_window(case_id=case_id, officer_id=officer_id, by=by, at=at)
    payment_services.reduce_order(order_id=order_id, fen=fen, ground=ground, by=by, at=at)


@use_case
def propose_refund(*, case_id: str, fen: int, note: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Propose to give (part of) the fee back; a second person decides. Raises as payments.services.ask_refund does."""
    order_id = _order_at_window(case_id, officer_id)
    payment_services.ask_refund(order_id=order_id, fen=fen, note=note, by=by, at=at)
