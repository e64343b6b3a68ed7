"""`call_setup`, `call_setup_relay`, `paper_height_px`, `paper_seconds`: two real Chromium browsers, two people.

The product's own pages, from the officer's tap on “accept” to the first decoded frame on both sides, against two pages
with nothing but a peer connection and a messenger, cameras open beforehand in both. In turns, medians. Relayed: the
same in a network of its own, where both sides may use coturn only, in the bare call as in ours.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import AT_LEAST, AT_MOST, Figure
from bench.people import Citizen, make_citizens
from bench.stage import Server, Stage

ITEM, OFFICER = "i40-licence-expiry", "officer1"
ROUNDS = 7
PATIENCE_S = 40
SETUP, HEIGHT_PX, PAPER_S = 1.2, 720, 2.0
DIRECT = {"call_setup", "paper_height_px", "paper_seconds"}

# From the tap on: when was the first frame decoded, and when was it large enough for a paper?
_WATCH = """() => {
  const now = () => performance.timeOrigin + performance.now();
  const video = document.querySelector("video[data-video=remote]");
  const decoded = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const seen = window.benchSeen = { tap: null, frame: null, sharp: null }, before = decoded();
  document.addEventListener("click", () => { seen.tap ??= now(); }, { capture: true });
  setInterval(() => {
    if (seen.frame === null && decoded() > before) seen.frame = now();
    if (seen.sharp === null && video.videoHeight >= 720 && video.videoWidth >= 1280) seen.sharp = now();
  }, 4);
}"""
_PAGE = Path(__file__).with_name("bare_call.html")


@dataclass
class Ground:
    """Where calls are made: a server, two browsers, how a bare call finds its path, and the network of it all."""

    server: Server
    phones: Any
    desks: Any
    ice: dict[str, Any]
    there: Callable[[], AbstractContextManager[None]]


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """All of one way, direct or relayed, from the same calls."""
    figures = []
    if wanted & DIRECT:
        with _direct(stage) as ground:
            bare, ours = _rounds(stage, ground, "direct")
        setups, sharps, heights = zip(*ours, strict=True)
        figures += [
            Figure("call_setup", median(setups), "s", median(bare), "bare two-page call", (AT_MOST, SETUP)),
            Figure("paper_height_px", min(heights), "px", HEIGHT_PX, "720 lines, 1280 wide", (AT_LEAST, 1.0)),
            Figure("paper_seconds", median(sharps), "s", PAPER_S, "2 s from the tap", (AT_MOST, 1.0)),
        ]
    if "call_setup_relay" in wanted:
        with _relayed(stage) as ground:
            bare, ours = _rounds(stage, ground, "relayed")
        value, limit = median(setup for setup, _sharp, _height in ours), median(bare)
        figures.append(
            Figure("call_setup_relay", value, "s", limit, "bare call, relayed too", (AT_MOST, SETUP))
        )
    return [figure for figure in figures if figure.name in wanted]


@contextmanager
def _direct(stage: Stage) -> Iterator[Ground]:
    server = stage.serve("onetrip", "serve", "all")
    with _browsers(stage, program=None) as (phones, desks):
        yield Ground(server, phones, desks, {}, nullcontext)
    stage.stop(server)


@contextmanager
def _relayed(stage: Stage) -> Iterator[Ground]:
    from django.test import override_settings

    from onetrip.core import clock
    from onetrip.faces.frame.ice import relays_for
    from tests.browser import CHROMIUM
    from tests.coturn import SECRET, start_coturn
    from tests.network.hosts import CITY, Host, why_not

    if reason := why_not():
        raise RuntimeError(reason)
    with ExitStack() as stack:
        host = Host(address=CITY)
        stack.callback(host.close)
        relay = start_coturn(folder=stage.folder / "coturn", address=CITY, host=host)
        stack.callback(relay.stop)
        urls = list(relay.urls.values())
        told = {
            "ONETRIP_TURN_URLS": ",".join(urls), "ONETRIP_TURN_SECRET": SECRET, "ONETRIP_TURN_ONLY": "1",
        }  # fmt: skip
        with host.entered():
            server = stage.serve("onetrip", "serve", "all", environ=told)
        with override_settings(TURN_URLS=urls, TURN_SECRET=SECRET):
            servers = relays_for("BARECALL", at=clock.now()).ice_servers
        program = host.program(CHROMIUM, folder=stage.folder)
        with _browsers(stage, program=program) as (phones, desks):
            ice = {"iceServers": servers, "iceTransportPolicy": "relay"}
            yield Ground(server, phones, desks, ice, host.entered)
        stage.stop(server)


@contextmanager
def _browsers(stage: Stage, *, program: Path | None) -> Iterator[list[Any]]:
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM, CITIZENS_PAPER, OFFICERS_FACE, chromium

    with ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        cameras = (CITIZENS_PAPER.film(stage.folder), OFFICERS_FACE.film(stage.folder))
        yield [
            stack.enter_context(chromium(driver, camera=camera, program=program or CHROMIUM))
            for camera in cameras
        ]


def _rounds(stage: Stage, ground: Ground, how: str) -> tuple[list[float], list[tuple[float, float, int]]]:
    """Make bare calls and ours in turns; return what each took."""
    rounds = 1 if stage.quick else ROUNDS
    citizens = make_citizens(count=rounds, first=800_000 + (how == "relayed") * 1000, item=ITEM)
    bare: list[float] = []
    ours: list[tuple[float, float, int]] = []
    with ExitStack() as stack:
        desk = _OfficersDesk(ground.server, ground.desks, stack)
        for number in range(rounds):
            bare.append(_bare_call(ground))
            ours.append(desk.call(_Phone(ground.server, ground.phones, citizens[number], stack)))
            setup, sharp, height = ours[-1]
            stage.tell(
                f"{how} call {number + 1}/{rounds}: bare {bare[-1] * 1000:.0f} ms, ours {setup * 1000:.0f} ms; "
                f"the paper: {sharp:.2f} s, {height} px"
            )
        desk.go_home()
    setups = [setup for setup, _sharp, _height in ours]
    stage.tell(f"{how} calls: bare {_spread(bare)}, ours {_spread(setups)}")
    return bare, ours


def _spread(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.0f} ms ({min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f})"


def _seen(page: Any, name: str, *, within_s: float = PATIENCE_S) -> float:
    page.wait_for_function(f"() => window.benchSeen.{name} !== null", timeout=within_s * 1000)
    return float(page.evaluate(f"window.benchSeen.{name}")) / 1000


class _Phone:
    """The citizen's page of a consultation, camera on, waiting."""

    def __init__(self, server: Server, browser: Any, citizen: Citizen, stack: ExitStack) -> None:
        from onetrip.core import clock
        from onetrip.core.audit import Actor
        from onetrip.domain.cases.services import ask_officer
        from tests.browser import visitor
        from tests.journeys.citizen import Citizen as Thumb

        cookies = {"onetrip_citizen": (citizen.cookie, "/")}
        self.context = stack.enter_context(
            _closing(visitor(browser, cookies=cookies, url=_home(server), phone=True))
        )
        self.thumb = Thumb(self.context.new_page(), _home(server))
        self.consultation = ask_officer(
            case_id=citizen.case_id, citizen_id=citizen.user_pk, by=Actor.system("bench"), at=clock.now()
        )
        self.thumb.go(f"/calls/{self.consultation}/")
        self.thumb.turn_on_camera()


