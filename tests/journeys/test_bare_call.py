"""The call alone, in two real browsers: real scripts, real signalling, real pictures, and pages with nothing else."""

import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute

from onetrip.core import clock
from onetrip.domain.accounts.models import User
from onetrip.domain.consultations import services as consultations
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.browser import CITIZENS_PAPER, OFFICERS_FACE, Paper, picture_of, visitor, without_network
from tests.calls import BY, Call, a_ringing_call
from tests.journeys.conftest import OpenBrowser
from tests.patience import PATIENCE_S, eventually
from tests.people import signed_in
from tests.servers import LiveServers

pytestmark = pytest.mark.timeout(240)

PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>call</title></head>
<body data-live="{live}"><main {main}>
<script type="application/json" id="call-config">{{}}</script>
<p data-live-text="state"></p><p id="shown" data-live-show="state:connected">in the call</p>
<p id="elsewhere" data-live-show="call.link:elsewhere" hidden>another window</p>
<p id="refused" data-live-show="call.media:refused,missing,unsupported" hidden>no camera</p>
<video data-video="remote" playsinline autoplay></video><video data-video="local" playsinline autoplay muted></video>
<button type="button" data-action="allow-camera">camera</button><button type="button" data-action="mute">mute</button>
<button type="button" data-action="camera">off</button><button type="button" data-action="take-over">here</button>
<p id="muted" data-live-show="call.peer_muted">muted</p>
</main><script src="/static/dist/{script}.js"></script></body></html>"""

# Lets the socket go and returns when the page has noticed: asked from outside, it may be open again by then.
DROPPED = """() => new Promise((noticed) => {
  const look = () => window.onetripLive.status === 'online' ? setTimeout(look, 1) : noticed();
  window.onetripLive.drop();
  look();
})"""


@dataclass
class Side:
    page: Page

    def call(self, name: str) -> Any:
        return self.page.evaluate(f"window.onetripCall.{name}")

    def wait(self, expression: str, *, within_s: float = PATIENCE_S) -> None:
        self.page.wait_for_function(f"() => {expression}", timeout=within_s * 1000)

    def sees(self, paper: Paper, *, within_s: float = PATIENCE_S) -> tuple[int, int]:
        """Wait until the received picture shows the paper; returns its size."""
        deadline = time.monotonic() + within_s
        while True:
            self.wait("window.onetripCall.width > 0", within_s=max(0.1, deadline - time.monotonic()))
            picture = picture_of(self.page)
            if paper.is_in(picture):
                return picture.size
            assert time.monotonic() < deadline, f"the picture shows {paper.seals_in(picture)}"
            time.sleep(0.1)

    def goes_on(self, *, within_s: float = PATIENCE_S) -> None:
        """Wait until new frames keep arriving."""
        shown = (
            "document.querySelector('video[data-video=remote]').getVideoPlaybackQuality().totalVideoFrames"
        )
        self.wait(
            "window.onetripCall.link === 'connected' && window.onetripCall.width > 0", within_s=within_s
        )
        before = self.page.evaluate(shown)
        # A new connection counts from nothing again.
        self.wait(f"{shown} > {before} + 3 || {shown} < {before} && {shown} > 3", within_s=within_s)


def page_of(
    browser: Browser, user: User, servers: LiveServers, *, path: str, main: str, **options: Any
) -> Side:
    """A page of ours without anything but the call. It asks for the camera like the real ones: on a tap."""
    staff = user.kind == "staff"
    door = STAFF if staff else CITIZEN
    cookie = signed_in(user).cookies[door.cookie].value
    context = visitor(browser, cookies={door.cookie: (cookie, door.path)}, url=servers.url, **options)
    return tab_of(context, servers, path=path, main=main, staff=staff)


def tab_of(context: Any, servers: LiveServers, *, path: str, main: str, staff: bool) -> Side:
    html = PAGE.format(
        live="/console/live" if staff else "/live", main=main, script="desk" if staff else "call"
    )
    page = context.new_page()
    page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(servers.url + path)
    return Side(page)


def citizens_main(call: Call) -> str:
    return f'data-page="call" data-role="citizen" data-topic="{call.topic}" data-consultation="{call.id}"'


def officers_main(call: Call) -> str:
    return f'data-page="desk" data-role="officer" data-topic="post:{call.desk.pk}" data-desk="{call.desk.pk}"'


@dataclass
class Both:
    call: Call
    citizen: Side
    officer: Side
    servers: LiveServers

    def accept(self) -> None:
        for side in (self.citizen, self.officer):
            side.wait("window.onetripCall?.state === 'ringing'")
        self.call.accept()


@pytest.fixture
def both(open_browser: OpenBrowser, empty_live_servers: LiveServers) -> Both:
    """Citizen and officer, cameras allowed, while it rings."""
    browsers = open_browser(camera=CITIZENS_PAPER), open_browser(camera=OFFICERS_FACE)
    call = a_ringing_call()
    citizen = page_of(
        browsers[0], call.citizen, empty_live_servers, path="/bare", main=citizens_main(call), phone=True
    )
    officer = page_of(
        browsers[1], call.officer, empty_live_servers, path="/console/bare", main=officers_main(call)
    )
    for side in (citizen, officer):
        side.page.click("[data-action=allow-camera]")
        side.wait("window.onetripCall?.media === 'on'")
    return Both(call, citizen, officer, empty_live_servers)


def test_a_paper_arrives_sharp(both: Both) -> None:
    both.officer.wait("window.onetripCall?.link === 'connected'")  # the path is made while it rings …
    assert both.officer.call("width") == 0  # … and nothing is seen before the officer accepts
    both.call.accept()
    for side, paper in ((both.officer, CITIZENS_PAPER), (both.citizen, OFFICERS_FACE)):
        side.sees(paper)
        side.wait("window.onetripCall.height >= 720")  # the very first picture is a small one
        assert max(side.sees(paper)) >= 1280
    assert both.citizen.page.is_visible("#shown")


def test_sound_and_picture_can_be_switched_off(both: Both) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    both.citizen.page.click("[data-action=mute]")
    both.officer.page.wait_for_selector("#muted", state="visible")
    both.citizen.page.click("[data-action=mute]")
    both.officer.page.wait_for_selector("#muted", state="hidden")
    both.citizen.page.click("[data-action=camera]")
    eventually(
        lambda: not CITIZENS_PAPER.is_in(picture_of(both.officer.page)), what="the paper's disappearance"
    )


@pytest.mark.parametrize("who", ["citizen", "officer"])
def test_a_reload_comes_back_by_itself(both: Both, who: str) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    side: Side = getattr(both, who)
    side.page.reload()
    both.officer.sees(CITIZENS_PAPER)
    both.officer.goes_on()
    both.citizen.goes_on()


def test_a_lost_socket_does_not_touch_the_picture(both: Both) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    before = both.officer.call("firstFrameAt")
    for side in (both.citizen, both.officer):
        side.page.evaluate(DROPPED)
        side.wait("window.onetripLive.status === 'online'")
    both.officer.goes_on()
    assert both.officer.call("firstFrameAt") == before  # the same connection all the time


def test_ten_seconds_without_network(both: Both) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    browser = both.citizen.page.context.browser
    assert browser is not None
    with without_network(browser):
        for side in (both.citizen, both.officer):
            side.wait("window.onetripCall.link === 'interrupted'")
        both.officer.page.wait_for_timeout(4000)
    for side in (both.citizen, both.officer):
        side.goes_on()
    both.officer.sees(CITIZENS_PAPER)


def test_the_newest_of_two_windows_has_the_call(both: Both) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    context = both.citizen.page.context
    second = tab_of(context, both.servers, path="/bare", main=citizens_main(both.call), staff=False)
    second.page.click("[data-action=allow-camera]")
    both.citizen.page.wait_for_selector("#elsewhere", state="visible")
    second.goes_on()
    assert both.citizen.call("media") == "off"
    second.page.close()
    both.citizen.page.bring_to_front()
    both.citizen.goes_on()
    assert both.citizen.page.is_hidden("#elsewhere")


def test_a_window_chosen_after_all_shows_its_camera_again(both: Both) -> None:
    """Two windows asked at once: the word that the other one has the call crosses this one's, and is then put right."""
    sockets: list[WebSocketRoute] = []
    page = both.citizen.page
    page.route_web_socket("**/live**", lambda socket: (sockets.append(socket), socket.connect_to_server()))
    page.reload()
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    officer = both.officer.call("session")
    use = {"k": "use", "s": officer, "firm": True}

    def officer_says(body: dict[str, object]) -> None:
        said = {"op": "signal", "topic": both.call.topic, "from": "officer", "body": body}
        sockets[-1].send(json.dumps(said))

    officer_says({**use, "session": "another window"})
    page.wait_for_selector("#elsewhere", state="visible")
    assert both.citizen.call("media") == "off"
    officer_says({**use, "session": both.citizen.call("session")})
    officer_says({"k": "hello", "s": officer, "fresh": True})
    both.citizen.wait("window.onetripCall.media === 'on'")
    both.officer.goes_on()
    both.officer.sees(CITIZENS_PAPER)


