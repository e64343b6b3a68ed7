"""The payment provider.

WeChat Pay is spoken by `wechatpayv3`. What the library leaves open is closed here: a notice has a time window, a
missing header is a refusal and not a crash, and a notice with an unknown certificate makes no request to anybody.
The sample city's WeChat Pay is a server of its own (`onetrip fake-wechat-pay`), spoken to in the same way.
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from wechatpayv3 import SignType, WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from onetrip.core import clock
from onetrip.domain.payments.errors import NoticeForged, NoticeIncomplete
from onetrip.domain.payments.gateways.bill import bill_lines
from onetrip.domain.payments.gateways.faults import Declined, Unreachable
from onetrip.domain.payments.states import Way
from onetrip.domain.payments.views import Told

_TIMEOUTS_S = (3, 10)
_SIGNED_BY = "WECHATPAY2-SHA256-RSA2048"
_SIGNATURE_HEADERS = (
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Signature",
    "Wechatpay-Serial",
    "Wechatpay-Signature-Type",
)
_TYPES = {Way.JSAPI: WeChatPayType.JSAPI, Way.H5: WeChatPayType.H5, Way.NATIVE: WeChatPayType.NATIVE}


@dataclass(frozen=True)
class Signed:
    """A notice whose signature and addressee are right; how old it may be is decided above."""

    event_id: str
    kind: str
    nonce: str
    signed_at: datetime
    told: Told


@dataclass(frozen=True)
class Merchant:
    """Who we are to WeChat Pay: `merchant.json` of the folder with the keys."""

    mchid: str
    appid: str
    serial: str
    notify_url: str
    url: str


class _Core(Core):  # type: ignore[misc]  # the library is untyped
    """The library's core, which knows one address only, on another one."""

    def __init__(self, *, url: str, **rest: Any) -> None:
        self._url = url
        super().__init__(**rest)

    @property
    def _gate_way(self) -> str:
        return self._url

    @_gate_way.setter
    def _gate_way(self, _fixed: str) -> None:
        """The library sets its own address."""


class _Client(WeChatPay):  # type: ignore[misc]
    def __init__(self, *, core: _Core, merchant: Merchant) -> None:
        self._core = core
        self._type, self._mchid, self._appid = WeChatPayType.NATIVE, merchant.mchid, merchant.appid
        self._notify_url, self._partner_mode = merchant.notify_url, False