class _OfficersDesk:
    """The officer's page, on duty."""

    def __init__(self, server: Server, browser: Any, stack: ExitStack) -> None:
        from onetrip.domain.accounts import queries as accounts
        from tests.browser import visitor
        from tests.journeys.officer import Officer

        context = stack.enter_context(_closing(visitor(browser, url=_home(server))))
        self.officer = Officer(context.new_page(), _home(server))
        self.officer.sign_in(OFFICER)
        self.officer.go_on_duty()
        self.officer_id = accounts.staff_id(OFFICER)

    def call(self, phone: _Phone) -> tuple[float, float, int]:
        """Seconds to the first frame on both sides, seconds to a sharp paper, and its lines after `PAPER_S`."""
        from tests.browser import CITIZENS_PAPER

        page = self.officer.page
        self.officer.see(".stage-ring", within_s=PATIENCE_S)
        for each in (self.officer, phone.thumb):
            each.wait("window.onetripCall?.state === 'ringing'", within_s=PATIENCE_S)
            each.page.evaluate(_WATCH)
        time.sleep(1)  # it rings; nobody accepts at the same moment
        self.officer.accept()
        tap = _seen(page, "tap")
        setup = max(_seen(page, "frame"), _seen(phone.thumb.page, "frame")) - tap
        sharp = _seen(page, "sharp") - tap
        time.sleep(max(0.0, tap + PAPER_S - time.time()))
        height = int(page.evaluate("document.querySelector('video[data-video=remote]').videoHeight"))
        self.officer.sees_paper(CITIZENS_PAPER)
        self._end(phone)
        return setup, sharp, height

    def go_home(self) -> None:
        """Leave the post: another way's calls are made by the same officer."""
        from onetrip.core import clock
        from onetrip.core.audit import Actor
        from onetrip.domain.consultations import services as consultations

        consultations.go_off_duty(officer_id=self.officer_id, by=Actor.system("bench"), at=clock.now())

    def _end(self, phone: _Phone) -> None:
        from onetrip.core import clock
        from onetrip.core.audit import Actor
        from onetrip.domain.consultations import services as consultations

        by, at = Actor.system("bench"), clock.now()
        consultations.conclude(
            consultation_id=phone.consultation, officer_id=self.officer_id, kind="ready", text="可以来办了。",
            by=by, at=at,
        )  # fmt: skip
        phone.context.close()
        consultations.finish_wrap_up(officer_id=self.officer_id, by=by, at=at)


