"""`call_setup`, `paper_height_px`, `paper_seconds`: two real Chromium browsers, one citizen, one officer.

The product's own pages, from the officer's tap on “accept” to the first decoded frame on both sides, against two pages
with nothing but a peer connection and a relay, cameras open beforehand in both. In turns, medians.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import AT_LEAST, AT_MOST, Figure
from bench.people import Citizen, make_citizens
from bench.stage import Server, Stage

ITEM, OFFICER = "i40-licence-expiry", "officer1"
ROUNDS = 3
PATIENCE_S = 40
SETUP, HEIGHT_PX, PAPER_S = 1.5, 720, 3.0

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


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """All three, from the same calls."""
    from playwright.sync_api import sync_playwright

    from tests.browser import CITIZENS_PAPER, OFFICERS_FACE, chromium

    server = stage.serve("onetrip", "serve", "all")
    rounds = 1 if stage.quick else ROUNDS
    citizens = make_citizens(count=rounds, first=800_000, item=ITEM)
    bare: list[float] = []
    ours: list[tuple[float, float, int]] = []
    with ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        cameras = (CITIZENS_PAPER.film(stage.folder), OFFICERS_FACE.film(stage.folder))
        phones, desks = (stack.enter_context(chromium(driver, camera=camera)) for camera in cameras)
        desk = _OfficersDesk(server, desks, stack)
        for number in range(rounds):
            bare.append(_bare_call(server, phones, desks))
            ours.append(desk.call(_Phone(server, phones, citizens[number], stack)))
            setup, sharp, height = ours[-1]
            stage.tell(
                f"call {number + 1}/{rounds}: bare {bare[-1] * 1000:.0f} ms, ours {setup * 1000:.0f} ms; "
                f"the paper: {sharp:.2f} s, {height} px"
            )
    setups, sharps, heights = zip(*ours, strict=True)
    return [
        Figure("call_setup", median(setups), "s", median(bare), "bare two-page call", (AT_MOST, SETUP)),
        Figure("paper_height_px", min(heights), "px", HEIGHT_PX, "720 lines, 1280 wide", (AT_LEAST, 1.0)),
        Figure("paper_seconds", median(sharps), "s", PAPER_S, "3 s from the tap", (AT_MOST, 1.0)),
    ]


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


def _bare_call(server: Server, phones: Any, desks: Any) -> float:
    """Seconds from the tap to the first frame on both sides, with nothing in between but a relay."""
    from tests.browser import visitor

    with _relay() as port, ExitStack() as stack:
        html = _PAGE.read_text(encoding="utf-8").replace("%RELAY%", str(port))

        def answer(route: Any) -> None:
            route.fulfill(body=html, content_type="text/html")

        pages = []
        for browser in (phones, desks):
            context = stack.enter_context(_closing(visitor(browser, url=_home(server))))
            page = context.new_page()
            page.route("**/bare", answer)
            page.goto(f"{_home(server)}/bare")
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
def _relay() -> Iterator[int]:
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
