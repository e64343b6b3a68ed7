"""What goes wrong on phones and in networks: the call goes on, comes back, or goes on in another way."""

import io
import time

import pytest
from playwright.sync_api import Page

from onetrip.core import clock
from onetrip.domain.consultations.models import Consultation, Post
from tests.browser import CITIZENS_PAPER, OFFICERS_FACE
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import OpenBrowser, People
from tests.journeys.errands import an_errand, in_line
from tests.journeys.network import in_a_tunnel
from tests.journeys.officer import Officer
from tests.people import a_citizen

pytestmark = pytest.mark.timeout(240)


def in_a_call(people: People, *, officer: str) -> tuple[Citizen, Officer]:
    """Citizen and officer see one another."""
    user, citizen = people.known_citizen()
    desk = people.officer(officer)
    citizen.go(f"/calls/{in_line(user)}/")
    citizen.turn_on_camera()
    desk.go_on_duty()
    desk.accept()
    desk.sees_paper(CITIZENS_PAPER)
    citizen.sees_paper(OFFICERS_FACE)
    return citizen, desk


def test_a_refused_camera_is_explained_and_the_chat_takes_over(
    people: People, open_browser: OpenBrowser
) -> None:
    refusing = open_browser(camera=CITIZENS_PAPER, extra=("--deny-permission-prompts",))
    user = a_citizen()
    citizen = people.citizen(user, browser=refusing, allow_camera=False)
    officer = people.officer("officer2")
    citizen.go(f"/calls/{in_line(user)}/")
    citizen.tap("[data-action=allow-camera]")
    told = citizen.see(".card-warn").inner_text()
    assert "摄像头" in told and "允许" in told  # not only that it failed: what to tap
    citizen.tap("form[action$='/chat'] button")
    citizen.see_no(".card-warn")
    officer.go_on_duty()
    officer.see(".stage-ring [data-live-show='ring.mode:chat']")
    officer.accept()
    citizen.see(".notice-success")
    send_photo(citizen)
    officer.see(".talk li[data-from=citizen] img")
    officer.wait("document.querySelector('.talk li[data-from=citizen] img').naturalWidth >= 720")
    officer.write("照片很清楚。")
    citizen.see(".chat-lines li[data-from=officer]:has-text('照片很清楚。')")
    officer.judge("ok")
    officer.judge("ok")
    officer.conclude("ready")
    citizen.see(".conclusion_ready")


def send_photo(citizen: Citizen) -> None:
    picture = io.BytesIO()
    CITIZENS_PAPER.drawn().save(picture, "PNG")
    citizen.page.set_input_files(
        ".chat-photo input[type=file]",
        {"name": "paper.png", "mimeType": "image/png", "buffer": picture.getvalue()},
    )
    citizen.tap(".chat-photo button")


@pytest.mark.parametrize("who", ["citizen", "officer"])
def test_a_page_reloaded_in_mid_call_comes_back_by_itself(people: People, who: str) -> None:
    citizen, officer = in_a_call(people, officer="officer3")
    side = citizen if who == "citizen" else officer
    side.page.reload()
    officer.sees_paper(CITIZENS_PAPER)
    officer.picture_goes_on()
    citizen.sees_paper(OFFICERS_FACE)
    citizen.picture_goes_on()
    assert Consultation.objects.get(public_id=citizen.consultation_id).rings == 1


def test_ten_seconds_without_network(people: People, open_browser: OpenBrowser) -> None:
    people.citizens = open_browser(camera=CITIZENS_PAPER)  # the others' journeys need theirs
    citizen, officer = in_a_call(people, officer="officer4")
    with in_a_tunnel(people.citizens):
        cut_at = time.monotonic()
        citizen.wait("window.onetripCall.link === 'interrupted'")
        citizen.see("[data-live-show='state:connected;call.link:interrupted']")  # both pages say so
        officer.see(".stage-note:has-text('连接'), .stage-note:has-text('画面')")
        frozen_at = frames(officer.page)
        officer.page.wait_for_timeout(max(1, 10 - (time.monotonic() - cut_at)) * 1000)
        assert frames(officer.page) == frozen_at, "the picture went on: the network was not cut"
    officer.picture_goes_on(within_s=60)
    citizen.picture_goes_on(within_s=60)
    officer.sees_paper(CITIZENS_PAPER)
    citizen.see_no("[data-live-show='state:connected;call.link:interrupted']")
    asked = Consultation.objects.get(public_id=citizen.consultation_id)
    assert (asked.state, asked.rings) == ("connected", 1)


