"""A phone, a tablet, a window and the board of one hall, each a browser of its own; and the board after each outage."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from onetrip.core import clock, live
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Ticket
from onetrip.domain.halls import queries as hall_queries
from onetrip.domain.halls import services as halls
from onetrip.domain.venues.models import Desk
from tests.calls import BY
from tests.journeys.conftest import People
from tests.journeys.errands import LICENCE
from tests.journeys.places import VENUE
from tests.journeys.sight import Sight

pytestmark = pytest.mark.timeout(240)
LISTEN = "window.said = []; speechSynthesis.speak = (words) => window.said.push(words.text);"


@pytest.fixture
def machines(people: People) -> Iterator[dict[str, Sight]]:
    """A screen and a tablet that the hall's lead has set up; taken away afterwards."""
    opened = {}
    for kind, size in (("screen", (1920, 1080)), ("tablet", (768, 1024))):
        key = halls.add_device(venue_code=VENUE, kind=kind, label=kind, by=BY, at=clock.now())
        context = people.citizens.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        people.stack.callback(context.close)
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.goto(f"{people.city.url}/kiosk/enrol/{key}/")
        opened[kind] = Sight(page, people.city.url)
    yield opened
    for device in hall_queries.devices_of(venue_code=VENUE, at=clock.now()):
        halls.remove_device(venue_code=VENUE, device_id=device.id, by=BY, at=clock.now())


def shows(board: Page, number: str, where: str) -> None:
    board.wait_for_selector(f".board-{where} [data-key={number}]", timeout=60_000)


def serving_begins_while_it_is_under_way(ticket: Ticket) -> Callable[[Route], None]:
    """Return a handler that lets the first answer arrive when it has just become old."""
    late: list[bool] = []

    def handler(route: Route) -> None:
        answer = route.fetch()
        if not late:
            late.append(True)
            booking.start_serving(ticket_id=ticket.public_id, desk_id=ticket.desk_id, by=BY, at=clock.now())
            time.sleep(1)  # the news is in the page by then
        route.fulfill(response=answer)

    return handler


def test_phone_tablet_window_and_board(people: People, machines: dict[str, Sight]) -> None:
    board, tablet = machines["screen"], machines["tablet"]
    board.see(".board-code")
    board.page.click("[data-speak]")
    _user, phone = people.known_citizen()
    phone.go(f"/arrive/{VENUE}/?q=驾驶证期满")
    assert phone.page.locator("form[action$='/ticket']").count() == 0, "not in the hall yet"
    phone.page.fill("#hall-code", board.page.inner_text("[data-hall-code-digits]"))
    phone.tap(".hall-code button")
    phone.see(".notice-success")
    phone.go(f"/arrive/{VENUE}/?q=驾驶证期满")
    phone.tap(f"form[action$='/ticket']:has(input[value='{LICENCE}']) button")
    mine = phone.see(".ticket-number").inner_text().strip()
    assert "排队时间按" in phone.see("#ticket-state").inner_text()
    shows(board.page, mine, "waiting")

    tablet.page.fill("#q", "驾驶证期满")
    tablet.page.click(".kiosk-search button")
    tablet.page.click(".kiosk-items button >> nth=0")
    theirs = tablet.see(".kiosk-number h1").inner_text().strip()
    shows(board.page, theirs, "waiting")

    window = people.window("window1")
    window.open_window()
    called = [window.call_next()]
    while called[-1] != mine:  # what other journeys left in the line
        window.tap("form[action$='/skip/'] button")
        called.append(window.call_next())
    shows(board.page, mine, "called")
    phone.see(".ticket-called")
    board.wait(f"window.said.some((text) => text.includes('{' '.join(mine)}'))")
    before = board.page.evaluate("window.said.length")
    ticket = Ticket.objects.get(number=mine, state="called")
    window.page.route("**/now/", serving_begins_while_it_is_under_way(ticket))
    window.tap("form[action$='/recall/'] button")
    board.wait(f"window.said.length > {before}")
    assert people.citizens and "王" not in board.page.inner_text("main"), "no names on the board"
    window.see(".window-number[data-state=serving]")  # though the answer that came in said *called*
    window.record_done()
    board.wait(f"!document.querySelector('.board-called [data-key={mine}]')")
    phone.see_no(".ticket-called")


def test_the_board_comes_back_by_itself(
    people: People, machines: dict[str, Sight], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a lost connection, after lost hints (Valkey away), and after the server was killed."""
    board = machines["screen"]
    board.wait("window.onetripLive?.status === 'online'")
    desk = Desk.objects.filter(venue__code=VENUE, kind="window").order_by("pk").last()
    assert desk is not None

    def called() -> str:
        booking.take_ticket(
            venue_code=VENUE,
            competence=desk.competences[0],
            item_code="i40",
            item_name="换证",
            by=BY,
            at=clock.now(),
        )
        ticket = booking.call_next(desk_id=desk.pk, by=BY, at=clock.now())
        booking.finish_ticket(ticket_id=ticket, desk_id=desk.pk, by=BY, at=clock.now())
        return booking_number(booking.take_ticket(
            venue_code=VENUE, competence=desk.competences[0], item_code="i40", item_name="换证", by=BY, at=clock.now()
        ))  # fmt: skip

    board.page.evaluate("window.onetripLive.drop()")
    shows(board.page, called(), "waiting")
    with monkeypatch.context() as patched:  # the change is written, the hint is lost
        patched.setattr(live, "_push", lambda _hints: None)
        silent = called()
    shows(board.page, silent, "waiting")
    server = people.city.pages
    server.kill()
    board.wait("document.documentElement.dataset.connection !== 'online'")
    missed = called()
    people.city.pages = people.city.start("all", port=server.port)
    people.city.wait_until_it_answers(people.city.pages)
    shows(board.page, missed, "waiting")
    board.wait("window.onetripLive?.status === 'online'")
    board.wait("document.querySelector('[data-hall-code-digits]').innerText.length >= 6", within_s=70)


def booking_number(ticket_id: str) -> str:
    return Ticket.objects.get(public_id=ticket_id).number
