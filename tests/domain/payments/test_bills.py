"""The provider's bill beside our books."""

from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.core.transitions import WrongState
from onetrip.domain.payments import flows, queries, services
from onetrip.domain.payments.errors import NoteMissing, ProviderSilent
from onetrip.domain.payments.gateways import Unreachable
from onetrip.domain.payments.gateways.bill import bill_lines
from onetrip.domain.payments.models import Attempt
from tests.domain.payments.conftest import BY, FEN, Till, an_order, balance, started, take, work


def today():
    return clock.city_day(clock.now())


def pay(till: Till, *, heard: bool = True) -> str:
    number = started(an_order())
    till.pay.behave(lose=0 if heard else 1)
    before = len(till.ear.heard)
    till.pay.pay(number)
    if heard:
        take(till.heard(before + 1)[-1])
        work()
    return number


def mine(numbers) -> list:
    """The provider remembers the payments of other tests, too; only ours count here."""
    return [row for row in queries.differences(day=today()) if row.number in numbers]


def reconcile() -> None:
    flows.reconcile(day=today(), by=BY, at=clock.now())


def test_what_agrees_is_matched_and_every_difference_is_a_task(till: Till) -> None:
    matched, lost, invented, wrong = pay(till), pay(till, heard=False), started(an_order()), pay(till)
    Attempt.objects.filter(public_id=invented).update(
        state="paid", paid_at=clock.now(), provider_no="42-none"
    )
    Attempt.objects.filter(public_id=wrong).update(fen=FEN + 1)
    reconcile()
    kinds = {row.number: row.kind for row in mine({matched, lost, invented, wrong})}
    assert kinds == {lost: "different", invented: "missing_there", wrong: "different"} or kinds == {
        lost: "missing_here", invented: "missing_there", wrong: "different",
    }  # fmt: skip
    run = queries.reconciliation(today())
    assert run.state == "done" and run.lines == run.lines_read > 0 and run.matched >= 1


def test_asking_the_provider_resolves_a_lost_payment(till: Till) -> None:
    lost = pay(till, heard=False)
    reconcile()
    (task,) = mine({lost})
    assert (task.kind, task.provider_fen, task.our_fen, task.state) == ("missing_here", FEN, None, "open")
    flows.ask_about_difference(difference_id=task.id, by=BY, at=clock.now())
    (task,) = mine({lost})
    assert task.state == "resolved" and balance() == {"provider": FEN, "fees": -FEN}


def test_a_task_is_closed_by_hand_with_a_word_once(till: Till) -> None:
    lost = pay(till, heard=False)
    reconcile()
    (task,) = mine({lost})
    with pytest.raises(NoteMissing):
        services.resolve_difference(difference_id=task.id, note="", by=BY, at=clock.now())
    services.resolve_difference(difference_id=task.id, note="线下退还", by=BY, at=clock.now())
    with pytest.raises(WrongState):
        services.resolve_difference(difference_id=task.id, note="又来", by=BY, at=clock.now())
    reconcile()
    (task,) = mine({lost})
    assert task.state == "resolved", "what a person has decided is not opened again"


def test_refunds_stand_on_the_bill_too(till: Till) -> None:
    till.pay.behave(refunds_take_s=0)
    number = pay(till)
    order_id = Attempt.objects.get(public_id=number).order.public_id
    services.refund_by_rule(order_id=order_id, reason="cancelled", by=BY, at=clock.now())
    work()
    take(till.heard(2)[-1])
    work()
    reconcile()
    (refund,) = queries.order(order_id).refunds
    assert mine({number, refund.id}) == [] and refund.state == "done"


def test_a_day_without_anything_is_compared_too(till: Till) -> None:
    day = today() - timedelta(days=400)
    flows.reconcile(day=day, by=BY, at=clock.now())
    assert (queries.reconciliation(day).matched, queries.reconciliation(day).differences) == (0, 0)


def test_a_silent_provider_leaves_a_run_that_can_be_repeated(till: Till) -> None:
    pay(till)
    till.pay.behave(silent=True)
    with pytest.raises(ProviderSilent):
        reconcile()
    assert queries.reconciliation(today()).state == "failed"
    till.pay.be_good()
    reconcile()
    assert queries.reconciliation(today()).state == "done"


def test_a_bill_that_cannot_be_read_is_not_half_believed() -> None:
    with pytest.raises(Unreachable):
        bill_lines("交易时间,交易状态\r\n`2026-11-24 10:00:00,`SUCCESS\r\n")
    assert bill_lines("") == []


def test_the_day_report_adds_up_by_way(till: Till) -> None:
    pay(till)
    report = {line.way: line for line in queries.day_report(day=today(), venue_codes=None)}
    assert (report["native"].payments, report["native"].paid_fen, report["cash"].paid_fen) == (1, FEN, 0)
    since, until = queries.city_day_span(today())
    scope = {"since": since, "until": until}
    assert queries.count_fees(**scope, venue_codes=None) == 1
    (line,) = queries.fees_after(**scope, venue_codes=None, after=0, limit=10)
    assert (line.fen, line.way) == (FEN, "native")
    assert queries.fees_after(**scope, venue_codes=None, after=line.key, limit=10) == []
    assert queries.count_fees(**scope, venue_codes=["nowhere"]) == 0


def test_a_run_that_breaks_is_not_under_way_for_ever(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    pay(till)
    monkeypatch.setattr(services, "compare", lambda **_words: 1 / 0)
    services.ask_run(day=today(), by=BY, at=clock.now())
    assert queries.reconciliation(today()).under_way
    with pytest.raises(ZeroDivisionError):
        reconcile()
    run = queries.reconciliation(today())
    assert (run.state, run.fault, run.under_way) == ("failed", "ZeroDivisionError", False)
