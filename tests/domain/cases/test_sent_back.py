"""Who was sent back begins in front: in the hall's line, and among the places that are kept for others."""

from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.errors import SlotFull
from onetrip.domain.booking.models import Ticket
from onetrip.domain.cases import queries, services
from onetrip.domain.cases.models import Visit
from tests.faces.console.conftest import SYSTEM, actor, town

__all__ = ["town"]


@pytest.fixture
def returned(town):
    """The citizen's errand after a visit that ended with “returned”, as the citizen's arguments for services."""
    ticket_id = town.called(town.citizen)
    (case,) = queries.cases_of(citizen_id=town.citizen.pk)
    services.record_outcome(
        ticket_id=ticket_id, desk_id=town.window.pk, outcome="returned", reason="system_down",
        officer_id=town.officer.pk, by=actor(town.officer), at=clock.now(),
    )  # fmt: skip
    return {"case_id": case.id, "citizen_id": town.citizen.pk, "by": actor(town.citizen)}


def mine(town, returned):
    return queries.case(case_id=returned["case_id"], citizen_id=town.citizen.pk)


def test_the_visit_keeps_what_was_told_and_how_the_place_was_got(town, returned):
    visit = Visit.objects.get()
    case = mine(town, returned)
    assert (visit.item_code, visit.guide_version, visit.came) == (
        case.item_code,
        case.guide_version,
        "walk_in",
    )
    assert case.goes_first


def test_the_next_number_stands_in_front(town, returned):
    for _ in range(3):
        town.number()
    again = town.number(town.citizen)
    first = booking_services.call_next(desk_id=town.window.pk, by=SYSTEM, at=clock.now())
    assert first == again
    assert Ticket.objects.get(public_id=again).priority


def test_nobody_else_does(town):
    first = town.number()
    town.number(town.citizen)
    assert booking_services.call_next(desk_id=town.window.pk, by=SYSTEM, at=clock.now()) == first


def a_slot_kept_for_the_hall(town):
    slot = town.hall.slot(starts_at=clock.now() + timedelta(hours=1))
    slot.capacity, slot.kept_hall, slot.day = 1, 1, clock.city_day(slot.starts_at)
    slot.save()
    return slot


def test_kept_places_are_open_to_who_was_sent_back(town, returned):
    slot = a_slot_kept_for_the_hall(town)
    looked = {"venue_code": "hall-1", "competence": mine(town, returned).competence, "at": clock.now()}
    assert booking.open_slots_on(day=slot.day, **looked) == []
    (shown,) = booking.open_slots_on(day=slot.day, sent_back=True, **looked)
    assert shown.places_left == 1
    assert [day.places_left for day in booking.open_days(sent_back=True, **looked)] == [1]
    assert queries.errand_to_book(case_id=returned["case_id"], citizen_id=town.citizen.pk).sent_back
    services.hold_slot(slot_id=slot.public_id, at=clock.now(), **returned)
    services.confirm(at=clock.now(), **returned)
    slot.refresh_from_db()
    assert slot.taken == 1


def test_kept_places_stay_kept_for_a_first_visit(town):
    slot = a_slot_kept_for_the_hall(town)
    case_id = town.case()
    with pytest.raises(SlotFull):
        services.hold_slot(
            slot_id=slot.public_id, case_id=case_id, citizen_id=town.citizen.pk, by=actor(town.citizen),
            at=clock.now(),
        )  # fmt: skip


def test_the_page_says_how_and_why(town, returned):
    page = town.browser("citizen").get(f"/cases/{returned['case_id']}/").content.decode()
    assert "优先" in page
    slot = a_slot_kept_for_the_hall(town)
    answer = town.browser("citizen").post(
        f"/cases/{returned['case_id']}/book", {"slot": slot.public_id, "venue": "hall-1"}
    )
    assert answer["Location"].endswith("/appointment/")
