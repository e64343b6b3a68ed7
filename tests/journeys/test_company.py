"""Three people in one call, each with a real browser: a daughter with her own phone, a colleague of another line."""

import pytest
from playwright.sync_api import Page

from tests.browser import CITIZENS_PAPER, OFFICERS_FACE, picture_of
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import OpenBrowser, People
from tests.journeys.errands import in_line
from tests.journeys.officer import Officer
from tests.people import a_citizen

pytestmark = pytest.mark.timeout(240)


def sees(page: Page, party: str, paper) -> None:
    """Wait until the tile of this party shows the paper."""
    tile = f".guest-tile[data-party={party}] video"
    page.wait_for_function(
        "selector => document.querySelector(selector)?.videoWidth > 0", arg=tile, timeout=30_000
    )
    for _look in range(40):
        if paper.is_in(picture_of(page, tile), tolerance=60):
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{party} does not show the paper")


def in_a_call(people: People, name: str) -> tuple[Citizen, Officer]:
    user, citizen = people.known_citizen()
    citizen.go(f"/calls/{in_line(user)}/")
    citizen.turn_on_camera()
    officer = people.officer(name)
    officer.go_on_duty()
    officer.accept()
    officer.sees_paper(CITIZENS_PAPER)
    return citizen, officer


def test_a_daughter_helps_from_her_phone_and_is_gone_at_once_when_sent_away(
    people: People, open_browser: OpenBrowser
) -> None:
    citizen, officer = in_a_call(people, "officer2")
    citizen.tap(".company-card details summary")
    citizen.page.fill("#family-name", "女儿")
    citizen.tap(".company-card form[action$='/invite'] button")
    link = citizen.see(".invitation-link").inner_text().strip()
    phone = open_browser(camera=OFFICERS_FACE)
    daughter: Citizen = people.citizen(a_citizen(name="女儿"), browser=phone)
    daughter.page.goto(link)
    daughter.tap("form[action$='/come'] button")
    daughter.tap("[data-action=allow-camera]")
    sees(daughter.page, "citizen", CITIZENS_PAPER)
    sees(citizen.page, "family", OFFICERS_FACE)
    sees(officer.page, "family", OFFICERS_FACE)
    officer.sees_paper(CITIZENS_PAPER)  # the call itself went on all the time

    citizen.tap(".guest-list li:has-text('女儿') button")
    daughter.page.wait_for_url(lambda url: "/company/" not in url)
    daughter.page.goto(link)
    daughter.tap("form[action$='/come'] button")
    assert "失效" in daughter.see("main").inner_text()


def test_a_colleague_is_asked_in_and_is_back_at_the_post_when_the_call_is_over(people: People) -> None:
    colleague = people.officer("officer3")
    colleague.go_on_duty()
    citizen, officer = in_a_call(people, "officer2")
    officer.tap("[data-key=i]")
    officer.tap(".kinds button[name=desk]")
    colleague.tap(".stage-invited button")
    colleague.page.wait_for_url("**/console/company/**")
    sees(colleague.page, "citizen", CITIZENS_PAPER)
    sees(citizen.page, "colleague", OFFICERS_FACE)
    sees(officer.page, "colleague", OFFICERS_FACE)
    officer.conclude("ready")
    colleague.page.wait_for_url("**/console/post/")
