"""Forged notices: each refused with 4xx, written down, and no trace of how we look inside."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.test import Client
from django.urls import reverse

from onetrip.cli.fakes.wechat_pay.signing import Seal, notice_of
from onetrip.core import clock
from onetrip.core.models import AuditEntry
from onetrip.domain.payments import queries
from onetrip.domain.payments.models import Notice
from tests.domain.payments.conftest import FEN, Till, an_order, balance, refused, started, take, work
from tests.fake_pay import Heard


@dataclass
class Forger:
    """Knows what a stranger may know, and (for the strongest forgeries) signs as the provider itself."""

    seal: Seal
    number: str

    def notice(self, *, age_s: int = 0, key=None, seal: Seal | None = None, **changed: object) -> Heard:
        said = {
            "mchid": self.seal.merchant["mchid"],
            "appid": self.seal.merchant["appid"],
            "out_trade_no": self.number,
            "transaction_id": "4200000000000000000000000001",
            "trade_state": "SUCCESS",
            "success_time": clock.city_time(clock.now()).isoformat(timespec="seconds"),
            "amount": {"total": FEN, "currency": "CNY"},
            **changed,
        }
        body = notice_of(
            seal or self.seal,
            event_id="event-of-the-forger",
            event_type="TRANSACTION.SUCCESS",
            resource=said,
            created=str(said["success_time"]),
        )
        return self.signed(body, age_s=age_s, key=key)

    def signed(self, body: str, *, age_s: int = 0, key=None) -> Heard:
        stamp = int(clock.now().timestamp()) - age_s
        return self.seal.headers(body, stamp=stamp, key=key), body.encode()


@pytest.fixture
def forger(till: Till) -> Forger:
    return Forger(Seal(folder=till.pay.folder.parent), started(an_order()))


def without(name: str) -> Callable[[Forger], Heard]:
    def forge(forger: Forger) -> Heard:
        headers, body = forger.notice()
        del headers[name]
        return headers, body

    return forge


def with_header(name: str, value: str) -> Callable[[Forger], Heard]:
    def forge(forger: Forger) -> Heard:
        headers, body = forger.notice()
        return {**headers, name: value}, body

    return forge


def with_body(change: Callable[[bytes], bytes]) -> Callable[[Forger], Heard]:
    def forge(forger: Forger) -> Heard:
        headers, body = forger.notice()
        return headers, change(body)

    return forge


OTHER_KEY = generate_private_key(public_exponent=65537, key_size=2048)
FORGERIES: dict[str, tuple[Callable[[Forger], Heard], str]] = {
    "signed with another key": (lambda f: f.notice(key=OTHER_KEY), "notice_forged"),
    "truncated": (with_body(lambda body: body[: len(body) // 2]), "notice_forged"),
    "one byte changed": (with_body(lambda body: body.replace(b"TRANSACTION", b"TRANSACTIOM")), "notice_forged"),
    "not text": (with_body(lambda _body: b"\xff\xfe\x00"), "notice_forged"),
    "empty": (with_body(lambda _body: b""), "notice_forged"),
    "signed a day ago": (lambda f: f.notice(age_s=86_400), "notice_old"),
    "signed six minutes ago": (lambda f: f.notice(age_s=360), "notice_old"),
    "signed in the future": (lambda f: f.notice(age_s=-360), "notice_old"),
    "another amount": (lambda f: f.notice(amount={"total": 1, "currency": "CNY"}), "notice_forged"),
    "another merchant": (lambda f: f.notice(mchid="1900000001"), "notice_forged"),
    "another app": (lambda f: f.notice(appid="wx0000000000000000"), "notice_forged"),
    "a number that is not ours": (lambda f: f.notice(out_trade_no="NOBODYSNUMBER"), "notice_forged"),
    "no amount": (lambda f: f.notice(amount={}), "notice_forged"),
    "no number": (lambda f: f.notice(out_trade_no=None), "notice_forged"),
    "signed, but not a notice": (lambda f: f.signed("[]"), "notice_forged"),
    "signed, but not JSON": (lambda f: f.signed("hello"), "notice_forged"),
    "signed, not encrypted": (lambda f: f.signed(json.dumps({"id": "x"})), "notice_forged"),
    "an unknown certificate": (with_header("Wechatpay-Serial", "5157F09EFDC096DE15EBE81A47057A72"), "notice_forged"),
    "a certificate that is no number": (with_header("Wechatpay-Serial", "../../etc"), "notice_forged"),
    "a time that is no number": (with_header("Wechatpay-Timestamp", "now"), "notice_incomplete"),
    "a time beyond time": (with_header("Wechatpay-Timestamp", "9" * 30), "notice_incomplete"),
    "a signature that is no base 64": (with_header("Wechatpay-Signature", "%%%"), "notice_forged"),
    "another algorithm": (with_header("Wechatpay-Signature-Type", "NONE"), "notice_forged"),
    **{
        f"without {name}": (without(name), "notice_incomplete")
        for name in ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial",
                     "Wechatpay-Signature-Type")
    },
}  # fmt: skip


def sent(heard: Heard) -> tuple[int, str]:
    headers, body = heard
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    answer = Client(raise_request_exception=True).generic(
        "POST", reverse("hooks:wechat_pay"), body, content_type="application/json", **named
    )
    return answer.status_code, answer.content.decode()


def refusals_written() -> int:
    return AuditEntry.objects.filter(verb="notice.refuse").count()


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_and_written_down(
    forger: Forger, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    forge, code = FORGERIES[name]
    with caplog.at_level(logging.ERROR):
        status, said = sent(forge(forger))
    assert 400 <= status < 500 and json.loads(said) == {"code": "FAIL", "message": code}
    assert "Traceback" not in said and not caplog.records
    entry = AuditEntry.objects.get(verb="notice.refuse")
    assert entry.detail == {"code": code} and entry.actor_kind == "device"
    assert work() == 0 and balance() == {} and not Notice.objects.exists()


def test_a_replayed_notice_is_refused(till: Till) -> None:
    till.pay.pay(started(an_order()))
    heard = till.heard()[0]
    assert sent(heard)[0] == 204
    assert sent(heard)[0] == 409 and refusals_written() == 1
    assert refused(heard, at=clock.now() + timedelta(minutes=6)) == "notice_old"
    work()
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_the_true_notice_still_counts_after_all_forgeries(till: Till, forger: Forger) -> None:
    for forge, _code in FORGERIES.values():
        assert refused(forge(forger))
    till.pay.pay(forger.number)
    assert take(till.heard()[0])
    work()
    assert balance() == {"provider": FEN, "fees": -FEN}


def test_whoever_sends_nothing_else_is_turned_away_unwritten(till: Till, forger: Forger, monkeypatch) -> None:
    monkeypatch.setattr("onetrip.domain.payments.flows.REFUSALS_A_MINUTE", 3)
    codes = [refused(forger.notice(key=OTHER_KEY)) for _try in range(5)]
    assert codes == ["notice_forged"] * 3 + ["too_many"] * 2
    assert refusals_written() == 3


def test_a_notice_too_large_is_not_read(till: Till) -> None:
    status, _said = sent(({}, b"x" * 70_000))
    assert status == 413


def test_nothing_is_taken_where_no_provider_is_configured(db: None) -> None:
    assert sent(({}, b"{}"))[0] == 409
    assert queries.trial_balance() == {}
