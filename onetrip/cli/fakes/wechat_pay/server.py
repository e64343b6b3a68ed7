"""HTTP in front of the provider: the merchant's signed requests, the citizen's cashier, a control for tests."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from onetrip.cli.fakes.desk import WHOSE_PHONE, Desk, Door
from onetrip.cli.fakes.wechat_pay import cashier, sheet
from onetrip.cli.fakes.wechat_pay.courier import changed
from onetrip.cli.fakes.wechat_pay.provider import Answer, Provider, Refused, as_text, payer_of

Route = Callable[["PayDesk", "re.Match[str]"], Answer]
_ROUTES: list[tuple[str, re.Pattern[str], Route]] = [
    (
        "POST",
        re.compile(r"/v3/pay/transactions/(jsapi|h5|native)"),
        lambda d, m: d.provider.open(m[1], d.wish),
    ),
    ("GET", re.compile(r"/v3/pay/transactions/out-trade-no/(\w+)"), lambda d, m: d.provider.look_up(m[1])),
    (
        "POST",
        re.compile(r"/v3/pay/transactions/out-trade-no/(\w+)/close"),
        lambda d, m: d.provider.close(m[1]),
    ),
    ("POST", re.compile(r"/v3/refund/domestic/refunds"), lambda d, _m: d.provider.refund(d.wish)),
    ("GET", re.compile(r"/v3/refund/domestic/refunds/(\w+)"), lambda d, m: d.provider.look_up_refund(m[1])),
    ("GET", re.compile(r"/v3/certificates"), lambda d, _m: d.provider.certificates()),
    (
        "GET",
        re.compile(r"/v3/bill/tradebill"),
        lambda d, _m: d.provider.bill(d.query("bill_date"), d.own_url),
    ),
]
_CASHIER = re.compile(r"/cashier/(wx[0-9a-f]{32})")


class PayDesk(Desk):
    """One request."""

    server: "Server"

    @property
    def provider(self) -> Provider:
        return self.server.provider

    @property
    def own_url(self) -> str:
        return str(self.provider.seal.merchant["url"])

    @property
    def wish(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body or "{}")
        except ValueError:
            raise Refused(400, "PARAM_ERROR") from None
        if not isinstance(found, dict):
            raise Refused(400, "PARAM_ERROR")
        return found

    def serve(self, place: str) -> None:
        if place.startswith("/v3/"):
            self._serve_merchant(place)
        elif place.startswith("/control/"):
            self._serve_control(place)
        elif place == "/bridge":
            self._page(self._on_the_sheet())
        elif found := _CASHIER.fullmatch(place):
            self._serve_citizen(found[1])
        else:
            self.say(404, b"", "text/plain")

    def _serve_merchant(self, place: str) -> None:
        if self.provider.courier.behaviour.silent:
            self._say_signed(503, as_text({"code": "SYSTEM_ERROR", "message": "busy"}))
            return
        wrong = self.provider.seal.refusal_of(
            self.headers.get("Authorization", ""),
            method=self.command,
            path=self.path,
            body=self.body,
            now_s=datetime.now(UTC).timestamp(),
        )
        if wrong is not None:
            self._say_signed(401, as_text({"code": wrong, "message": "signature"}))
        elif place == "/v3/billdownload/file":
            self.say(200, self.provider.bill_file(self.query("token")), "application/x-gzip")
        else:
            self._answer(place)

    def _answer(self, place: str) -> None:
        try:
            for method, pattern, act in _ROUTES:
                found = pattern.fullmatch(place)
                if found and method == self.command:
                    status, answer = act(self, found)
                    self._say_signed(status, as_text(answer))
                    return
            raise Refused(404, "RESOURCE_NOT_EXISTS")
        except Refused as no:
            self._say_signed(no.status, as_text({"code": no.code, "message": no.code}))

    def _serve_control(self, place: str) -> None:
        """For tests and the demo's own machine; the cashier's port does not have it."""
        try:
            if place == "/control/behaviour" and self.command == "POST":
                courier = self.provider.courier
                courier.behaviour = changed(courier.behaviour, self.wish)
                answer: dict[str, Any] = asdict(courier.behaviour)
            elif place == "/control/pay" and self.command == "POST":
                answer = {"transaction_id": self.provider.pay(str(self.wish["number"]))}
            elif place == "/control/release" and self.command == "POST":
                answer = {"released": self.provider.courier.release()}
            elif place == "/control/totals":
                answer = self.provider.books.totals()
            else:
                answer = asdict(self.provider.courier.behaviour)
            self.say(200, as_text(answer).encode(), "application/json")
        except (Refused, TypeError, KeyError) as no:
            self.say(400, as_text({"code": str(no)}).encode(), "application/json")

    def _serve_citizen(self, prepay: str) -> None:
        found = self.provider.books.payment_by_prepay(prepay)
        if found is None or payer_of(found):  # JSAPI is paid on the sheet, by one person
            self._page(cashier.gone(), status=404)
            return
        note = ""
        if self.command == "POST":
            try:
                self.provider.pay(found["number"])
            except Refused as no:
                note = no.code
            found = self.provider.books.payment_by_prepay(prepay) or found
        self._page(cashier.page(found, note=note, back=self.query("redirect_url")))

    def _on_the_sheet(self) -> str:
        """What WeChat shows over the page that has called the bridge. It believes no page, only the merchant's key."""
        asked = sheet.Request.read(dict(parse_qsl(urlsplit(self.path).query)))
        seal, now_s = self.provider.seal, datetime.now(UTC).timestamp()
        wrong = asked.fault(appid=seal.merchant["appid"], key=seal.merchant_key, now_s=now_s)
        found = None if wrong else self.provider.books.payment_by_prepay(asked.prepay)
        if found is None or not payer_of(found):
            return sheet.told(sheet.FAIL, why=wrong or "ORDER_NOT_EXIST")
        if payer_of(found) != self._whose_phone:
            return sheet.told(sheet.FAIL, why="PAYER_MISMATCH")
        if self.command != "POST":
            return sheet.question(found)
        if dict(parse_qsl(self.body)).get("answer") != sheet.OK:
            return sheet.told(sheet.CANCEL)
        try:
            self.provider.pay(found["number"])
        except Refused as no:
            return sheet.told(sheet.FAIL, why=no.code)
        return sheet.told(sheet.OK)

    @property
    def _whose_phone(self) -> str:
        """The sample WeChat on this machine has left a cookie that says whose phone this is."""
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get(WHOSE_PHONE)
        return cookie.value if cookie else ""

    def _page(self, text: str, *, status: int = 200) -> None:
        self.say(status, text.encode(), "text/html; charset=utf-8", {"Cache-Control": "no-store"})

    def _say_signed(self, status: int, text: str) -> None:
        headers = self.provider.seal.headers(text, stamp=int(datetime.now(UTC).timestamp()))
        self.say(status, text.encode(), "application/json; charset=utf-8", headers)


class CashierDesk(PayDesk):
    """The door for phones in the network: the cashier page and nothing else."""

    def _serve_merchant(self, _place: str) -> None:
        self.say(404, b"", "text/plain")

    def _serve_control(self, _place: str) -> None:
        self.say(404, b"", "text/plain")


class Server(Door):
    """A provider at an address; `certificate` and `key` make it HTTPS."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        provider: Provider,
        desk: type[PayDesk] = PayDesk,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        self.provider = provider
        super().__init__(address, desk=desk, certificate=certificate, key=key)
