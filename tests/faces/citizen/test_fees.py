"""Paying in the citizen's pages, through the provider's cashier, to the receipt."""

import re

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts import services
from onetrip.faces.citizen.receipts import chinese_font
from tests.domain.booking.conftest import citizens, hall
from tests.domain.cases import test_fees as fees
from tests.domain.cases.test_fees import AT_WINDOW, BEFORE, FREE, Errand
from tests.domain.payments.conftest import provider, take, till
from tests.people import signed_in

__all__ = ["citizens", "hall", "provider", "till"]
errand_for = fees.errand_for


def browser_of(errand: Errand) -> Client:
    return signed_in(errand.case.citizen)


def page(browser: Client, name: str, errand: Errand) -> str:
    answer = browser.get(reverse(f"citizen:{name}", args=[errand.case_id]))
    assert answer.status_code == 200, name
    return answer.content.decode()


def sent(browser: Client, name: str, errand: Errand, **fields: str) -> str:
    answer = browser.post(reverse(f"citizen:{name}", args=[errand.case_id]), fields, follow=True)
    assert answer.status_code == 200, name
    return answer.content.decode()


@pytest.mark.parametrize("way", ["h5", "native"])
def test_from_the_held_place_to_the_receipt(errand_for, way: str) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    browser = browser_of(errand)
    held = page(browser, "appointment", errand)
    assert reverse("citizen:pay", args=[errand.case_id]) in held
    assert reverse("citizen:confirm", args=[errand.case_id]) not in held
    waiting = sent(browser, "pay", errand, way=way)
    cashier = re.search(r'href="(http[^"]+/cashier/wx[0-9a-f]+)"', waiting).group(1)
    if way == "native":
        assert browser.get(reverse("citizen:pay_code", args=[errand.case_id])).status_code == 200
    assert "¥120.00" in httpx.get(cashier).text
    assert "支付成功" in httpx.post(cashier).text
    take(errand.till.heard()[-1])
    fees.work()
    assert errand.place == "booked"
    assert "已缴费" in page(browser, "pay", errand)
    assert "¥120.00" in page(browser, "receipt", errand)
    if chinese_font():
        file = browser.get(reverse("citizen:receipt_pdf", args=[errand.case_id]))
        assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")
    assert "电子票据正在开具" in sent(browser, "invoice", errand, title="张三")
    fees.work()
    assert "已开具" in page(browser, "receipt", errand)


def test_saying_that_it_is_paid_finds_a_lost_notice(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    browser = browser_of(errand)
    sent(browser, "pay", errand, way="h5")
    assert "我已支付" in sent(browser, "paid", errand)
    errand.till.pay.behave(lose=1)
    errand.till.pay.pay(errand.fee.order.waiting.id)
    assert "已缴费" in sent(browser, "paid", errand)
    assert errand.place == "booked"


def test_a_fee_at_the_window_is_offered_both_ways(errand_for, settings) -> None:
    errand = errand_for(AT_WINDOW)
    browser = browser_of(errand)
    assert reverse("citizen:pay", args=[errand.case_id]) in page(browser, "case", errand)
    settings.WECHAT_PAY_FOLDER = ""
    assert "请到窗口缴费" in page(browser, "case", errand)
    assert "请到窗口缴费" in page(browser, "pay", errand)


def test_what_is_free_says_so(errand_for) -> None:
    errand = errand_for(FREE)
    browser = browser_of(errand)
    assert "无需缴费" in page(browser, "pay", errand)
    assert "此事项在这里无需缴费" in sent(browser, "pay", errand, way="h5")
    assert browser.get(reverse("citizen:receipt", args=[errand.case_id])).status_code == 404


def test_a_place_is_chosen_before_it_is_paid(errand_for) -> None:
    errand = errand_for(BEFORE)
    browser = browser_of(errand)
    assert "请先选择办理时间" in page(browser, "pay", errand)
    assert errand.fee.order is None


INSIDE = {"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}


@pytest.fixture
def by_wechat(settings, tmp_path) -> None:
    """A city with an official account, and no sample city's window that would stand in for WeChat."""
    settings.WECHAT_FOLDER, settings.DEMO = str(tmp_path), False


def pay_page(errand: Errand, *, inside: bool = True) -> str:
    address = reverse("citizen:pay", args=[errand.case_id])
    return browser_of(errand).get(address, headers=INSIDE if inside else {}).content.decode()


def linked(errand: Errand) -> None:
    services.bind_wechat(
        user_id=errand.case.citizen.pk, openid="o-errand", unionid="", by=Actor.system("test"), at=clock.now()
    )


def test_inside_wechat_the_own_wechat_pays(errand_for, by_wechat: None) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    linked(errand)
    address = reverse("citizen:pay_in_wechat", args=[errand.case_id])
    assert address in pay_page(errand) and 'value="h5"' not in pay_page(errand)
    assert address not in pay_page(errand, inside=False) and 'value="h5"' in pay_page(errand, inside=False)
    answer = browser_of(errand).post(address, headers=INSIDE)
    assert answer["Cache-Control"].startswith("max-age=0")
    given = answer.json()
    waiting = errand.fee.order.waiting
    assert (waiting.way, given["package"]) == ("jsapi", f"prepay_id={waiting.pay_url}")
    again = pay_page(errand)
    assert address in again and "我已支付" in again and waiting.pay_url not in again
    errand.till.pay.pay(waiting.id)
    take(errand.till.heard()[-1])
    fees.work()
    assert errand.place == "booked" and "已缴费" in pay_page(errand)


def test_inside_wechat_who_has_not_linked_it_is_offered_to_and_pays_otherwise(
    errand_for, by_wechat: None
) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    text = pay_page(errand)
    assert reverse("citizen:wechat_begin") in text and "quiet=1" in text
    assert 'value="h5"' not in text and 'value="native"' in text and "在浏览器打开" in text
    assert 'value="h5"' in pay_page(errand, inside=False)
    answer = browser_of(errand).post(reverse("citizen:pay_in_wechat", args=[errand.case_id]))
    assert (answer.status_code, errand.fee.order) == (409, None)
    assert reverse("citizen:wechat_begin") not in pay_page(errand, inside=False)
    assert "请选择一种缴费方式" in sent(browser_of(errand), "pay", errand, way="jsapi")
    sent(browser_of(errand), "pay", errand, way="h5")  # begun in the phone's browser, looked at inside WeChat
    waiting = errand.fee.order.waiting
    assert waiting.pay_url in pay_page(errand, inside=False)
    inside = pay_page(errand)
    assert waiting.pay_url not in inside and reverse("citizen:wechat_begin") in inside
