"""The outbox: written with the data, delivered at least once, or its state says why not."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core.errors import NotFound
from onetrip.domain.notifications import errors, flows, queries, rules, services
from onetrip.domain.notifications.gateways import HttpSms, Rejected, Unreachable
from onetrip.domain.notifications.models import DemoText, Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
PHONE = "13800138000"


class Outage:
    """A provider that does not answer `times` times, then works."""

    def __init__(self, times: int) -> None:
        self.times = times

    def send(self, *, key: str, phone: str, text: str, at: datetime) -> None:
        if self.times:
            self.times -= 1
            raise Unreachable("timeout")
        flows.sms_gateway().send(key=key, phone=phone, text=text, at=at)


def queue(*, address: str = PHONE, channel: str = "sms", language: str = "zh-hans") -> str:
    return services.send(
        channel=channel,
        address=address,
        template="accounts.code",
        params={"code": "246810", "minutes": 5},
        language=language,
        expires_at=AT + timedelta(minutes=5),
        at=AT,
    )


def waiting_jobs() -> list[ProcrastinateJob]:
    return list(
        ProcrastinateJob.objects.filter(status="todo", task_name__endswith="deliver_message").order_by("id")
    )


def test_a_message_and_its_job_exist_only_if_the_transaction_committed() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError
    assert (Message.objects.count(), waiting_jobs()) == (0, [])
    public_id = queue()
    assert [job.args for job in waiting_jobs()] == [{"message": public_id}]


def test_address_and_parameters_are_sealed() -> None:
    queue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, params, address_hash FROM notifications_message")
        address, params, hashed = cursor.fetchone()
    assert PHONE.encode() not in bytes(address) and b"246810" not in bytes(params) and PHONE not in hashed


def test_delivery_reaches_the_phone_in_its_language_and_wipes_the_secret() -> None:
    chinese, english = queue(), queue(address="13900139000", language="en")
    for public_id in (chinese, english):
        assert flows.deliver(public_id=public_id, gateway=flows.sms_gateway(), at=AT) == "sent"
    texts = {line.phone: line.text for line in queries.demo_texts()}
    assert "246810" in texts[PHONE] and "验证码" in texts[PHONE]
    assert "246810 is your sign-in code" in texts["13900139000"]
    assert list(Message.objects.values_list("params", flat=True)) == [None, None]


def test_delivering_twice_sends_once() -> None:
    public_id = queue()
    for _run in range(2):
        assert flows.deliver(public_id=public_id, gateway=flows.sms_gateway(), at=AT) == "sent"
    assert DemoText.objects.count() == 1
    assert queries.fate_of(public_id).attempts == 1


def test_a_worker_that_died_after_sending_does_not_send_a_second_message() -> None:
    public_id = queue()
    flows.sms_gateway().send(key=public_id, phone=PHONE, text="already there", at=AT)
    flows.deliver(public_id=public_id, gateway=flows.sms_gateway(), at=AT)
    assert [line.text for line in queries.demo_texts()] == ["already there"]


def test_an_outage_is_tried_again_with_longer_pauses() -> None:
    public_id, provider = queue(), Outage(times=3)
    for attempt in (1, 2, 3):
        assert flows.deliver(public_id=public_id, gateway=provider, at=AT) == "queued"
        assert waiting_jobs()[-1].scheduled_at == AT + timedelta(seconds=2**attempt)
        assert queries.fate_of(public_id) == queries.MessageFate("queued", attempt, "timeout")
    assert flows.deliver(public_id=public_id, gateway=provider, at=AT) == "sent"


def test_it_gives_up_in_the_end() -> None:
    public_id = queue()
    states = [
        flows.deliver(public_id=public_id, gateway=Outage(times=99), at=AT) for _try in range(rules.ATTEMPTS)
    ]
    assert states == ["queued"] * (rules.ATTEMPTS - 1) + ["failed"]
    assert Message.objects.get().params is None


def test_what_the_provider_rejects_is_not_tried_again() -> None:
    public_id = queue(address="12345")
    assert flows.deliver(public_id=public_id, gateway=flows.sms_gateway(), at=AT) == "failed"
    assert queries.fate_of(public_id).fault == "not a mobile number"
    assert len(waiting_jobs()) == 1  # the one it began with: no other was added


def test_too_late_is_not_sent() -> None:
    public_id, other = queue(), queue(address="13900139000")
    late = AT + timedelta(minutes=5)
    assert flows.deliver(public_id=public_id, gateway=flows.sms_gateway(), at=late) == "expired"
    assert flows.expire_overdue(at=late) == 1
    assert queries.fate_of(other).state == "expired"
    assert queries.demo_texts() == []


def test_pauses_grow_to_ten_minutes() -> None:
    pauses = [rules.pause_after(attempt).total_seconds() for attempt in range(1, 12)]
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == 600


def test_the_inbox_is_delivered_by_the_commit_and_read_once() -> None:
    queue(channel="inbox", address="ABC")
    assert waiting_jobs() == []
    assert [(line.is_new, "246810" in line.text) for line in queries.inbox_of("ABC")] == [(True, True)]
    assert queries.inbox_of("DEF") == []
    assert [services.mark_read(address="ABC", at=AT) for _time in range(2)] == [1, 0]
    assert not queries.inbox_of("ABC")[0].is_new


def test_mistakes_of_the_calling_code_are_loud() -> None:
    fields = {"address": PHONE, "language": "en", "expires_at": AT, "at": AT}
    with pytest.raises(errors.TemplateUnknown):
        services.send(channel="sms", template="no.such", params={}, **fields)  # type: ignore[arg-type]
    with pytest.raises(errors.ChannelUnknown):
        services.send(channel="pigeon", template="accounts.code", params={}, **fields)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        services.send(channel="sms", template="accounts.code", params={}, **fields)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"accounts\.code"):
        services.register_text(key="accounts.code", text="other words")
    with pytest.raises(NotFound):
        queries.fate_of("NOPE")


@override_settings(DEMO=False, SMS_URL="")
def test_production_without_a_provider_says_so() -> None:
    with pytest.raises(ImproperlyConfigured):
        flows.sms_gateway()
    assert queries.demo_texts() == []


class _Provider(BaseHTTPRequestHandler):
    status = 200
    taken: list[tuple[str, dict[str, str]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.headers["X-Onetrip-Signature"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def provider(status: int) -> Iterator[str]:
    _Provider.status, _Provider.taken = status, []
    server = HTTPServer(("127.0.0.1", 0), _Provider)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sms"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_http_provider_gets_a_signed_message() -> None:
    with provider(202) as url:
        HttpSms(url=url, secret="s3cret").send(key="K1", phone=PHONE, text="您好", at=AT)
    signature, body = _Provider.taken[0]
    assert body == {"id": "K1", "phone": PHONE, "text": "您好", "at": AT.isoformat()}
    raw = json.dumps(body, ensure_ascii=False).encode()
    assert signature == "sha256=" + hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("status", "fault"),
    [(500, Unreachable), (503, Unreachable), (429, Unreachable), (400, Rejected), (403, Rejected)],
)
def test_http_provider_faults_are_told_apart(status: int, fault: type[Exception]) -> None:
    with provider(status) as url, pytest.raises(fault, match=str(status)):
        HttpSms(url=url, secret="s").send(key="K1", phone=PHONE, text="x", at=AT)


def test_http_provider_that_is_gone_is_unreachable() -> None:
    with provider(200) as url:
        pass
    with pytest.raises(Unreachable):
        HttpSms(url=url, secret="s").send(key="K1", phone=PHONE, text="x", at=AT)
