"""Paying through the provider: notices in time, twice, late, lost; one truth each time."""

import re
import time
from datetime import datetime, timedelta

import httpx
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core import clock
from onetrip.core.models import AuditEntry
from onetrip.domain.payments import flows, queries, services
from onetrip.domain.payments.errors import OrderNotDue, PaymentOff, ProviderSilent, WayUnknown
from onetrip.domain.payments.models import Attempt
from onetrip.domain.payments.views import Told
from tests.domain.payments.conftest import BY, FEN, Till, an_order, attempt, balance, started, take, work


def state(order_id: str) -> str:
    return queries.order(order_id).state


def refund_through(order_id: str) -> None:
    """Let the worker bring every refund of the order home."""
    for _try in range(100):
        work()
        for refund in queries.order(order_id).refunds:
            flows.send_refund(refund_id=refund.id, at=clock.now())
        if all(refund.state == "done" for refund in queries.order(order_id).refunds):
            return
        time.sleep(0.05)
    raise AssertionError(queries.order(order_id).refunds)


@pytest.mark.parametrize("way", ["native", "h5"])
def test_a_notice_pays_the_order_once(till: Till, way: str) -> None:
    order_id = an_order()
    number = started(order_id, way=way)
    assert queries.order(order_id).waiting.pay_url.startswith("http")
    transaction_id = till.pay.pay(number)
    (heard,) = till.heard()
    assert take(heard) is True
    assert state(order_id) == "due", "the notice is kept, the worker applies it"
    assert work() == 1 and work() == 0
    view = queries.order(order_id)
    assert (view.state, view.payment.id, view.kept_fen) == ("paid", number, FEN)
    assert attempt(number).provider_no == transaction_id
    assert view.receipt_no is not None
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_paying_inside_wechat_needs_to_know_who_pays(till: Till) -> None:
    order_id = an_order()
    with pytest.raises(WayUnknown):
        flows.start_payment(order_id=order_id, way="jsapi", ip="10.0.0.1", by=BY, at=clock.now())
    parameters = in_wechat(order_id)
    assert parameters["package"] == f"prepay_id={paid_in_wechat(order_id).pay_url}"
    again = in_wechat(order_id)
    assert again["package"] == parameters["package"] and again["paySign"] != parameters["paySign"]


def in_wechat(order_id: str, *, at: datetime | None = None) -> dict[str, str]:
    return flows.start_in_wechat(order_id=order_id, openid="o-1", ip="10.0.0.1", by=BY, at=at or clock.now())


def paid_in_wechat(order_id: str) -> Attempt:
    return Attempt.objects.get(order__public_id=order_id, way="jsapi", state__in=("open", "paid"))


def on_the_sheet(till: Till, parameters: dict[str, str], *, phone: str = "o-1", answer: str = "") -> str:
    """What WeChat answers the page: ok, cancel or fail; nothing while it asks the person."""
    url, cookies = f"{till.pay.server.url}/bridge", {"fake_wechat_person": phone}
    with httpx.Client(params=parameters, cookies=cookies) as web:
        text = (web.post(url, data={"answer": answer}) if answer else web.get(url)).text
    said = re.search(r"get_brand_wcpay_request:(\w+)", text)
    return said.group(1) if said else ""


def test_wechat_believes_what_we_have_signed_just_now_and_asks_who_is_to_pay(till: Till) -> None:
    order_id, before = an_order(), till.pay.totals()
    parameters = in_wechat(order_id)
    assert on_the_sheet(till, parameters, phone="o-2") == "fail"
    for name in ("timeStamp", "nonceStr", "package", "signType", "paySign", "appId"):
        assert on_the_sheet(till, {**parameters, name: parameters[name][:-1]}) == "fail", name
    assert on_the_sheet(till, in_wechat(order_id, at=clock.now() - timedelta(minutes=6))) == "fail"
    assert on_the_sheet(till, parameters) == ""
    assert on_the_sheet(till, parameters, answer="cancel") == "cancel"
    assert httpx.get(f"{till.pay.server.url}/cashier/{parameters['package'][10:]}").status_code == 404
    assert till.pay.totals() == before
    assert on_the_sheet(till, parameters, answer="ok") == "ok"
    take(till.heard()[-1])
    work()
    assert paid_in_wechat(order_id).state == "paid" and balance() == {"provider": FEN, "fees": -FEN}


def test_what_wechat_tells_the_page_pays_nothing(till: Till) -> None:
    """The page may say what it likes: only a notice or the provider's own answer counts."""
    order_id = an_order()
    in_wechat(order_id)
    flows.look_after(number=paid_in_wechat(order_id).public_id, at=clock.now())
    assert queries.order(order_id).state == "due"


def test_a_second_tap_finds_the_first_attempt(till: Till) -> None:
    order_id = an_order()
    assert started(order_id) == started(order_id)
    assert started(order_id, way="h5") != started(order_id)


def test_a_repeated_event_changes_nothing(till: Till) -> None:
    till.pay.behave(copies=3)
    order_id = an_order()
    till.pay.pay(started(order_id))
    assert [take(heard) for heard in till.heard(3)] == [True, False, False]
    work()
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_a_lost_notice_is_found_by_asking(till: Till) -> None:
    till.pay.behave(lose=1)
    order_id = an_order()
    number = started(order_id)
    till.pay.pay(number)
    flows.look_after(number=number, at=clock.now())
    assert state(order_id) == "paid" and not till.ear.heard
    flows.look_after(number=number, at=clock.now())
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_an_attempt_that_nobody_pays_is_closed_with_the_provider(till: Till) -> None:
    order_id = an_order()
    number = started(order_id)
    flows.look_after(number=number, at=clock.now())
    assert attempt(number).state == "open" and attempt(number).looks == 1
    flows.look_after(number=number, at=clock.now() + timedelta(minutes=11))
    assert attempt(number).state == "closed"
    with pytest.raises(AssertionError, match="ORDER_CLOSED"):
        till.pay.pay(number)
    assert state(order_id) == "due" and balance() == {}


