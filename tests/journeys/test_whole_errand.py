"""The whole errand on a phone and a desktop, from the first letters typed to the figure on the dashboard."""

import re
from datetime import datetime

import pytest
from icalendar import Calendar

from tests.browser import CITIZENS_PAPER, OFFICERS_FACE
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.officer import Officer, WindowOfficer
from tests.journeys.places import VENUE, a_place_today
from tests.journeys.sight import Sight

pytestmark = pytest.mark.timeout(300)

ITEM = "i40-licence-expiry"


def test_one_errand_one_trip(people: People) -> None:
    a_place_today()
    supervisor = Sight(people.window("supervisor1").page, people.city.url)
    before = one_trip_figure(supervisor)
    citizen, officer = people.citizen(), people.stranger_at_desk()

    find_and_wait_in_line(citizen)
    come_on_duty_and_be_rung(citizen, officer)
    see_one_another(citizen, officer)
    check_the_papers(citizen, officer)
    write_to_one_another(citizen, officer)
    end_with_a_conclusion(citizen, officer)
    book_and_keep_the_date(citizen)
    be_served(citizen, people.window("window1"))

    assert one_trip_figure(supervisor) == (before[0] + 1, before[1] + 1)
    supervisor.keep("dashboard")


def find_and_wait_in_line(citizen: Citizen) -> None:
    """From three letters to the line; the login in between loses none of the answers."""
    citizen.go("/")
    citizen.keep("home")
    citizen.find("jsz", ITEM)
    citizen.answer("委托他人代办")
    assert citizen.page.locator(".materials > li").count() == 4  # two of them because somebody else comes
    citizen.keep("checklist")
    citizen.tap(".actions [href*='then=ask']")
    citizen.sign_in_by_phone("13900000077")
    citizen.tap("form[action='/cases/'] button")
    citizen.page.wait_for_url("**/calls/*/")
    assert citizen.page.locator(".call-side .materials > li").count() == 4
    citizen.turn_on_camera()
    citizen.wait_for_state("waiting")
    assert (
        "没有" in citizen.see(".line-card").inner_text()
    )  # no officer is on duty: it says so, and when one will be


def come_on_duty_and_be_rung(citizen: Citizen, officer: Officer) -> None:
    officer.sign_in("officer1")
    officer.go_on_duty()
    officer.see(".stage-ring")
    citizen.wait_for_state("ringing")
    assert "换证" in officer.see(".ring-item").inner_text()
    officer.accept()


def see_one_another(citizen: Citizen, officer: Officer) -> None:
    """The citizen has tapped nothing since the camera was turned on. The paper arrives sharp, the officer too."""
    officer.wait("window.onetripCall?.height >= 720")  # the very first picture is a small one
    size = officer.sees_paper(CITIZENS_PAPER)
    assert max(size) >= 1280 and min(size) >= 720
    citizen.sees_paper(OFFICERS_FACE)
    assert citizen.see(".stage-name").inner_text().strip()


def check_the_papers(citizen: Citizen, officer: Officer) -> None:
    """Every verdict is on the citizen's phone as soon as it is given, also one that is changed."""
    officer.see(".verdicts-work > li b")
    papers = officer.page.locator(".verdicts-work > li b").all_inner_texts()
    assert len(papers) == 4
    officer.judge("ok")
    citizen.see(".call-side .materials li[data-verdict=ok] >> nth=0")
    officer.judge("fix")
    wrong = citizen.see(".call-side .materials li[data-verdict=fix]").inner_text()
    assert papers[1] in wrong
    citizen.keep("call-citizen")
    officer.keep("call-officer")
    officer.judge("ok")
    officer.judge("not_needed")
    officer.judge_again(papers[1], "ok")
    citizen.wait("document.querySelectorAll('.call-side .materials li[data-verdict=ok]').length === 3")
    assert citizen.page.locator(".call-side .materials li[data-verdict=not_needed]").count() == 1


def write_to_one_another(citizen: Citizen, officer: Officer) -> None:
    citizen.write("体检表要原件吗？")
    officer.see(".talk li[data-from=citizen]:has-text('体检表要原件吗？')")
    officer.write("要，请带原件。")
    citizen.see(".chat-lines li[data-from=officer]:has-text('要，请带原件。')")
    assert citizen.page.input_value(".chat-say input[name=text]") == ""


def end_with_a_conclusion(citizen: Citizen, officer: Officer) -> None:
    officer.conclude("ready")
    said = citizen.see(".conclusion_ready").inner_text()
    assert "原件" in said
    officer.tap("form[action$='/post/next/'] button")
    officer.see("[data-post=available]")
    officer.go_off_duty()


def book_and_keep_the_date(citizen: Citizen) -> None:
    """From the conclusion on to a place, its confirmation, a calendar entry and the code for the door."""
    citizen.tap(".call-next a[href$='/book']")
    citizen.choose_venue(VENUE)
    time = citizen.choose_first_time()
    citizen.confirm()
    with citizen.page.expect_download() as download:
        citizen.tap("a[href$='/appointment.ics']")
    event = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    starts: datetime = event.decoded("dtstart")
    assert starts.astimezone(tz=starts.tzinfo).strftime("%M") == time[-2:]
    citizen.tap("a[href$='/pass']")
    code = citizen.see(".pass-code").inner_text().replace(" ", "")
    assert re.fullmatch(r"\d{8}", code)
    citizen.wait("document.querySelector('img.qr').naturalWidth > 0")
    citizen.keep("pass")


def be_served(citizen: Citizen, window: WindowOfficer) -> None:
    """Check in at the door, be called, be served, see how it ended, and say how it was."""
    citizen.tap("form[action$='/check-in'] button")
    number = citizen.see(".ticket-number").inner_text().strip()
    board = citizen.context.new_page()
    board.goto(f"{citizen.url}/board/{VENUE}/")
    board.wait_for_selector(f".board-waiting [data-key={number}]")
    window.open_window()
    assert window.call_next() == number
    board.wait_for_selector(f".board-called [data-key={number}]")
    citizen.see(".ticket-called")
    window.serve()
    window.record_done()
    citizen.tap("#ticket-state a[href^='/cases/']")
    citizen.tap("#visit-5")
    citizen.tap("form[action$='/rating'] button")
    citizen.page.wait_for_url("**/cases/*/")
    assert citizen.page.is_checked("#visit-5")


def one_trip_figure(supervisor: Sight) -> tuple[int, int]:
    """(errands done at the first visit, errands) as the dashboard says it."""
    supervisor.go("/console/insights/")
    words = supervisor.see(".kpi-main dd.soft >> nth=0").inner_text()
    all_of, first = [int(number) for number in re.findall(r"\d+", words)][:2]
    return min(all_of, first), max(all_of, first)
