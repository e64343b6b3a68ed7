"""From a word written in WeChat's chat to the paid, booked, served and receipted errand, and its refund.

WeChat and WeChat Pay are servers of their own, spoken to as the real ones are; the city's servers are told where they
are by their folders only.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from onetrip.cli.ports import free_port
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.rules import hash_phone
from onetrip.domain.payments.models import Order, Refund
from tests.conftest import city_database, django_on
from tests.fake_pay import FakePay, fake_pay
from tests.fake_wechat import FakeWeChat, fake_wechat
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.places import VENUE, a_place_today
from tests.patience import PATIENCE_S
from tests.servers import LiveServers

pytestmark = pytest.mark.timeout(300)

ITEM, NAME = "i46-licence-lost", "驾驶证遗失补证"
FEE = "¥10.00"


class PayingCity(LiveServers):
    """The city's servers with an account at WeChat and one at WeChat Pay."""

    wechat: FakeWeChat
    pay: FakePay


@pytest.fixture(scope="module")
def paying_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PayingCity]:
    port = free_port()
    url, folders = (
        f"http://localhost:{port}",
        [tmp_path_factory.mktemp(name) for name in ("wechat", "pay", "city")],
    )
    with (
        fake_wechat(folder=folders[0], site_url=url) as wechat,
        fake_pay(folder=folders[1], notify_url=f"{url}/hooks/wechat-pay") as pay,
        city_database() as database,
    ):
        city = PayingCity(
            folder=folders[2], database_url=database, ONETRIP_WECHAT=str(wechat.folder),
            ONETRIP_WECHAT_PAY=str(pay.folder),
        )  # fmt: skip
        city.wechat, city.pay = wechat, pay
        try:
            city.pages, city.jobs = city.start("all", port=port), city.start("worker")
            city.wait_until_it_answers(city.pages)
            yield city
        finally:
            city.stop()


@pytest.fixture
def city(paying_city: PayingCity, django_db_blocker: DjangoDbBlocker) -> Iterator[PayingCity]:
    with django_db_blocker.unblock(), django_on(paying_city.database_url):
        yield paying_city


@pytest.fixture
def citizens_browser(officers_browser: Browser) -> Browser:
    return officers_browser  # nobody shows papers here


def test_from_the_chat_to_the_receipt_and_the_refund(people: People, paying_city: PayingCity) -> None:
    a_place_today()
    citizen = people.citizen()
    find_it_in_the_chat(citizen, paying_city)
    book_it(citizen)
    pay_for_it(citizen)
    be_served(citizen, people)
    receipt = f"/cases/{citizen.case_id}/receipt"
    citizen.go(receipt)
    assert FEE in citizen.see(".facts").inner_text()
    citizen.keep("receipt")
    get_it_back(citizen, people, receipt=receipt)
    assert paying_city.pay.totals() == {"paid": 1000, "refunded": 1000}


def find_it_in_the_chat(citizen: Citizen, city: PayingCity, who: str = "小郑") -> None:
    """Follow the account, write what is wanted, tap the card."""
    page = citizen.page
    page.goto(f"{city.wechat.server.url}/chat")
    citizen.tap(f"button:has-text('{who}')")
    citizen.tap("button:has-text('关注公众号')")
    citizen.see(".bubble:has-text('就跑一次')")
    page.fill("input[name=text]", "jsz")
    citizen.tap("button:has-text('发送')")
    citizen.see(".bubble a[href*='/items/'] >> nth=2")
    page.fill("input[name=text]", NAME)
    citizen.tap("button:has-text('发送')")
    citizen.keep("chat")
    citizen.tap(f".card a[href='{city.url}/items/{ITEM}/']")
    page.wait_for_url(f"**/items/{ITEM}/")


def book_it(citizen: Citizen) -> None:
    """WeChat says who it is, the phone makes it certain, the two are linked, and the place is taken."""
    page = citizen.page
    citizen.answer("本人办理")
    citizen.tap(".actions [href*='then=book']")
    citizen.tap("a:has-text('微信登录')")
    page.wait_for_url("**/login/?*")
    citizen.sign_in_by_phone("13900000091")
    page.wait_for_url("**/account/wechat?*")
    citizen.keep("wechat-link")
    citizen.tap("button:has-text('绑定')")
    page.wait_for_url("**/cases/new?*")
    user = User.objects.get(phone_hash=hash_phone("13900000091"))
    assert accounts.has_wechat(user.pk)
    citizen.tap("form[action='/cases/'] button")
    citizen.choose_venue(VENUE)
    citizen.choose_first_time()
    citizen.confirm()


