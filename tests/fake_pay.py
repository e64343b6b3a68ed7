"""The fake WeChat Pay as a process of its own, and an ear for its notices where no web server runs."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.cases.models import Case
from onetrip.domain.payments import flows, queries, services
from onetrip.domain.payments.models import Attempt, Order
from tests.fakes import a_fake, control
from tests.servers import Server

Heard = tuple[dict[str, str], bytes]


@dataclass
class FakePay:
    """A running provider; `folder` is what ONETRIP_WECHAT_PAY names."""

    server: Server
    folder: Path

    def control(self, what: str, **wish: Any) -> dict[str, Any]:
        return control(self.server, what, **wish)

    def pay(self, number: str) -> str:
        return str(self.control("pay", number=number)["transaction_id"])

    def behave(self, **wish: Any) -> None:
        self.control("behaviour", **wish)

    def be_good(self) -> None:
        self.behave(
            lose=0, copies=1, delay_s=0, hold=False, silent=False, refunds_take_s=0.05, pay_closed=False
        )

    def totals(self) -> dict[str, int]:
        return httpx.get(f"{self.server.url}/control/totals", timeout=10).json()


@contextmanager
def fake_pay(*, folder: Path, notify_url: str) -> Iterator[FakePay]:
    """Run the provider; its notices go to `notify_url`."""
    with a_fake("fake-wechat-pay", folder=folder, options=["--notify-url", notify_url]) as server:
        yield FakePay(server, folder / "merchant")


@dataclass
class Ear:
    """Hears notices; `answer` says what is done with each (the status it gets)."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], int] = lambda _heard: 204


@contextmanager
def an_ear() -> Iterator[Ear]:
    """Listen on loopback."""

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard = (dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            ear.heard.append(heard)
            self.send_response(ear.answer(heard))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    ear = Ear(f"http://127.0.0.1:{server.server_port}/notices")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def paying_through(pay: FakePay) -> Iterator[FakePay]:
    """Let Django in this process use the provider."""
    before = settings.WECHAT_PAY_FOLDER
    settings.WECHAT_PAY_FOLDER = str(pay.folder)
    flows._gateway.cache_clear()
    pay.be_good()
    try:
        yield pay
    finally:
        settings.WECHAT_PAY_FOLDER = before
        flows._gateway.cache_clear()


def as_json(text: bytes) -> Any:
    return json.loads(text)


def a_paid_fee(
    *, case_id: str, officer_id: int, venue_code: str, fen: int = 4000, waiting: bool = False
) -> str:
    """Have the fee of a case paid in cash and return its order's id; `waiting`: a code is on a screen as well."""
    order_id, by = a_due_fee(case_id=case_id, fen=fen, waiting=False), Actor.system("tests")
    if queries.open_shift_of(officer_id=officer_id) is None:
        services.open_shift(officer_id=officer_id, venue_code=venue_code, by=by, at=clock.now())
    services.take_at_desk(order_id=order_id, way="cash", officer_id=officer_id, by=by, at=clock.now())
    if waiting:
        _show_code(order_id, fen=fen)
    return order_id


def a_due_fee(*, case_id: str, fen: int = 4000, waiting: bool = True) -> str:
    """Have a fee due for a case and return its order's id; `waiting`: with a code to scan on a screen."""
    case = Case.objects.get(public_id=case_id)
    order_id = services.open_order(
        payer_id=case.citizen_id, item_code=case.item_code, title=case.item_name, fen=fen,
        by=Actor.system("tests"), at=clock.now(),
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(order=Order.objects.get(public_id=order_id))
    if waiting:
        _show_code(order_id, fen=fen)
    return order_id


def _show_code(order_id: str, *, fen: int) -> None:
    Attempt.objects.create(
        order=Order.objects.get(public_id=order_id), way="native", fen=fen, state="open", made_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=9), pay_url="http://127.0.0.1/cashier/wx0",
    )  # fmt: skip
