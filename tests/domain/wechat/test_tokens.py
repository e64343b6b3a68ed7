"""One token for all: asked for once, renewed before it ends and when WeChat has forgotten it, rations respected."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.core import clock
from onetrip.domain.wechat import flows
from onetrip.domain.wechat.errors import WeChatDeclined, WeChatOff, WeChatRationed, WeChatSilent
from onetrip.domain.wechat.models import Credential
from tests.databases import url_of
from tests.fake_wechat import FakeWeChat
from tests.patience import PROCESSES_S

STABLE, TICKET = "/cgi-bin/stable_token", "/cgi-bin/ticket/getticket"
CUSTOM, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
_ASK = """
from onetrip.cli.environment import set_up_django
set_up_django()
from onetrip.core import clock
from onetrip.domain.wechat import flows
print(flows.access_token(at=clock.now()))
"""


def words_to(openid: str) -> dict[str, object]:
    return {"touser": openid, "msgtype": "text", "text": {"content": "您好"}}


def say(wechat: FakeWeChat, *, after_s: float = 0) -> dict[str, object]:
    body = words_to(wechat.person())
    return flows.call(path=CUSTOM, body=body, at=clock.now() + timedelta(seconds=after_s))


@pytest.fixture
def follower(wechat: FakeWeChat) -> str:
    openid = wechat.person()
    wechat.control("act", openid=openid, verb="follow")
    return openid


def in_thread(ask: object) -> object:
    try:
        return ask()  # type: ignore[operator]
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_threads_and_processes_together_ask_once(wechat: FakeWeChat) -> None:
    wechat.control("behaviour", slow_s=0.3)
    database = url_of(os.environ["DATABASE_URL"], str(connection.settings_dict["NAME"]))
    environ = {**os.environ, "DATABASE_URL": database, "ONETRIP_WECHAT": str(wechat.folder)}
    argv = [sys.executable, "-c", _ASK]
    others = [
        subprocess.Popen(argv, env=environ, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        for _each in range(2)
    ]
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(in_thread, [lambda: flows.access_token(at=clock.now())] * 24))
    said = {other.communicate(timeout=PROCESSES_S)[0].strip() for other in others}
    assert len(found) == 1 and said == found
    assert wechat.asked(STABLE) == 1


@pytest.mark.django_db(transaction=True)
def test_all_who_are_refused_together_renew_once(wechat: FakeWeChat, follower: str) -> None:
    flows.access_token(at=clock.now())
    wechat.control("expire", forget=True)
    wechat.control("behaviour", slow_s=0.05)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(in_thread, [lambda: say(wechat)] * 16))
    assert [answer["errcode"] for answer in answers] == [0] * 16  # type: ignore[index]
    assert wechat.asked(STABLE) == 2


@pytest.mark.parametrize("forget", [True, False], ids=["40001", "42001"])
@pytest.mark.django_db
def test_a_dead_token_is_renewed_and_the_call_made_again(
    wechat: FakeWeChat, follower: str, forget: bool
) -> None:
    say(wechat)
    wechat.control("expire", forget=forget)
    assert say(wechat)["errcode"] == 0
    assert (wechat.asked(STABLE), wechat.asked(CUSTOM)) == (2, 3)


@pytest.mark.django_db
def test_a_token_is_kept_sealed_and_renewed_before_it_ends(wechat: FakeWeChat, follower: str) -> None:
    first = flows.access_token(at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM wechat_credential")
        assert first.encode() not in bytes(cursor.fetchone()[0])
    assert flows.access_token(at=clock.now() + timedelta(minutes=110)) == first
    assert wechat.asked(STABLE) == 1
    Credential.objects.update(good_until=clock.now() + timedelta(minutes=4))
    flows.keep_fresh(at=clock.now())
    assert wechat.asked(STABLE) == 2
    assert Credential.objects.get().good_until > clock.now() + timedelta(minutes=60)  # type: ignore[operator]


@pytest.mark.django_db
def test_an_old_token_serves_while_wechat_is_silent(wechat: FakeWeChat) -> None:
    kept = flows.access_token(at=clock.now())
    Credential.objects.update(good_until=clock.now() + timedelta(seconds=90))
    wechat.control("behaviour", silent=True)
    assert flows.access_token(at=clock.now()) == kept
    with pytest.raises(WeChatSilent):
        say(wechat)


@pytest.mark.django_db
def test_who_dies_with_the_lease_is_followed_by_another(wechat: FakeWeChat) -> None:
    at = clock.now()
    Credential.objects.create(
        appid="wx8888888888888888", kind="access_token", renewing_until=at + timedelta(seconds=1)
    )
    assert flows.access_token(at=at)
    assert wechat.asked(STABLE) == 1


@pytest.mark.django_db
def test_a_ration_is_respected_until_its_end(wechat: FakeWeChat, follower: str) -> None:
    say(wechat)
    wechat.control("behaviour", quota={CUSTOM: 0})
    with pytest.raises(WeChatRationed) as refused:
        say(wechat)
    assert 0 < refused.value.retry_after_s <= 3600
    asked = wechat.asked(CUSTOM)
    with pytest.raises(WeChatRationed):
        say(wechat, after_s=5)
    assert wechat.asked(CUSTOM) == asked, "not even tried"
    wechat.control("behaviour", quota={})
    assert say(wechat, after_s=3601)["errcode"] == 0


@pytest.mark.django_db
def test_what_wechat_says_no_to_has_its_code(wechat: FakeWeChat) -> None:
    stranger = wechat.person(2)
    with pytest.raises(WeChatDeclined) as refused:
        flows.call(path=CUSTOM, body=words_to("nobody"), at=clock.now())
    assert refused.value.errcode == 40003
    notice = {"touser": stranger, "template_id": "turn-0001", "data": {"thing1": {"value": "轮到您了"}}}
    with pytest.raises(WeChatDeclined) as refused:
        flows.call(path=TEMPLATE, body=notice, at=clock.now())
    assert refused.value.errcode == 43004
    wechat.control("behaviour", busy=1)
    with pytest.raises(WeChatSilent):
        flows.call(path=TEMPLATE, body=notice, at=clock.now())


@pytest.mark.django_db
def test_a_ticket_is_asked_for_once(wechat: FakeWeChat) -> None:
    assert flows.jsapi_ticket(at=clock.now()) == flows.jsapi_ticket(at=clock.now())
    assert (wechat.asked(TICKET), wechat.asked(STABLE)) == (1, 1)


@pytest.mark.django_db
def test_without_an_account_wechat_is_off() -> None:
    with pytest.raises(WeChatOff):
        flows.access_token(at=clock.now())