def pay_for_it(citizen: Citizen) -> None:
    """By the linked WeChat: its sheet asks, is cancelled once, then takes the money; a notice tells of it."""
    case_id = citizen.case_id
    citizen.go(f"/cases/{case_id}/pay")
    assert FEE in citizen.see(".pass-code").inner_text()
    citizen.keep("pay-in-wechat")
    for answer, said in (("cancel", "您已取消"), ("ok", "")):
        with citizen.page.expect_popup() as opened:
            citizen.tap("form[data-pay-in-wechat] button")
        sheet = opened.value
        assert FEE in sheet.inner_text(".fen")
        sheet.click(f"button[value={answer}]")
        if said:
            citizen.see(f"[data-pay-said={answer}]:has-text('{said}')")
            citizen.keep("pay-cancelled")
    citizen.see("a[href$='/receipt']")  # the page follows its errand: nobody has reloaded it
    order = Order.objects.get(state="paid")
    assert [one.way for one in order.attempts.all()] == ["jsapi"]
    citizen.keep("paid")


def be_served(citizen: Citizen, people: People) -> None:
    case_id = citizen.case_id
    citizen.go(f"/cases/{case_id}/pass")
    citizen.tap("form[action$='/check-in'] button")
    number = citizen.see(".ticket-number").inner_text().strip()
    window = people.window("window1")
    window.open_window()
    assert window.call_next() == number
    window.serve()
    window.record_done()
    citizen.go(f"/cases/{case_id}/")


def get_it_back(citizen: Citizen, people: People, *, receipt: str) -> None:
    """An officer proposes it, the hall's lead approves it, the provider sends it back, the receipt says so."""
    officer, lead = people.officer("window1"), people.officer("lead1")
    case_id = receipt.split("/")[2]
    officer.go(f"/console/fees/{case_id}/")
    officer.tap("summary:has-text('退款')")
    officer.page.fill("input[name=fen]", "10")
    officer.page.fill("details input[name=note]", "窗口未收取")
    officer.tap("button[name=verb][value=refund]")
    lead.go("/console/money/")
    lead.tap("button[name=verb][value=approve]")
    until(Refund.objects.filter(state="done"), citizen)
    citizen.go(receipt)
    assert "已退" in citizen.see(".facts").inner_text()
    citizen.keep("receipt-refunded")


def until(rows: QuerySet[Any], citizen: Citizen) -> None:
    """Wait until the worker has done what the provider's notice says."""
    for _look in range(120):
        if rows.exists():
            return
        citizen.page.wait_for_timeout(500)
    raise AssertionError(f"never: {rows.query}")


SDK = """
window.wx = {
  config(setup) { if (setup.signature.length === 40 && setup.appId) setTimeout(() => this.go(), 10); },
  ready(then) { this.go = then; }, error() {},
  getLocation(wish) { wish.success({ latitude: 34.7601, longitude: 113.6502 }); },
};
"""


@pytest.mark.parametrize("sdk", [True, False], ids=["its own", "the browser's"])
def test_inside_wechat_its_functions_give_the_position_and_else_the_browsers(
    people: People, paying_city: PayingCity, sdk: bool
) -> None:
    context = people.citizens.new_context(
        user_agent="Mozilla/5.0 MicroMessenger/8.0.50", permissions=["geolocation"],
        geolocation={"latitude": 34.7402, "longitude": 113.6303},
    )  # fmt: skip
    people.stack.callback(context.close)
    context.set_default_timeout(PATIENCE_S * 1000)
    context.route(
        "https://res.wx.qq.com/**",
        lambda route: route.fulfill(body=SDK, content_type="text/javascript") if sdk else route.abort(),
    )
    page = context.new_page()
    page.goto(f"{paying_city.url}/items/{ITEM}/where?a_who=self")
    page.click("[data-action=locate]")
    page.wait_for_url(f"**latitude={'34.7601' if sdk else '34.7402'}*")
