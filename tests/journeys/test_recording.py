"""A call recorded by consent: asked, agreed, seen on both pages, cut off, reloaded on the way, played with a reason."""

import time

import pytest
from playwright.sync_api import Route

from onetrip.domain.recordings import queries
from onetrip.domain.recordings.models import Chunk, Recording
from tests.browser import CITIZENS_PAPER, OFFICERS_FACE, picture_of
from tests.journeys.conftest import People
from tests.journeys.errands import in_line
from tests.journeys.officer import Officer

pytestmark = pytest.mark.timeout(300)

FILM = "figure.film:last-of-type video"


def sent(officer: Officer, *, segment: int, pieces: int) -> None:
    """Wait until so many pieces of the stretch have arrived."""
    officer.wait(
        f"(s => s?.segment >= {segment} && s.sent >= {pieces})(window.onetripRecorder?.state)", within_s=60
    )


def kept() -> Recording:
    deadline = time.monotonic() + 60
    while (row := Recording.objects.latest("pk")).state != "sealed":
        assert time.monotonic() < deadline, row.state
        time.sleep(0.3)
    return row


def test_a_call_is_recorded_by_consent_and_played_with_a_reason(people: People) -> None:
    user, citizen = people.known_citizen()
    call = in_line(user, item="i46-licence-lost")
    citizen.go(f"/calls/{call}/")
    citizen.turn_on_camera()
    officer = people.officer("officer2")
    officer.go_on_duty()
    officer.accept()
    officer.sees_paper(CITIZENS_PAPER)
    lost: list[str] = []

    def breaks(route: Route) -> None:
        """The network goes away under the second and the third word about pieces."""
        lost.append(route.request.url)
        if len(lost) in (2, 3):
            route.abort()
        else:
            route.continue_()

    officer.page.route("**/chunk/*", breaks)
    officer.tap("form[action$='/post/recording/ask/'] button")
    citizen.see(".recording-ask")
    assert not Chunk.objects.filter(recording__consultation__public_id=call).exists()
    citizen.keep("recording-asked")
    citizen.tap(".recording-ask button[value=yes]")
    citizen.see(".recording-on")
    officer.see(".recording-on")
    sent(officer, segment=1, pieces=2)
    assert len(lost) >= 4  # cut off twice, and gone on
    officer.page.unroute("**/chunk/*")

    officer.page.reload()  # what had come stays; it goes on in another stretch
    officer.see(".recording-on")
    citizen.see(".recording-on")
    officer.sees_paper(CITIZENS_PAPER)
    sent(officer, segment=2, pieces=2)
    citizen.sees_paper(OFFICERS_FACE)
    citizen.tap(".recording-stop button")
    citizen.see_no(".recording-on")
    officer.see_no(".recording-on")
    row = kept()
    proof = queries.proof(row.public_id)
    assert proof.complete and row.segments >= 2 and proof.read == row.chunks >= 4

    supervisor = people.officer("supervisor1")
    supervisor.go(f"/console/recordings/{row.public_id}/")
    supervisor.tap("input[value=complaint]")
    supervisor.page.fill("#look-words", "答复投诉需要")
    supervisor.tap("form.card button")
    supervisor.see(FILM)
    supervisor.page.evaluate(
        "selector => { const film = document.querySelector(selector); film.muted = true; return film.play(); }",
        FILM,
    )
    supervisor.wait(f"document.querySelector('{FILM}').currentTime > 0.5")
    assert CITIZENS_PAPER.is_in(picture_of(supervisor.page, FILM), tolerance=60)
    supervisor.go(f"/console/recordings/{row.public_id}/?check=1")
    assert str(row.chunks) in supervisor.see("section[aria-labelledby=proof-title]").inner_text()

    officer.conclude("ready")
    citizen.wait("document.querySelector('a[href$=\"/recordings\"]') !== null")
    citizen.tap("a[href$='/recordings']")
    assert "投诉" in citizen.see("section.card").inner_text()
    citizen.keep("recording-kept")
    citizen.tap("details summary")
    citizen.tap("form[action$='/erase'] button")
    citizen.see_no("video")
    assert Chunk.objects.filter(recording=row).exclude(file="").count() == 0