def test_hanging_up_ends_the_media_on_both_sides(both: Both) -> None:
    both.accept()
    both.officer.sees(CITIZENS_PAPER)
    consultations.conclude(
        consultation_id=both.call.id,
        officer_id=both.call.officer.pk,
        kind="ready",
        text="可以来办了。",
        by=BY,
        at=clock.now(),
    )
    for side in (both.citizen, both.officer):
        side.wait("window.onetripCall.link === 'idle'")
        assert side.page.evaluate("document.querySelector('video[data-video=remote]').srcObject") is None
    assert both.citizen.page.inner_text("[data-live-text=state]") == "concluded"


def test_without_a_camera_the_officer_is_still_seen(
    open_browser: OpenBrowser, empty_live_servers: LiveServers
) -> None:
    browsers = open_browser(camera=None), open_browser(camera=OFFICERS_FACE)
    call = a_ringing_call()
    citizen = page_of(browsers[0], call.citizen, empty_live_servers, path="/bare", main=citizens_main(call))
    officer = page_of(
        browsers[1], call.officer, empty_live_servers, path="/console/bare", main=officers_main(call)
    )
    officer.page.click("[data-action=allow-camera]")
    citizen.page.click("[data-action=allow-camera]")
    citizen.page.wait_for_selector("#refused", state="visible")
    assert citizen.call("media") == "missing"
    both = Both(call, citizen, officer, empty_live_servers)
    both.accept()
    citizen.sees(OFFICERS_FACE)


def test_permission_refused_is_told(open_browser: OpenBrowser, empty_live_servers: LiveServers) -> None:
    browser = open_browser(camera=CITIZENS_PAPER, extra=("--deny-permission-prompts",))
    call = a_ringing_call()
    citizen = page_of(
        browser, call.citizen, empty_live_servers, path="/bare", main=citizens_main(call), allow_camera=False
    )
    citizen.page.click("[data-action=allow-camera]")
    citizen.page.wait_for_selector("#refused", state="visible")
    assert citizen.call("media") == "refused"
