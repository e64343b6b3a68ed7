"""The channels against servers that are processes of their own: the SMS platform, a mail server."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from onetrip.core.models import AuditEntry
from onetrip.domain.notifications import flows, services
from onetrip.domain.notifications.gateways import HttpSms, Mail, signature_of
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.views import Letter, Route
from tests.fake_sms import SECRET, FakeSms, fake_sms
from tests.mailbox import Mailbox, a_mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSms]:
    with fake_sms(folder=tmp_path_factory.mktemp("sms")) as found:
        yield found


@pytest.fixture
def sms(platform: FakeSms) -> Iterator[FakeSms]:
    platform.be_good()
    with override_settings(SMS_URL=platform.url, SMS_SECRET=SECRET):
        yield platform


def now() -> datetime:
    return datetime.now(UTC)


def queued(*routes: Route) -> str:
    found = services.send(
        template="consultations.answered",
        params={"item": "丢失补领"},
        language="zh-hans",
        routes=routes,
        target="case:ABC",
        expires_at=now() + timedelta(hours=1),
        at=now(),
    )
    return str(found)


def letter(key: str, phone: str = "13800138000") -> Letter:
    return Letter(key, phone, "title", "您好", "", "zh-hans", "t")


def settle(*, within: int = 20) -> None:
    """Let time fly: what waits for its next try is due at once."""
    for _round in range(within):
        Message.objects.filter(state="queued").update(due_at=now())
        if not flows.deliver_due(now=now):
            return


def test_the_platform_gets_one_signed_call_for_many(sms: FakeSms) -> None:
    keys = [queued(Route("sms", f"1380013800{number}")) for number in range(5)]
    assert flows.deliver_due(now=now) == 5
    brought = sms.brought()
    assert all("丢失补领" in brought[key] for key in keys)
    assert Message.objects.exclude(provider_no="").filter(state="sent").count() == 5


def test_a_number_that_is_none_is_refused_at_once(sms: FakeSms) -> None:
    queued(Route("sms", "12345"))
    flows.deliver_due(now=now)
    row = Message.objects.get()
    assert (row.state, row.cause) == ("failed", "no_address")
    assert sms.totals()["again"] == 0


def test_an_unsigned_call_is_not_taken(sms: FakeSms) -> None:
    gateway = HttpSms(url=sms.url, secret="wrong")
    outcome = gateway.send([letter("K1")], at=now())["K1"]
    assert (outcome.verdict, outcome.fault) == ("later", "http 401")
    old = HttpSms(url=sms.url, secret=SECRET).send([letter("K1")], at=now() - timedelta(hours=1))["K1"]
    assert old.fault == "http 401" and "K1" not in sms.brought()


def test_whatever_the_platform_does_each_message_is_brought_once(
    sms: FakeSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody is given up here: after eight unlucky tries it is not known whether a message came, and that is no defect.
    monkeypatch.setattr("onetrip.domain.notifications.rules.answers.ATTEMPTS", 80)
    before = sms.totals()
    sms.behave(busy=0.3, broken=0.2, mute=0.3)
    keys = {queued(Route("sms", f"139{number:08d}")) for number in range(300)}
    settle(within=100)
    found = dict(Message.objects.values_list("public_id", "state"))
    brought = set(sms.brought(5000)) & keys
    assert {key for key, state in found.items() if state == "sent"} == brought and len(brought) > 250
    assert sms.totals() == {"brought": before["brought"] + len(brought), "again": before["again"]}


def test_a_platform_that_is_gone_is_tried_again(sms: FakeSms) -> None:
    with override_settings(SMS_URL="http://127.0.0.1:9/messages"):
        queued(Route("sms", "13800138000"))
        flows.deliver_due(now=now)
    row = Message.objects.get()
    assert (row.state, row.unsure, row.cause) == ("queued", True, "silent")
    settle()
    assert Message.objects.get().state == "sent"


def test_what_is_no_address_of_a_platform_is_said_at_once() -> None:
    with pytest.raises(ImproperlyConfigured):
        HttpSms(url="ftp://sms", secret="s")


def receipt(client: Client, body: bytes, *, stamp: int | None = None, secret: str = SECRET) -> int:
    signed_at = str(int(time.time()) if stamp is None else stamp)
    place = "/hooks/sms-receipts"
    signature = signature_of(secret=secret.encode(), stamp=signed_at, method="POST", place=place, body=body)
    headers = {"X-Onetrip-Timestamp": signed_at, "X-Onetrip-Signature": signature}
    return client.post(place, body, content_type="application/json", headers=headers).status_code


def told(key: str, status: str = "arrived", code: str = "") -> bytes:
    return json.dumps({"receipts": [{"id": key, "status": status, "code": code}]}).encode()


def test_receipts_that_the_platform_signed_are_taken(sms: FakeSms) -> None:
    first, second = queued(Route("sms", "13800138000")), queued(Route("sms", "13800138001"))
    flows.deliver_due(now=now)
    assert receipt(Client(), told(first)) == receipt(Client(), told(first)) == 204
    assert receipt(Client(), told(second, "lost", "unwanted")) == 204
    states = dict(Message.objects.values_list("public_id", "state"))
    assert states == {first: "arrived", second: "failed"}


def test_every_other_receipt_is_refused_and_audited(sms: FakeSms) -> None:
    body = told(queued(Route("sms", "13800138000")))
    flows.deliver_due(now=now)
    client = Client()
    assert client.post("/hooks/sms-receipts", body, content_type="application/json").status_code == 403
    assert receipt(client, body, secret="wrong") == 403
    assert receipt(client, body, stamp=int(time.time()) - 301) == 403
    assert receipt(client, b"no json") == receipt(client, b'{"receipts": [1]}') == 403
    assert client.get("/hooks/sms-receipts").status_code == 405
    assert receipt(client, b" " * 300_000) == 413
    assert Message.objects.get().state == "sent"
    assert AuditEntry.objects.filter(verb="receipt.refuse").count() == 5
    with override_settings(SMS_SECRET=""):
        assert receipt(client, body, secret="") == 403


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with (
        a_mailbox() as found,
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1", EMAIL_PORT=found.port, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False,
            DEFAULT_FROM_EMAIL="就跑一次 <onetrip@city.example.org>",
        ),
    ):  # fmt: skip
        yield found


def test_a_mail_arrives_with_its_link_and_our_id(box: Mailbox) -> None:
    key = queued(Route("email", "li@example.org"))
    flows.deliver_due(now=now)
    (mail,) = box.mails
    assert (mail["Message-ID"], mail["To"], mail["Subject"]) == (
        f"<{key}@city.example.org>",
        "li@example.org",
        "民警已答复",
    )
    assert f"/m/{Message.objects.get().link_token}" in mail.get_content()
    assert Message.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("address", "state", "cause"),
    [("nobody@example.org", "failed", "no_address"), ("full@example.org", "queued", "limit")],
)
def test_what_the_mail_server_says_is_understood(box: Mailbox, address: str, state: str, cause: str) -> None:
    queued(Route("email", address))
    flows.deliver_due(now=now)
    row = Message.objects.get()
    assert (row.state, row.cause, box.mails) == (state, cause, [])


def test_a_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail(box: Mailbox) -> None:
    box.mute = 1
    queued(Route("email", "li@example.org"))
    settle()
    assert Message.objects.get().state == "sent"
    assert len(box.mails) == 2 and len({mail["Message-ID"] for mail in box.mails}) == 1


def test_without_a_mail_server_the_next_way_is_taken(sms: FakeSms) -> None:
    queued(Route("email", "li@example.org"), Route("sms", "13800138000"))
    flows.deliver_due(now=now)
    assert Message.objects.get().channel == "sms"
    assert Mail().at_once == 1
