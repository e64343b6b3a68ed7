"""The call's page for a thumb and for a screen reader: what lies where, what is said aloud when, what a camera can do.

The officer is played by the services: one browser is enough.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from onetrip.domain.accounts.models import User
from onetrip.domain.cases import queries as case_queries
from onetrip.domain.cases import services as cases
from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import Consultation
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.errands import in_line
from tests.journeys.hearing import LISTEN, Played, heard, hears
from tests.people import a_citizen

pytestmark = pytest.mark.timeout(240)

ABLE = """
window.asked = [];
window.refuses = false;
MediaStreamTrack.prototype.getCapabilities = function () {
  if (this.kind !== "video") return {};
  return { torch: true, zoom: { min: 1, max: 4, step: 0.5 }, focusMode: ["continuous", "single-shot"] };
};
MediaStreamTrack.prototype.applyConstraints = async function (wanted) {
  asked.push(wanted.advanced[0]);
  if (refuses) throw new OverconstrainedError("torch");
};
"""


@pytest.fixture
def desk(city: object) -> Iterator[Played]:
    yield Played()


def test_every_change_is_said_once_and_nothing_when_the_page_opens(people: People, desk: Played) -> None:
    talks, before = a_citizen(name="通话"), a_citizen(name="前面")
    desk.does("accept", consultation_id=in_line(talks))
    busy, first = Consultation.objects.get(state="connected").public_id, in_line(before)
    user, citizen = people.known_citizen()
    call = in_line(user)
    page = citizen.page
    page.add_init_script(LISTEN)
    citizen.go(f"/calls/{call}/")
    citizen.wait("document.documentElement.dataset.connection === 'online'")
    citizen.wait_for_state("waiting")
    page.wait_for_timeout(1000)
    assert heard(page) == []

    services.leave(consultation_id=first, citizen_id=before.pk, **desk.now)
    hears(page, "polite", "下一位就是您")
    desk.does("conclude", consultation_id=busy, kind="ready", text="")
    desk.does("finish_wrap_up")
    hears(page, "assertive", "轮到您了")
    desk.does("accept", consultation_id=call)
    hears(page, "polite", "民警已接听")
    case_id = cases_of(user)
    material = case_queries.case(case_id=case_id, citizen_id=user.pk).materials[0].line
    desk.is_there()
    cases.give_verdict(
        case_id=case_id, material=material.key, verdict="fix", reason="请带原件", officer_id=desk.officer.pk, **desk.now
    )  # fmt: skip
    assert material.name in hears(page, "polite", "请带原件")
    services.send_message(consultation_id=call, text="您好，请稍等", user_id=desk.officer.pk, **desk.now)
    hears(page, "polite", "您好，请稍等")
    guest, token = services.invite_family(consultation_id=call, name="女儿", citizen_id=user.pk, **desk.now)
    services.join_as_family(token=token, user_id=a_citizen(name="女儿").pk, **desk.now)
    hears(page, "polite", "女儿")
    services.send_away(guest_id=guest, user_id=user.pk, **desk.now)
    hears(page, "polite", "已离开通话")
    cases.ask_still(case_id=case_id, material=material.key, officer_id=desk.officer.pk, **desk.now)
    hears(page, "assertive", "清晰")
    assert len(heard(page)) == 8, heard(page)  # and nothing else was said meanwhile


def cases_of(user: User) -> str:
    return str(case_queries.cases_of(citizen_id=user.pk)[0].id)


def connected(people: People, desk: Played) -> Citizen:
    user, citizen = people.known_citizen()
    call = in_line(user)
    citizen.page.set_viewport_size({"width": 360, "height": 640})
    citizen.go(f"/calls/{call}/")
    citizen.turn_on_camera()
    citizen.wait_for_state("ringing")
    desk.does("accept", consultation_id=call)
    citizen.wait_for_state("connected")
    return citizen


@pytest.mark.parametrize("text", ["normal", "large"])
def test_one_thumb_reaches_what_is_done_most(people: People, desk: Played, text: str) -> None:
    citizen = connected(people, desk)
    page = citizen.page
    if text == "large":
        page.evaluate("document.documentElement.classList.add('large-text')")
    look(page, f"bar-{text}")
    for action in ("[data-action=mute]", "[data-action=camera]", "[data-action=paper]", ".hang-up button"):
        box = citizen.see(f".thumb-bar {action}").bounding_box()
        assert box is not None and min(box["width"], box["height"]) >= 48, (action, box)
        assert box["y"] > 640 * 0.66 and box["y"] + box["height"] <= 640, (action, box)
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, (action, box)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    field = page.locator(".chat-say input[name=text]")
    field.focus()  # the keyboard opens: the bar makes way, and nothing covers the field
    look(page, f"typing-{text}")
    assert page.evaluate("getComputedStyle(document.querySelector('.thumb-bar')).visibility") == "hidden"
    page.evaluate("document.activeElement.blur(); scrollTo(0, document.body.scrollHeight)")
    bar, end = (page.locator(part).bounding_box() for part in (".thumb-bar", ".chat-photo"))
    assert (
        bar is not None and end is not None and end["y"] + end["height"] <= bar["y"]
    )  # nothing ends below it


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("ONETRIP_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_light_zoom_and_focus_where_the_camera_offers_them(people: People) -> None:
    user, citizen = people.known_citizen()
    call, page = in_line(user), citizen.page
    citizen.go(f"/calls/{call}/")
    citizen.turn_on_camera()
    for absent in ("[data-action=light]", "[data-action=focus]", ".zoom"):
        citizen.see_no(absent)
    page.add_init_script(ABLE)
    page.reload()
    citizen.wait("window.onetripCall?.media === 'on'")
    light, told = "[data-action=light]", "[data-live-show='call.camera_refused']"
    citizen.tap(light)
    citizen.wait(f"document.querySelector('{light}').getAttribute('aria-pressed') === 'true'")
    page.locator("[data-camera=zoom]").fill("2.5")
    citizen.tap("[data-action=focus]")
    citizen.wait("asked.some(({ focusMode }) => focusMode === 'continuous')")
    assert page.evaluate("asked") == [
        {"torch": True}, {"zoom": 2.5}, {"focusMode": "single-shot"}, {"focusMode": "continuous"},
    ]  # fmt: skip
    citizen.see_no(told)
    page.evaluate("refuses = true")
    page.locator("[data-camera=zoom]").fill("4")
    citizen.see(told)
    assert page.locator("[data-camera=zoom]").input_value() == "2.5"
    citizen.tap(light)
    page.wait_for_timeout(300)
    assert page.get_attribute(light, "aria-pressed") == "true"  # it would not go out: it still shines
    page.evaluate("refuses = false")
    page.evaluate(
        "document.querySelector('[data-action=switch]').click()"
    )  # this machine has one camera: anew
    citizen.wait(f"document.querySelector('{light}').getAttribute('aria-pressed') === 'false'")
    citizen.see_no(told)
    assert page.locator("[data-camera=zoom]").input_value() == "1"
    assert Consultation.objects.get(public_id=call).state == "waiting"
