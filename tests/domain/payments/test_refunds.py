"""Money back: by a rule, with a second person, from a till."""

import time

import pytest

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.transitions import WrongState
from onetrip.domain.payments import flows, queries, services
from onetrip.domain.payments.errors import (
    NoteMissing,
    RefundOfSomethingElse,
    RefundOwn,
    RefundTooMuch,
    ShiftNeeded,
)
from tests.domain.booking.conftest import build_hall
from tests.domain.payments.conftest import BY, FEN, Till, an_order, balance, started, take, work
from tests.people import a_staff_member

ANN, BOB = Actor("staff", "ann"), Actor("staff", "bob")


@pytest.fixture
def paid(till: Till) -> str:
    order_id = an_order()
    till.pay.pay(started(order_id))
    take(till.heard()[0])
    work()
    till.ear.heard.clear()
    return order_id


def ask(order_id: str, fen: int) -> str:
    return services.ask_refund(order_id=order_id, fen=fen, note="多收", by=ANN, at=clock.now())


def until_done(order_id: str) -> None:
    for _try in range(100):
        work()
        for refund in queries.order(order_id).refunds:
            flows.send_refund(refund_id=refund.id, at=clock.now())
        if all(one.state != "approved" for one in queries.order(order_id).refunds):
            return
        time.sleep(0.05)
    raise AssertionError("the refund does not come home")


def test_part_of_a_fee_goes_back_with_a_second_person(till: Till, paid: str) -> None:
    refund_id = ask(paid, 1500)
    assert balance() == {"provider": FEN, "fees": -FEN}, "asked is not given"
    with pytest.raises(RefundOwn):
        services.approve_refund(refund_id=refund_id, by=ANN, at=clock.now())
    services.approve_refund(refund_id=refund_id, by=BOB, at=clock.now())
    assert balance() == {"provider": FEN, "fees": 1500 - FEN, "refunds_due": -1500}
    until_done(paid)
    assert balance() == {"provider": FEN - 1500, "fees": 1500 - FEN}
    view = queries.order(paid)
    assert (view.state, view.kept_fen, till.pay.totals()["refunded"] >= 1500) == ("paid", FEN - 1500, True)
    services.approve_refund(refund_id=ask(paid, FEN - 1500), by=BOB, at=clock.now())
    until_done(paid)
    assert (queries.order(paid).state, balance()) == ("refunded", {})


def test_no_more_goes_back_than_came(paid: str) -> None:
    with pytest.raises(RefundTooMuch):
        ask(paid, FEN + 1)
    ask(paid, 3000)
    with pytest.raises(RefundTooMuch):
        ask(paid, 3000)
    with pytest.raises(NoteMissing):
        services.ask_refund(order_id=paid, fen=1, note=" ", by=ANN, at=clock.now())


def test_a_refusal_has_its_word_and_leaves_the_money(paid: str) -> None:
    refund_id = ask(paid, FEN)
    with pytest.raises(NoteMissing):
        services.refuse_refund(refund_id=refund_id, note="", by=BOB, at=clock.now())
    services.refuse_refund(refund_id=refund_id, note="已办结", by=BOB, at=clock.now())
    with pytest.raises(WrongState):
        services.approve_refund(refund_id=refund_id, by=BOB, at=clock.now())
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_a_rule_gives_back_what_is_left_at_once_and_once(till: Till, paid: str) -> None:
    for _twice in range(2):
        services.refund_by_rule(order_id=paid, reason="cancelled", by=BY, at=clock.now())
    until_done(paid)
    (refund,) = queries.order(paid).refunds
    assert (refund.fen, queries.order(paid).state, balance()) == (FEN, "refunded", {})
    for heard in till.heard(1):
        assert take(heard), "the notice of the refund is believed"
    work()
    assert balance() == {}
    with pytest.raises(ValueError, match="no rule"):
        services.refund_by_rule(order_id=paid, reason="by_hand", by=BY, at=clock.now())


def test_a_notice_completes_a_refund_that_takes_its_time(till: Till, paid: str) -> None:
    till.pay.behave(refunds_take_s=0.3)
    services.refund_by_rule(order_id=paid, reason="withdrawn", by=BY, at=clock.now())
    work()
    (refund,) = queries.order(paid).refunds
    assert (refund.state, refund.fault) == ("approved", "PROCESSING")
    take(till.heard()[0])
    work()
    assert queries.order(paid).refunds[0].state == "done" and balance() == {}


def test_a_silent_provider_is_asked_again(till: Till, paid: str) -> None:
    till.pay.behave(silent=True)
    services.refund_by_rule(order_id=paid, reason="no_place", by=BY, at=clock.now())
    work()
    assert queries.order(paid).refunds[0].fault == "http 503"
    till.pay.be_good()
    until_done(paid)
    assert balance() == {}


def test_nothing_paid_is_nothing_to_give_back(till: Till) -> None:
    order_id = an_order()
    services.refund_by_rule(order_id=order_id, reason="cancelled", by=BY, at=clock.now())
    with pytest.raises(RefundOfSomethingElse):
        ask(order_id, 1)


def test_cash_comes_and_goes_within_a_shift(db: None) -> None:
    hall, officer = build_hall(), a_staff_member()
    order_id = an_order()
    desk = {"officer_id": officer.pk, "by": ANN, "at": clock.now()}
    with pytest.raises(ShiftNeeded):
        services.take_at_desk(order_id=order_id, way="cash", **desk)
    services.open_shift(venue_code=hall.venue.code, **desk)
    services.take_at_desk(order_id=order_id, way="cash", **desk)
    services.take_at_desk(order_id=an_order(fen=1000), way="pos", **desk)
    assert balance() == {"cash": FEN, "pos": 1000, "fees": -FEN - 1000}
    services.approve_refund(refund_id=ask(order_id, 1500), by=BOB, at=clock.now())
    (due,) = queries.refunds_to_hand_out(venue_code=hall.venue.code)
    services.pay_out_at_desk(refund_id=due.id, **desk)
    with pytest.raises(WrongState):
        services.pay_out_at_desk(refund_id=due.id, **desk)
    shift = queries.open_shift_of(officer_id=officer.pk)
    assert (shift.cash_fen, shift.pos_fen, shift.paid_out_fen, shift.expected_fen) == (
        FEN,
        1000,
        1500,
        FEN - 1500,
    )
    with pytest.raises(NoteMissing):
        services.close_shift(counted_fen=2400, note="", **desk)
    services.close_shift(counted_fen=2400, note="少一元", **desk)
    assert balance() == {"safe": 2400, "pos": 1000, "till_differences": 100, "fees": 1500 - FEN - 1000}
    with pytest.raises(ShiftNeeded):
        services.close_shift(counted_fen=0, note="", **desk)


def test_cash_closes_what_was_open_online(till: Till) -> None:
    hall, officer = build_hall(), a_staff_member()
    order_id = an_order()
    number = started(order_id)
    desk = {"officer_id": officer.pk, "by": ANN, "at": clock.now()}
    services.open_shift(venue_code=hall.venue.code, **desk)
    services.take_at_desk(order_id=order_id, way="cash", **desk)
    work()
    with pytest.raises(AssertionError, match="ORDER_CLOSED"):
        till.pay.pay(number)
