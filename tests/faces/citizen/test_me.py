"""Signing in by WeChat against the fake's own OAuth pages; linking, unlinking, and making two accounts one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.wechat.rules.sealing import page_signature
from tests.domain.booking.conftest import build_hall
from tests.fake_wechat import FakeWeChat, fake_wechat, talking_with
from tests.people import a_card_holder, a_citizen, signed_in

BY = Actor.system("tests")
INSIDE = {"HTTP_USER_AGENT": "Mozilla/5.0 MicroMessenger/8.0.50"}
SITE = "http://testserver"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeWeChat]:
    with fake_wechat(folder=tmp_path_factory.mktemp("wechat"), site_url=SITE) as running:
        yield running


@pytest.fixture
def wechat(platform: FakeWeChat, db: None) -> Iterator[FakeWeChat]:
    with talking_with(platform):
        yield platform


def way_back(wechat: FakeWeChat, address: str, openid: str) -> str:
    """Walk through WeChat's pages on this person's phone; return the address that leads back to us."""
    phone = httpx.Client(cookies={"fake_wechat_person": openid}, timeout=10)
    answer = phone.get(address.partition("#")[0])
    if answer.status_code == 200:
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
        answer = phone.post(f"{wechat.server.url}/connect/oauth2/authorize", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix(SITE)


def through_wechat(wechat: FakeWeChat, browser: Client, openid: str, *, onward: str = "/cases/") -> str:
    """Go to WeChat and come back; return where that leads."""
    begun = browser.get("/login/wechat/", {"next": onward})
    return browser.get(way_back(wechat, begun["Location"], openid))["Location"]


def bound(openid: str) -> User:
    user = a_citizen()
    services.bind_wechat(user_id=user.pk, openid=openid, unionid="", by=BY, at=clock.now())
    return user


def test_what_was_booked_by_card_is_found_with_card_and_paper(db: None) -> None:
    """Only with all three; until the person agrees nothing of it is shown but how many errands there are."""
    kept, at = a_citizen(name=""), clock.now()
    by_card = a_card_holder(name="孙奶奶", card="11010519491231002X")
    slot = build_hall().slot(starts_at=at + timedelta(hours=3))
    Slot.objects.filter(pk=slot.pk).update(day=clock.city_day(slot.starts_at))
    Appointment.objects.create(
        slot=slot, citizen=by_card, competence="vehicle", item_code="i46", item_name="补证", state="booked",
        arrival_code="24681357", channel="hall", made_at=at, changed_at=at,
    )  # fmt: skip
    browser = signed_in(kept)
    assert "/account/card" in browser.get("/account/").content.decode()
    said = {"name": "孙奶奶", "identity": "11010519491231002X", "arrival_code": "11111111"}
    refused = browser.post("/account/card", said)
    assert refused.status_code == 422 and 'value="11010519491231002X"' in refused.content.decode()
    assert browser.get("/account/merge/confirm").status_code == 404
    proved = browser.post("/account/card", said | {"arrival_code": "24681357"}, follow=True)
    assert "柜台凭您的身份证办理" in proved.content.decode()
    assert browser.post("/account/merge/confirm", {"consent": "yes"}).status_code == 302
    assert Appointment.objects.get().citizen_id == kept.pk
    assert "已绑定" in browser.get("/account/").content.decode()


def code_for(browser: Client, address: str, phone: str) -> str:
    page = browser.post(address, {"phone": phone}, follow=True).content.decode()
    return re.findall(r"data-demo-code>(\d{6})<", page)[0]


def test_a_linked_wechat_signs_in_where_one_was_going(wechat: FakeWeChat) -> None:
    user, browser = bound(wechat.person()), Client()
    assert through_wechat(wechat, browser, wechat.person()) == "/cases/"
    assert browser.get("/account/").status_code == 200
    assert accounts.account_card(user.pk).masked_phone in browser.get("/account/").content.decode()


def test_inside_wechat_it_is_asked_first_and_once(wechat: FakeWeChat) -> None:
    browser = Client(**INSIDE)
    first = browser.get("/login/?next=/cases/")
    assert urlsplit(first["Location"]).path == "/login/wechat/"
    browser.get(first["Location"])
    assert browser.get("/login/?next=/cases/").status_code == 200, "whoever comes back signs in by phone"
    assert Client().get("/login/?next=/cases/").status_code == 200, "outside nobody is sent anywhere"


def test_an_unknown_wechat_is_linked_after_the_phone_and_with_consent(wechat: FakeWeChat) -> None:
    openid, browser = wechat.person(1), Client()
    assert through_wechat(wechat, browser, openid).startswith("/login/")
    code = code_for(browser, "/login/?next=/cases/", "13700000001")
    onward = browser.post("/login/code/?next=/cases/", {"code": code})["Location"]
    assert (
        urlsplit(onward).path == "/account/wechat"
        and accounts.whose_wechat(openid=openid, unionid="") is None
    )
    assert browser.post(onward, {"next": "/cases/"})["Location"] == "/cases/"
    assert through_wechat(wechat, Client(), openid) == "/cases/"
    browser.post("/account/wechat/unlink")
    assert through_wechat(wechat, Client(), openid).startswith("/login/")
    assert browser.post("/account/wechat")["Location"] == "/account/", "what WeChat said is used once"
    assert accounts.whose_wechat(openid=openid, unionid="") is None


def is_refused(browser: Client, address: str) -> bool:
    """The phone's page comes instead, and nobody is signed in."""
    answer = browser.get(address)
    page = browser.get(answer["Location"]).content.decode()
    return answer["Location"] == "/login/" and "notice-warning" in page and "微信" in page