def _bare_call(ground: Ground) -> float:
    """Seconds from the tap to the first frame on both sides, with nothing in between but a messenger."""
    from tests.browser import visitor

    with ground.there():
        messenger = _messenger()
        port = messenger.__enter__()
    with ExitStack() as stack:
        stack.push(messenger)
        page_text = _PAGE.read_text(encoding="utf-8")
        html = page_text.replace("%RELAY%", str(port)).replace("%ICE%", json.dumps(ground.ice))

        def answer(route: Any) -> None:
            route.fulfill(body=html, content_type="text/html")

        pages = []
        for browser in (ground.phones, ground.desks):
            context = stack.enter_context(_closing(visitor(browser, url=_home(ground.server))))
            page = context.new_page()
            page.route("**/bare", answer)
            page.goto(f"{_home(ground.server)}/bare")
            page.wait_for_function("() => window.ready", timeout=PATIENCE_S * 1000)
            page.evaluate(_WATCH)
            pages.append(page)
        phone, desk = pages
        time.sleep(1)
        desk.click("button")
        return max(_seen(phone, "frame"), _seen(desk, "frame")) - _seen(desk, "tap")


def _home(server: Server) -> str:
    return f"http://localhost:{server.port}"


@contextmanager
def _closing(context: Any) -> Iterator[Any]:
    try:
        yield context
    finally:
        context.close()


@contextmanager
def _messenger() -> Iterator[int]:
    """Passes every message of one socket on to the other."""
    from websockets.sync.server import ServerConnection, serve

    sockets: list[ServerConnection] = []

    def attend(socket: ServerConnection) -> None:
        sockets.append(socket)
        for message in socket:
            for other in sockets:
                if other is not socket:
                    other.send(message)

    with serve(attend, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield int(server.socket.getsockname()[1])
        server.shutdown()