def test_an_order_closes_when_its_time_is_over(till: Till) -> None:
    at = clock.now()
    order_id = an_order(expires_at=at + timedelta(minutes=5))
    started(order_id, at=at)
    assert queries.order(order_id).waiting.expires_at == at + timedelta(minutes=5), "never beyond its order"
    late = at + timedelta(minutes=12)
    assert queries.overdue_orders(at=at) == [] and queries.overdue_orders(at=late) == [order_id]
    assert flows.close_order(order_id=order_id, at=late)
    assert state(order_id) == "closed"
    with pytest.raises(OrderNotDue):
        started(order_id)


def test_money_in_the_last_second_still_counts(till: Till) -> None:
    till.pay.behave(lose=1)
    at = clock.now()
    order_id = an_order(expires_at=at + timedelta(minutes=5))
    till.pay.pay(started(order_id, at=at))
    assert flows.close_order(order_id=order_id, at=at + timedelta(minutes=12)), (
        "settled, so nothing is left to close"
    )
    assert state(order_id) == "paid"


def test_money_after_the_end_goes_back_by_itself(till: Till) -> None:
    till.pay.behave(pay_closed=True)
    at = clock.now()
    order_id = an_order(expires_at=at + timedelta(minutes=5))
    number = started(order_id, at=at)
    flows.close_order(order_id=order_id, at=at + timedelta(minutes=12))
    till.pay.pay(number)
    take(till.heard()[0])
    work()
    assert state(order_id) == "closed" and attempt(number).surplus
    refund_through(order_id)
    (refund,) = queries.order(order_id).refunds
    assert (refund.reason, refund.fen) == ("paid_too_late", FEN)
    assert balance() == {}


def test_whoever_pays_twice_gets_the_second_back(till: Till) -> None:
    order_id = an_order()
    first, second = started(order_id), started(order_id, way="h5")
    till.pay.pay(first)
    till.pay.pay(second)
    for heard in till.heard(2):
        take(heard)
    work()
    refund_through(order_id)
    (refund,) = queries.order(order_id).refunds
    assert (state(order_id), refund.reason) == ("paid", "paid_twice")
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_a_silent_provider_is_said_to_the_citizen_and_asked_again(till: Till) -> None:
    till.pay.behave(silent=True)
    order_id = an_order()
    with pytest.raises(ProviderSilent):
        started(order_id)
    (row,) = _attempts(order_id)
    assert row.state == "opening"
    flows.look_after(number=row.public_id, at=clock.now())
    assert attempt(row.public_id).looks == 1
    till.pay.be_good()
    flows.look_after(number=row.public_id, at=clock.now() + timedelta(minutes=11))
    assert attempt(row.public_id).state == "closed"


def _attempts(order_id: str):
    from onetrip.domain.payments.models import Attempt

    return Attempt.objects.filter(order__public_id=order_id)


def test_without_a_provider_nothing_begins(db: None) -> None:
    order_id = an_order()
    with pytest.raises(PaymentOff):
        started(order_id)
    assert not _attempts(order_id).exists()


def test_cash_is_no_way_to_pay_online(till: Till) -> None:
    with pytest.raises(WayUnknown):
        started(an_order(), way="cash")


def test_less_on_a_ground_and_nothing_at_all(till: Till) -> None:
    order_id = an_order()
    services.reduce_order(order_id=order_id, fen=2000, ground="low_income", by=BY, at=clock.now())
    number = started(order_id)
    assert attempt(number).fen == 2000
    with pytest.raises(OrderNotDue):
        services.reduce_order(order_id=order_id, fen=0, ground="low_income", by=BY, at=clock.now())
    other = an_order()
    services.reduce_order(order_id=other, fen=0, ground="our_mistake", by=BY, at=clock.now())
    assert (state(other), queries.order(other).ground) == ("waived", "our_mistake")


def test_another_amount_is_written_down_once_and_nobody_goes_on_asking(till: Till) -> None:
    order_id, at = an_order(), clock.now()
    number = started(order_id)
    told = Told(number, "SUCCESS", FEN - 1, "4200000001", at)
    for _again in range(3):
        assert services.settle(told=told, by=BY, at=at) == "closed"
    assert AuditEntry.objects.filter(verb="order.amount_differs").count() == 1
    services.end_order(order_id=order_id, by=BY, at=at)
    assert (state(order_id), queries.forgotten_attempts(before=at + timedelta(days=1))) == ("closed", [])


def test_however_often_a_silent_provider_is_asked_one_look_waits(till: Till) -> None:
    order_id = an_order(expires_at=clock.now() + timedelta(minutes=5))
    started(order_id)
    till.pay.behave(silent=True)
    for _tick in range(5):
        assert not flows.close_order(order_id=order_id, at=clock.now() + timedelta(minutes=6))
    looks = ProcrastinateJob.objects.filter(task_name="payments.look_after", status="todo")
    assert looks.count() == 2  # the first one, which was asked for with the attempt, and one for later
