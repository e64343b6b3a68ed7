"""Sent back at the window: the citizen reads why, comes again, and the figures count two trips."""

import pytest

from onetrip.domain.cases.models import Case
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.errands import an_errand
from tests.journeys.officer import WindowOfficer
from tests.journeys.places import VENUE, a_place_today

pytestmark = pytest.mark.timeout(240)


def test_a_returned_visit_and_the_second_trip(people: People) -> None:
    user, citizen = people.known_citizen()
    case_id = an_errand(user)
    window = people.window("window2")
    window.open_window()

    come(citizen, window, case_id)
    window.record_returned("material_missing:medical-form")
    citizen.see("#ticket-state a[href^='/cases/']")
    citizen.tap("#ticket-state a[href^='/cases/']")
    visits = citizen.see(".card:has(.tag-bad)").inner_text()
    assert "身体条件证明" in visits  # which paper was missing
    assert citizen.page.locator(".actions a[href$='/book']").count() == 1

    come(citizen, window, case_id)
    window.record_done()
    citizen.tap("#ticket-state a[href^='/cases/']")
    citizen.see(".tag-good")
    case = Case.objects.get(public_id=case_id)
    assert [(visit.number, visit.outcome) for visit in case.visits.order_by("number")] == [
        (1, "returned"),
        (2, "done"),
    ]


def come(citizen: Citizen, window: WindowOfficer, case_id: str) -> None:
    """Book for today, check in at the door, be called and served."""
    a_place_today()
    citizen.go(f"/cases/{case_id}/book?venue={VENUE}")
    citizen.choose_first_time()
    citizen.confirm()
    citizen.go(f"/arrive/{VENUE}/")
    citizen.tap("form[action$='/check-in'] button")
    number = citizen.see(".ticket-number").inner_text().strip()
    assert window.call_next() == number
    window.serve()
