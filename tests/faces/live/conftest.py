"""Pages as the live face sees them: real WebSockets to a real server process, and a post with one caller."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from websockets.sync.client import ClientConnection, connect

from onetrip.core import clock, live
from onetrip.core.audit import Actor
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.consultations import services as consultations
from onetrip.domain.venues.models import Desk, District, Subdistrict, Venue
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.people import a_citizen, a_staff_member, signed_in
from tests.servers import LiveServers, Server

BY = Actor.system("tests")


@dataclass
class Page:
    """One open page. `docs` and `seqs` are what its documents would show."""

    socket: ClientConnection
    docs: dict[str, dict[str, Any]] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def subscribe(self, *topics: str) -> None:
        self.say(op="subscribe", topics={topic: self.seqs.get(topic) for topic in topics})

    def hear(self, *, within_s: float = 5) -> dict[str, Any]:
        """The next message; TimeoutError when there is none."""
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=within_s))
        if message["op"] == "snapshot":
            self.docs[message["topic"]], self.seqs[message["topic"]] = message["doc"], message["seq"]
        elif message["op"] == "event" and message["seq"] > self.seqs[message["topic"]]:
            assert message["seq"] == self.seqs[message["topic"]] + 1, "an event is missing"
            self.docs[message["topic"]] = live.merge(self.docs[message["topic"]], message["patch"])
            self.seqs[message["topic"]] = message["seq"]
        return message

    def hear_until(self, op: str, *, within_s: float = 5, **expected: Any) -> dict[str, Any]:
        """The next message of that kind; others are taken in on the way."""
        deadline = time.monotonic() + within_s
        while True:
            message = self.hear(within_s=max(0.01, deadline - time.monotonic()))
            if message["op"] == op and all(message.get(key) == value for key, value in expected.items()):
                return message

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


@pytest.fixture
def open_page(empty_live_servers: LiveServers) -> Iterator[OpenPage]:
    """Open a socket as somebody's browser would: `open_page(user)`, `open_page()` for a stranger."""
    sockets = ExitStack()

    def open_one(
        user: User | None = None, *, server: Server | None = None, browser: Client | None = None,
        path: str | None = None, origin: str | None = None, **options: Any
    ) -> Page:  # fmt: skip
        server = server or empty_live_servers.pages
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


@dataclass
class Call:
    """A citizen whose consultation rings at an officer's post."""

    citizen: User
    officer: User
    desk: Desk
    id: str

    @property
    def topic(self) -> str:
        return f"consultation:{self.id}"

    def accept(self) -> None:
        consultations.accept(consultation_id=self.id, officer_id=self.officer.pk, by=BY, at=clock.now())


def a_video_desk(code: str, *competences: str) -> Desk:
    district = District.objects.get_or_create(
        code="410105", defaults={"name": "金水区", "name_en": "Jinshui"}
    )[0]
    subdistrict = Subdistrict.objects.get_or_create(
        code="410105001",
        defaults={"name": "经八路街道", "name_en": "Jingbalu", "district": district, "latitude": 34.77,
                  "longitude": 113.67, "valid_from": date(2023, 6, 30)},
    )[0]  # fmt: skip
    venue = Venue.objects.get_or_create(
        code="hall-live",
        defaults={"name": "户政大厅", "name_en": "Household hall", "kind": "household", "subdistrict": subdistrict,
                  "latitude": 34.77, "longitude": 113.67, "address": "路1号", "phone": "000", "demonstration": True},
    )[0]  # fmt: skip
    return Desk.objects.create(
        venue=venue, code=code, label=f"视频{code}", kind="video", competences=list(competences)
    )


def on_duty(competence: str, *, desk: Desk | None = None) -> tuple[User, Desk]:
    officer = a_staff_member(Role("officer"))
    desk = desk or a_video_desk(officer.public_id[:6], competence)
    consultations.go_on_duty(desk_id=desk.pk, officer_id=officer.pk, by=BY, at=clock.now())
    return officer, desk


def in_line(competence: str, citizen: User | None = None) -> tuple[User, str]:
    citizen = citizen or a_citizen()
    joined = consultations.join_line(
        citizen_id=citizen.pk,
        competence=competence,
        item_code="i1",
        item_name="身份证补领",
        by=BY,
        at=clock.now(),
    )
    return citizen, joined


@pytest.fixture
def ringing(empty_live_servers: LiveServers) -> Call:
    """A call that rings; each test has a line of its own."""
    line = uuid4().hex[:12]
    officer, desk = on_duty(line)
    citizen, joined = in_line(line)
    return Call(citizen, officer, desk, joined)
