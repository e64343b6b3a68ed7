"""What belongs to a person: theirs alone, 404 for everybody else, and never more queries for a longer list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onetrip.core import clock
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Slot
from onetrip.domain.cases import queries
from onetrip.domain.cases.models import Case
from tests.domain.booking.conftest import Hall
from tests.faces.citizen.conftest import ITEM, Person, asked, booked, free_time

CASE_PAGES = ["", "withdraw", "book", "book?venue=hall-1", "appointment/", "appointment/cancel", "appointment.ics",
              "pass", "pass.svg"]  # fmt: skip
CASE_POSTS = ["ask", "withdraw", "rating", "book", "appointment/confirm", "appointment/cancel", "check-in"]
CALL_POSTS = ["leave", "messages", "photos", "chat", "rating"]


@pytest.fixture
def booked_case(me: Person, case_id: str) -> str:
    booked(me, case_id, Slot.objects.order_by("starts_at").first())
    return case_id


@pytest.mark.parametrize("page", CASE_PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_my_pages_open(me: Person, booked_case: str, page: str, language: str) -> None:
    answer = me.client.get(f"/cases/{booked_case}/{page}", headers={"accept-language": language})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", CASE_PAGES)
def test_a_stranger_finds_nothing(stranger: Person, booked_case: str, page: str) -> None:
    assert stranger.client.get(f"/cases/{booked_case}/{page}").status_code == 404


@pytest.mark.parametrize("verb", CASE_POSTS)
def test_a_stranger_changes_nothing(stranger: Person, booked_case: str, verb: str) -> None:
    before = Case.objects.get(public_id=booked_case).changed_at
    assert (
        stranger.client.post(f"/cases/{booked_case}/{verb}", {"stars": "5", "slot": "x"}).status_code == 404
    )
    assert Case.objects.get(public_id=booked_case).changed_at == before


@pytest.mark.parametrize("page", CASE_PAGES)
def test_nobody_is_asked_to_sign_in(client, booked_case: str, page: str) -> None:
    answer = client.get(f"/cases/{booked_case}/{page}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("verb", CALL_POSTS)
def test_a_stranger_is_not_in_my_call(me: Person, stranger: Person, case_id: str, verb: str) -> None:
    call = asked(me, case_id)
    assert stranger.client.get(f"/calls/{call}/").status_code == 404
    assert stranger.client.post(f"/calls/{call}/{verb}", {"text": "x", "stars": "5"}).status_code == 404


def test_the_list_costs_the_same_at_thirty(me: Person, hall: Hall) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert me.client.get("/cases/").status_code == 200
        return len(seen)

    def add(count: int) -> None:
        Case.objects.bulk_create(
            Case(
                citizen=me.user, item_code=f"i{count}-{n}", item_name="事", category_code="x", competence="vehicle",
                state="preparing", answers={}, guide_version="", opened_at=clock.now(), changed_at=clock.now(),
            )
            for n in range(count)
        )  # fmt: skip

    add(1)
    cost()  # the first page of a session writes its token
    one = cost()
    add(29)
    assert len(queries.cases_of(citizen_id=me.user.pk)) == 30
    assert cost() == one


def test_the_venues_cost_the_same_at_eight(client, hall: Hall) -> None:
    from onetrip.domain.venues.models import Desk, Venue

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/items/{ITEM}/where?latitude=34.77&longitude=113.67").status_code == 200
        return len(seen)

    one = cost()
    for number in range(2, 9):
        venue = Venue.objects.get(code="hall-1")
        venue.pk, venue.code = None, f"hall-{number}"
        venue.save()
        Desk.objects.create(venue=venue, code="w", label="1", label_en="1", kind="window",
                            competences=["driving_licence"])  # fmt: skip
    assert cost() == one


def test_search_costs_the_same_for_many_hits(client, hall: Hall) -> None:
    def cost(words: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/search?q={words}").status_code == 200
        return len(seen)

    assert cost("驾驶证遗失补证") == cost("证")


def test_checking_in_today_gives_a_number(me: Person, case_id: str, hall: Hall) -> None:
    from datetime import timedelta

    soon = free_time(hall, clock.now() + timedelta(minutes=5))
    if clock.city_day(soon.starts_at) != clock.city_day(clock.now()):
        pytest.skip("five minutes to midnight in the city")
    booked(me, case_id, soon)
    page = me.client.get("/arrive/hall-1/").content.decode()
    assert f"/cases/{case_id}/check-in" in page
    answer = me.client.post(f"/cases/{case_id}/check-in", follow=True)
    assert "/tickets/" in answer.redirect_chain[-1][0]
    assert "下一位就是您" in answer.content.decode()
    again = me.client.post(f"/cases/{case_id}/check-in", follow=True)
    assert again.status_code == 200, "a double tap shows a page, not an error"


def test_a_number_without_an_appointment(me: Person, stranger: Person, hall: Hall) -> None:
    answer = me.client.post("/arrive/hall-1/ticket", {"item": ITEM}, follow=True)
    ticket = answer.redirect_chain[-1][0]
    assert "退号" in answer.content.decode()
    other = stranger.client.get(ticket).content.decode()
    assert "退号" not in other
    assert me.user.name not in other
    assert stranger.client.post(ticket + "leave").status_code == 404

    ticket_id = ticket.split("/")[2]
    booking.call_next(desk_id=hall.desks[0].pk, by=me.actor, at=clock.now())
    part = me.client.get(ticket, headers={"hx-request": "true"}).content.decode()
    assert "请到" in part
    assert "1号窗口" in part
    assert "<html" not in part
    board = me.client.get("/board/hall-1/").content.decode()
    assert "1号窗口" in board
    assert ticket_id not in board


def test_numbers_run_out_for_who_takes_too_many(me: Person, hall: Hall) -> None:
    for _n in range(6):
        me.client.post("/arrive/hall-1/ticket", {"item": "nothing"})
    assert me.client.post("/arrive/hall-1/ticket", {"item": ITEM}).status_code == 429


def test_the_current_errand_stands_on_the_home_page(me: Person, case_id: str) -> None:
    page = me.client.get("/").content.decode()
    assert f"/cases/{case_id}/" in page
    assert page.index("正在办的事") < page.index("全部分类")