def test_a_way_back_is_walked_once_and_only_where_it_was_begun(wechat: FakeWeChat) -> None:
    bound(wechat.person())
    browser, other = Client(), Client()
    begun = browser.get("/login/wechat/", {"next": "/cases/"})
    state = parse_qs(urlsplit(begun["Location"]).query)["state"][0]
    leads = way_back(wechat, begun["Location"], wechat.person())
    assert is_refused(other, leads), "a link that somebody sent signs nobody in"
    assert is_refused(browser, f"/login/wechat/back?code=made-up&state={state}")
    assert is_refused(browser, leads), "its state was used up"
    again = way_back(wechat, browser.get("/login/wechat/")["Location"], wechat.person())
    assert browser.get(again)["Location"] == "/"
    assert is_refused(Client(), again)
    assert Client().get("/login/wechat/?next=https://evil.example/").status_code == 302


def test_the_next_page_is_one_of_ours(wechat: FakeWeChat) -> None:
    bound(wechat.person())
    assert through_wechat(wechat, Client(), wechat.person(), onward="https://evil.example/") == "/"


def test_two_accounts_become_one_by_a_code_to_the_other_phone(wechat: FakeWeChat) -> None:
    kept, other = a_citizen(), a_citizen(phone="13700000002")
    browser = signed_in(kept)
    assert browser.get("/account/merge/confirm").status_code == 404, "nothing was proved"
    code = code_for(browser, "/account/merge", "13700000002")
    assert browser.post("/account/merge/code", {"code": "000000"}).status_code == 422
    assert browser.post("/account/merge/code", {"code": code})["Location"] == "/account/merge/confirm"
    assert "137****0002" in browser.get("/account/merge/confirm").content.decode()
    assert browser.post("/account/merge/confirm").status_code == 422, "without consent nothing happens"
    assert browser.post("/account/merge/confirm", {"consent": "yes"})["Location"] == "/cases/"
    other.refresh_from_db()
    assert other.merged_into == kept
    assert browser.get("/account/merge/confirm").status_code == 404


def test_the_other_accounts_wechat_proves_it_too(wechat: FakeWeChat) -> None:
    kept, other = a_citizen(), bound(wechat.person(3))
    browser = signed_in(kept)
    assert through_wechat(wechat, browser, wechat.person(3)) == "/account/merge/confirm"
    browser.post("/account/merge/confirm", {"consent": "yes"})
    other.refresh_from_db()
    assert other.merged_into == kept and accounts.openid_of(kept.pk) == wechat.person(3)
    assert through_wechat(wechat, Client(), wechat.person(3)) == "/cases/", "it signs in to the kept account"


def test_a_phone_without_account_proves_nothing(wechat: FakeWeChat) -> None:
    browser = signed_in(a_citizen())
    code = code_for(browser, "/account/merge", "13700000009")
    assert browser.post("/account/merge/code", {"code": code}).status_code == 409


def test_a_page_of_ours_is_set_up_and_no_other(wechat: FakeWeChat) -> None:
    made = Client().get("/wechat/setup.json", {"url": f"{SITE}/items/i40/where?a=1#map"}).json()
    from onetrip.domain.wechat import flows

    signed = page_signature(
        ticket=flows.jsapi_ticket(at=clock.now()), nonce=made["nonceStr"], stamp=made["timestamp"],
        url=f"{SITE}/items/i40/where?a=1",
    )  # fmt: skip
    assert made["signature"] == signed and made["appId"].startswith("wx")
    for url in ("https://evil.example/", "/items/", "", "javascript:alert(1)"):
        assert Client().get("/wechat/setup.json", {"url": url}).status_code == 404


def test_without_an_account_wechat_is_nowhere(db: None) -> None:
    assert "微信" not in signed_in(a_citizen()).get("/account/").content.decode()
    assert Client(**INSIDE).get("/login/").status_code == 200
    assert Client().get("/login/wechat/")["Location"] == "/login/"
    assert Client().get("/wechat/setup.json", {"url": f"{SITE}/"}).status_code == 404