class WeChatPayGateway:
    """WeChat Pay v3, with the keys of one folder: merchant.json, merchant_key.pem, apiv3.key, platform/*.pem.

    Raises ImproperlyConfigured for a folder that does not hold them.
    """

    def __init__(self, *, folder: Path) -> None:
        self._folder = folder
        try:
            self.merchant = Merchant(**json.loads((folder / "merchant.json").read_text(encoding="utf-8")))
            self._key = (folder / "merchant_key.pem").read_text(encoding="ascii")
            self._secret = (folder / "apiv3.key").read_text(encoding="ascii").strip()
        except (OSError, TypeError, ValueError) as error:
            raise ImproperlyConfigured(f"ONETRIP_WECHAT_PAY: {error}") from error
        self._lock = threading.Lock()
        self._known: WeChatPay | None = None
        self._loaded_from = 0

    def sample_cashier(self) -> str:
        """Return where people find the sample WeChat Pay; the folder of a real merchant does not say."""
        note = self._folder / "sample_cashier.txt"
        return note.read_text(encoding="utf-8").strip() if note.exists() else ""

    # Asking and telling

    def open(
        self, *, way: str, number: str, title: str, fen: int, expires_at: datetime, ip: str, openid: str
    ) -> str:
        """Have the provider wait for the money; return the address to pay at (JSAPI: the prepay id).

        Raises Unreachable, Declined.
        """
        extra: dict[str, Any] = {}
        if way == Way.JSAPI:
            extra["payer"] = {"openid": openid}
        if way == Way.H5:
            extra["scene_info"] = {"payer_client_ip": ip, "h5_info": {"type": "Wap"}}
        answer = self._ask(
            "pay",
            description=title,
            out_trade_no=number,
            amount={"total": fen, "currency": "CNY"},
            time_expire=clock.city_time(expires_at).isoformat(timespec="seconds"),
            pay_type=_TYPES[Way(way)],
            **extra,
        )
        key = {Way.JSAPI: "prepay_id", Way.H5: "h5_url", Way.NATIVE: "code_url"}[Way(way)]
        return str(answer[key])

    def jsapi_parameters(self, *, prepay_id: str, nonce: str, at: datetime) -> dict[str, str]:
        """Return what the page inside WeChat hands to WeixinJSBridge, signed by us."""
        stamp, package = str(int(at.timestamp())), f"prepay_id={prepay_id}"
        signature = self._client().sign([self.merchant.appid, stamp, nonce, package], SignType.RSA_SHA256)
        return {
            "appId": self.merchant.appid,
            "timeStamp": stamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": str(signature),
        }

    def look_up(self, *, number: str) -> Told | None:
        """Return what the provider says of a payment, None where it knows none. Raises Unreachable, Declined."""
        answer = self._ask("query", out_trade_no=number, or_none=True)
        return _payment_in(answer, self.merchant) if answer else None

    def close(self, *, number: str) -> None:
        """Have the provider take no money for it any more; one that is unknown or paid stays as it is.

        Raises Unreachable.
        """
        try:
            self._ask("close", out_trade_no=number, or_none=True)
        except Declined:
            return  # paid meanwhile: the look that follows says so

    def refund(self, *, number: str, refund_no: str, fen: int, total_fen: int, reason: str) -> Told:
        """Ask for money to go back; the same number twice is one refund. Raises Unreachable, Declined."""
        amount = {"refund": fen, "total": total_fen, "currency": "CNY"}
        answer = self._ask(
            "refund", out_refund_no=refund_no, out_trade_no=number, amount=amount, reason=reason[:80]
        )
        return _refund_in(answer)

    def bill(self, *, day: date) -> list[tuple[str, int, str, datetime]]:
        """Return the lines of a day's bill: number, fen (minus for a refund), provider's number, moment.

        Raises Unreachable, Declined.
        """
        try:
            answer = self._ask("trade_bill", bill_date=day.isoformat())
        except Declined as no:
            if "NO_STATEMENT_EXIST" in str(no):
                return []
            raise
        packed = self._ask("download_bill", url=answer["download_url"], raw=True)
        text = gzip.decompress(packed)
        if hashlib.sha1(text, usedforsecurity=False).hexdigest() != str(answer["hash_value"]).lower():
            raise Unreachable("the bill arrived damaged")
        return bill_lines(text.decode("utf-8-sig"))

    def renew_certificates(self) -> None:
        """Fetch the provider's certificates anew and keep the new ones in the folder. Raises Unreachable."""
        before = {path.name for path in (self._folder / "platform").glob("*.pem")}
        try:
            self._core()._update_certificates()
        except Exception as error:
            raise Unreachable(type(error).__name__) from error
        if {path.name for path in (self._folder / "platform").glob("*.pem")} != before:
            self._known = None

    # Being told

    def read_notice(self, *, headers: Mapping[str, str], body: bytes) -> Signed:
        """Believe a notice, or say why not. No word of it is used before its signature is verified.

        Raises NoticeIncomplete, NoticeForged.
        """
        told, signed_at = self._believed(headers, body)
        try:
            kind = "refund" if str(told["event_type"]).startswith("REFUND.") else "payment"
            what = told["resource"]
            if (
                what.get("mchid") != self.merchant.mchid
                or what.get("appid", self.merchant.appid) != self.merchant.appid
            ):
                raise NoticeForged(what="merchant")
            said = _refund_in(what) if kind == "refund" else _payment_in(what, self.merchant)
            return Signed(str(told["id"])[:64], kind, headers["Wechatpay-Nonce"], signed_at, said)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NoticeIncomplete(what="resource") from error

    def _believed(self, headers: Mapping[str, str], body: bytes) -> tuple[dict[str, Any], datetime]:
        signature = {name: headers.get(name, "") for name in _SIGNATURE_HEADERS}
        for name, value in signature.items():
            if not value:
                raise NoticeIncomplete(what=name)
        if signature["Wechatpay-Signature-Type"] != _SIGNED_BY or len(signature["Wechatpay-Nonce"]) > 64:
            raise NoticeForged(what="signature type")
        try:
            signed_at = datetime.fromtimestamp(int(signature["Wechatpay-Timestamp"]), tz=clock.CITY_TZ)
        except (ValueError, OverflowError, OSError) as error:
            raise NoticeIncomplete(what="Wechatpay-Timestamp") from error
        client = self._client()
        if not self._knows(signature["Wechatpay-Serial"]):
            raise NoticeForged(what="certificate")
        try:
            told = client.callback(signature, body)
        except Exception as error:  # the library raises whatever it stumbles over
            raise NoticeForged(what="contents") from error
        if not isinstance(told, dict):
            raise NoticeForged(what="signature")
        return told, signed_at

    def _knows(self, serial: str) -> bool:
        """Say whether the certificate is one of the provider's that we hold. Nobody is asked for it now."""
        try:
            number = int(serial, 16)
        except ValueError:
            return False
        if any(number == each.serial_number for each in self._core()._certificates):
            return True
        if self._newest() <= self._loaded_from:
            return False
        self._known = None
        return any(number == each.serial_number for each in self._core()._certificates)

    # The library

    def _newest(self) -> int:
        folder = self._folder / "platform"
        return folder.stat().st_mtime_ns if folder.is_dir() else 0

    def _client(self) -> WeChatPay:
        with self._lock:
            if self._known is None:
                self._loaded_from = self._newest()
                core = _Core(
                    url=self.merchant.url.rstrip("/"),
                    mchid=self.merchant.mchid,
                    cert_serial_no=self.merchant.serial,
                    private_key=self._key,
                    apiv3_key=self._secret,
                    cert_dir=str(self._folder / "platform"),
                    timeout=_TIMEOUTS_S,
                )
                self._known = _Client(core=core, merchant=self.merchant)
            return self._known

    def _core(self) -> Any:
        return self._client()._core

    def _ask(self, verb: str, *, or_none: bool = False, raw: bool = False, **arguments: Any) -> Any:
        try:
            status, answer = getattr(self._client(), verb)(**arguments)
        except Exception as error:  # unreachable, or an answer with a wrong signature
            raise Unreachable(type(error).__name__) from error
        if raw and status == 200:
            return answer
        if status == 204:
            return {}
        said = json.loads(answer) if answer else {}
        if status == 200:
            return said
        if status == 404 and or_none:
            return None
        if status >= 500 or status == 429:
            raise Unreachable(f"http {status}")
        raise Declined(str(said.get("code", status)))


def _payment_in(answer: Mapping[str, Any], merchant: Merchant) -> Told:
    if answer.get("mchid") != merchant.mchid:
        raise NoticeForged(what="merchant")
    paid = answer.get("success_time")
    return Told(
        number=str(answer["out_trade_no"])[:32],
        outcome=str(answer["trade_state"])[:16],
        fen=int(answer.get("amount", {}).get("total", 0)),
        provider_no=str(answer.get("transaction_id", ""))[:32],
        at=datetime.fromisoformat(paid) if paid else None,
    )


def _refund_in(answer: Mapping[str, Any]) -> Told:
    """A refund in an answer has its state under `status`, in a notice under `refund_status`."""
    done = answer.get("success_time")
    return Told(
        number=str(answer["out_refund_no"])[:32],
        outcome=str(answer.get("refund_status") or answer["status"])[:16],
        fen=int(answer["amount"]["refund"]),
        provider_no=str(answer.get("refund_id", ""))[:64],
        at=datetime.fromisoformat(done) if done else None,
    )