def frames(page: Page) -> int:
    quality = "document.querySelector('video[data-video=remote]').getVideoPlaybackQuality()"
    return int(page.evaluate(f"{quality}.totalVideoFrames"))


def test_two_tabs_and_double_taps_ring_nobody_twice(people: People) -> None:
    first, second = people.officer("officer1"), people.officer("officer5")
    first.go_on_duty()
    second.go_on_duty()
    user, citizen = people.known_citizen()
    case_id = an_errand(user)
    citizen.go(f"/cases/{case_id}/")
    other = Citizen(citizen.context.new_page(), citizen.url)
    other.go(f"/cases/{case_id}/")
    citizen.page.dblclick(f"form[action='/cases/{case_id}/ask'] button", no_wait_after=True)
    other.page.dblclick(f"form[action='/cases/{case_id}/ask'] button", no_wait_after=True)
    for tab in (citizen, other):
        tab.page.wait_for_url("**/calls/*/")
    asked = Consultation.objects.get(citizen=user)
    first.see(".stage-ring")  # the longest idle one
    assert second.page.locator(".stage-ring").is_hidden()
    first.page.dblclick(".stage-ring form[action$='/post/accept/'] button")
    first.see("[data-post=in_call]")
    assert Post.objects.get(officer__username="officer5").state == "available"
    asked.refresh_from_db()
    assert (asked.state, asked.rings) == ("connected", 1)
    for tab in (citizen, other):  # the call goes to the window where the camera is turned on
        tab.turn_on_camera()
        first.sees_paper(CITIZENS_PAPER)
        tab.wait("window.onetripCall.link === 'connected'")


def test_an_officer_who_does_not_answer_is_paused_and_the_next_is_rung(people: People) -> None:
    absent, present = people.officer("officer1"), people.officer("officer2")
    absent.go_on_duty()
    present.go_on_duty()
    user, citizen = people.known_citizen()
    citizen.go(f"/calls/{in_line(user)}/")
    absent.see(".stage-ring")
    rung_at = time.monotonic()
    present.see(".stage-ring", within_s=60)
    assert time.monotonic() - rung_at >= 15  # the first one had the time to answer
    absent.see("[data-post=paused]")
    assert Post.objects.get(officer__username="officer1").pause_reason == "no_answer"
    citizen.turn_on_camera()
    present.accept()
    present.sees_paper(CITIZENS_PAPER)


def test_the_place_in_line_is_told_and_moves(people: People) -> None:
    """One post, in a call: the next two read how many are before them, and how long it will take."""
    _talking, officer = in_a_call(people, officer="officer5")
    (next_user, next_one), (last_user, last) = people.known_citizen(), people.known_citizen()
    next_one.go(f"/calls/{in_line(next_user)}/")
    last.go(f"/calls/{in_line(last_user)}/")
    assert next_one.see(".line-place").inner_text().strip()
    assert last.see("[data-live-text=ahead]").inner_text() == "1"
    assert int(last.see("[data-live-minutes=wait_seconds]").inner_text()) >= 1
    officer.see(".side-line li >> nth=1")
    next_one.tap(".hang-up button, form[action$='/leave'] button")
    last.see_no("[data-live-text=ahead]")
    next_one.see("form[action$='/ask'] button")  # and may come back at any time
    assert Consultation.objects.filter(citizen=next_user, state="left", ended_at__lte=clock.now()).exists()
