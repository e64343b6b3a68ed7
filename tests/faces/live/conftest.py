"""Pages as the live face sees them: real WebSockets to a real server process, and a post with one caller."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from websockets.sync.client import ClientConnection, connect

from onetrip.core import live
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts.models import User
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.calls import Call, a_ringing_call
from tests.patience import PATIENCE_S
from tests.people import signed_in
from tests.servers import LiveServers, Server


@dataclass
class Page:
    """One open page. `docs` and `seqs` are what its documents would show, `snapshots` what they began with."""

    socket: ClientConnection
    docs: dict[str, dict[str, Any]] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    snapshots: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def subscribe(self, *topics: str) -> None:
        self.say(op="subscribe", topics={topic: self.seqs.get(topic) for topic in topics})

    def hear(self, *, within_s: float = PATIENCE_S) -> dict[str, Any]:
        """The next message; TimeoutError when there is none."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=within_s))
        if message["op"] == "snapshot":
            self.docs[message["topic"]], self.seqs[message["topic"]] = message["doc"], message["seq"]
            self.snapshots[message["topic"]] = (message["seq"], message["doc"])
        elif message["op"] == "event" and message["seq"] > self.seqs[message["topic"]]:
            assert message["seq"] == self.seqs[message["topic"]] + 1, "an event is missing"
            self.docs[message["topic"]] = live.merge(self.docs[message["topic"]], message["patch"])
            self.seqs[message["topic"]] = message["seq"]
        return message

    def hear_until(self, op: str, *, within_s: float = PATIENCE_S, **expected: Any) -> dict[str, Any]:
        """The next message of that kind; others are taken in on the way."""
        deadline = time.monotonic() + within_s
        while True:
            message = self.hear(within_s=max(0.01, deadline - time.monotonic()))
            if message["op"] == op and all(message.get(key) == value for key, value in expected.items()):
                return message

    def hear_up_to(self, seq: int, *, topic: str, within_s: float = PATIENCE_S) -> None:
        """Take in what comes until the topic's document has this number, event by event or by a fresh snapshot."""
        deadline = time.monotonic() + within_s
        while self.seqs[topic] < seq:
            self.hear(within_s=max(0.01, deadline - time.monotonic()))

    def hears_nothing(self, op: str, *, for_s: float = 0.6) -> bool:
        """True when no message of that kind comes in the time."""
        deadline = time.monotonic() + for_s
        try:
            while True:
                if self.hear(within_s=max(0.01, deadline - time.monotonic()))["op"] == op:
                    return False
        except TimeoutError:
            return True

    def drop(self) -> None:
        self.socket.close()


OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def production(empty_live_servers: LiveServers) -> Server:
    """Sockets alone, as a city serves them; the journeys go through the demo's one port for everything."""
    server = empty_live_servers.start("live")
    empty_live_servers.wait_until_it_answers(server)
    return server


@pytest.fixture
def open_page(empty_live_servers: LiveServers, production: Server) -> Iterator[OpenPage]:
    """Open a socket as somebody's browser would: `open_page(user)`, `open_page()` for a stranger."""
    sockets = ExitStack()

    def open_one(
        user: User | None = None, *, server: Server | None = None, browser: Client | None = None,
        path: str | None = None, origin: str | None = None, **options: Any
    ) -> Page:  # fmt: skip
        server = server or production
        staff = user is not None and user.kind == "staff"
        path = path or ("/console/live" if staff else "/live")
        browser = browser or (signed_in(user) if user else Client())
        door = STAFF if path.startswith("/console") else CITIZEN
        cookie = browser.cookies.get(door.cookie)
        headers = {"Cookie": f"{door.cookie}={cookie.value}"} if cookie else {}
        socket = connect(
            server.live_url.replace("localhost", "127.0.0.1") + path, origin=origin or f"http://127.0.0.1:{server.port}",
            additional_headers=headers, max_size=None, compression=None, **options
        )  # fmt: skip
        return Page(sockets.enter_context(socket))

    with sockets:
        yield open_one


def change(topic: str, patch: dict[str, Any]) -> None:
    """A use case that does nothing but change a document."""
    with unit_of_work():
        live.change(topic=topic, patch=patch)


@pytest.fixture
def ringing(empty_live_servers: LiveServers) -> Call:
    """A call that rings; each test has a line of its own."""
    return a_ringing_call()
