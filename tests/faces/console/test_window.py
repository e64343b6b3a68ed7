"""The window and the reception through the client."""

import re

import pytest
from django.urls import reverse

from onetrip.core import clock
from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as cases
from tests.faces.console.conftest import FETCH
from tests.hours import in_the_morning
from tests.people import a_citizen

__all__ = ["in_the_morning"]
pytestmark = pytest.mark.usefixtures("in_the_morning")


def keys_on(page) -> set[str]:
    return set(re.findall(r'data-key="([^"]+)"', page.content.decode()))


@pytest.fixture
def at_window(town):
    """Return (town, browser, act): act sends one of the window's forms."""
    browser = town.browser("officer")

    def act(name, expected=302, **fields):
        path = reverse(f"console:window_{name}", args=[town.window.pk])
        found = browser.post(path, fields, **FETCH)
        assert found.status_code == expected, found.content
        return found

    return town, browser, act


def now(town):
    return booking.window(desk_id=town.window.pk, at=clock.now())


def test_from_the_call_to_done(at_window):
    town, browser, act = at_window
    path = reverse("console:window_desk", args=[town.window.pk])
    assert browser.get("/console/window/").url == path  # one window only: straight to it
    assert "n" in keys_on(browser.get(path))
    assert act("call_next", 409).json()["message"]
    ticket_id = town.number(town.citizen)
    act("call_next")
    assert {"s", "a", "k", "b"} <= keys_on(browser.get(path))
    act("recall", ticket=ticket_id)
    assert now(town).current.calls == 2
    act("serve", ticket=ticket_id)
    assert {"d", "r", "b"} <= keys_on(browser.get(path))
    act("outcome", ticket=ticket_id, outcome="done")
    assert now(town).current is None
    (case,) = cases.cases_of(citizen_id=town.citizen.pk)
    assert case.state == "done"


def test_the_case_behind_the_number(at_window):
    town, browser, _act = at_window
    case_id = town.case()
    town.called(town.citizen)
    page = browser.get(reverse("console:window_now", args=[town.window.pk])).content.decode()
    case = cases.case(case_id=case_id, citizen_id=town.citizen.pk)
    for material in case.materials:
        assert material.line.name in page
        assert f'value="material_missing:{material.line.key}"' in page
        assert f'value="material_wrong:{material.line.key}"' in page
    for reason in ("guide_wrong", "not_competent", "system_down", "other"):
        assert f'value="{reason}:"' in page
    assert "王芳" in page


def test_returned_because_of_one_paper(at_window):
    town, _browser, act = at_window
    case_id = town.case()
    ticket_id = town.called(town.citizen)
    material = cases.case(case_id=case_id, citizen_id=town.citizen.pk).materials[0].line
    act("outcome", 422, ticket=ticket_id, outcome="returned")
    act(
        "outcome", ticket=ticket_id, outcome="returned", because=f"material_wrong:{material.key}", note="过期"
    )
    (visit,) = cases.case(case_id=case_id, citizen_id=town.citizen.pk).visits
    assert (visit.outcome, visit.reason, visit.material_name, visit.note) == (
        "returned", "material_wrong", material.name, "过期",
    )  # fmt: skip


def test_passed_over_and_back(at_window):
    town, browser, act = at_window
    ticket_id = town.number()
    act("call_next")
    act("skip", ticket=ticket_id)
    waiting = browser.get(reverse("console:window_waiting", args=[town.window.pk])).content.decode()
    assert ticket_id in waiting
    act("return", ticket=ticket_id)
    assert [ticket.id for ticket in now(town).waiting] == [ticket_id]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_line_costs_the_same_for_one_and_for_thirty(at_window, rows, django_assert_max_num_queries):
    town, browser, _act = at_window
    for _number in range(rows):
        town.number()
    path = reverse("console:window_waiting", args=[town.window.pk])
    with django_assert_max_num_queries(12):
        found = browser.get(path).content.decode()
    assert found.count('class="number"') == min(rows, 20)


def test_arrival_by_code(town):
    _case_id, code = town.booked()
    browser = town.browser("officer")
    assert "王芳" in browser.get("/console/hall/hall-1/").content.decode()
    wrong = browser.post("/console/hall/hall-1/check-in/", {"arrival_code": "000000x"})
    assert wrong.status_code == 404
    assert 'value="000000x"' in wrong.content.decode()  # what was typed stays
    assert 'role="alert"' in wrong.content.decode()
    slip = browser.post("/console/hall/hall-1/check-in/", {"arrival_code": code}, follow=True)
    number = re.search(r'slip-number">(\w+)<', slip.content.decode()).group(1)
    assert number in browser.get("/console/hall/hall-1/state/").content.decode()
    assert (
        town.browser("colleague").post("/console/hall/hall-2/check-in/", {"arrival_code": code}).status_code
        == 404
    )


def test_a_number_without_an_appointment(town):
    browser = town.browser("officer")
    found = browser.get("/console/hall/hall-1/items/?q=jszxxbh").content.decode()
    assert f'value="{town.item_code}"' in found
    slip = browser.post(
        "/console/hall/hall-1/walk-in/", {"item": town.item_code}, follow=True
    ).content.decode()
    assert {"p", "n"} <= set(re.findall(r'data-key="([^"]+)"', slip))
    assert browser.post("/console/hall/hall-1/walk-in/", {"item": "no-such"}).status_code == 404
    # What this hall does not handle is found, but no number is offered.
    foreign = browser.get("/console/hall/hall-1/items/?q=户口").content.decode()
    rows = re.findall(r"<li>.*?</li>", foreign, re.DOTALL)
    assert rows
    assert all(("walk-in" in row) == ("本大厅不办理" not in row) for row in rows)
    assert "walk-in" not in rows[-1]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_reception_costs_the_same_for_one_and_for_thirty(town, rows, django_assert_max_num_queries):
    from onetrip.domain.booking.models import Appointment

    slot = town.hall.slot(capacity=40)
    slot.day = clock.city_day(clock.now())
    slot.save()
    Appointment.objects.bulk_create(
        Appointment(
            slot=slot, citizen=a_citizen(name=f"市民{number}"), item_code=town.item_code, item_name="补证",
            state="booked", arrival_code=f"{number:06d}", made_at=clock.now(), changed_at=clock.now(),
        )
        for number in range(rows)
    )  # fmt: skip
    browser = town.browser("officer")
    with django_assert_max_num_queries(14):
        found = browser.get("/console/hall/hall-1/").content.decode()
    assert found.count('name="arrival_code" value="0') == rows
