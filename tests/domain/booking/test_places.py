"""Holding, confirming, moving and giving back a place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onetrip.core.errors import NotFound
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.errors import AlreadyBooked, HoldExpired, SlotFull, SlotPast, WrongSlot
from onetrip.domain.booking.models import Appointment, Slot
from tests.domain.booking.conftest import BY, NOON


def hold(slot, citizen, *, item="i40", competence="driving_licence", at=NOON):
    return services.hold_slot(
        slot_id=slot.public_id,
        citizen_id=citizen.pk,
        competence=competence,
        item_code=item,
        item_name="换证",
        by=BY,
        at=at,
    )


def taken(slot):
    return Slot.objects.get(pk=slot.pk).taken


def test_a_hold_takes_a_place_and_a_confirmation_keeps_it(hall, citizens):
    slot = hall.slot()
    appointment_id = hold(slot, citizens[0])
    services.confirm_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    services.confirm_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    view = queries.appointment(appointment_id=appointment_id, citizen_id=citizens[0].pk)
    assert (view.state, taken(slot)) == ("booked", 1)
    assert view.starts_at == slot.starts_at and len(view.arrival_code) == 8


def test_the_last_place_goes_once(hall, citizens):
    slot = hall.slot(capacity=1)
    hold(slot, citizens[0])
    with pytest.raises(SlotFull):
        hold(slot, citizens[1])
    assert taken(slot) == 1


def test_a_full_slot_is_told_early_but_not_to_who_holds_it(hall, citizens):
    slot = hall.slot(capacity=1)
    asked = {"slot_id": slot.public_id}
    assert not queries.is_full_for(**asked, citizen_id=citizens[0].pk)
    hold(slot, citizens[0])
    with CaptureQueriesContext(connection) as asked_of_the_database:
        assert not queries.is_full_for(**asked, citizen_id=citizens[1].pk)  # nobody was refused yet
    assert not asked_of_the_database.captured_queries
    with pytest.raises(SlotFull):
        hold(slot, citizens[1])
    assert not queries.is_full_for(**asked, citizen_id=citizens[0].pk)  # a double tap on the last place
    assert queries.is_full_for(**asked, citizen_id=citizens[1].pk)


def test_a_second_hold_for_the_same_item_moves_the_first(hall, citizens):
    early, late = hall.slot(), hall.slot(starts_at=NOON + timedelta(hours=3))
    hold(early, citizens[0])
    hold(late, citizens[0])
    assert (taken(early), taken(late)) == (0, 1)


def test_a_booked_item_cannot_be_booked_again(hall, citizens):
    slot = hall.slot()
    services.confirm_appointment(appointment_id=hold(slot, citizens[0]), by=BY, at=NOON)
    with pytest.raises(AlreadyBooked):
        hold(hall.slot(starts_at=NOON + timedelta(hours=3)), citizens[0])


def test_a_slot_of_the_past_or_of_other_matters_is_refused(hall, citizens):
    with pytest.raises(SlotPast):
        hold(hall.slot(starts_at=NOON - timedelta(hours=1)), citizens[0])
    with pytest.raises(WrongSlot):
        hold(hall.slot(), citizens[0], competence="fire")


def test_an_unconfirmed_hold_gives_its_place_back(hall, citizens):
    slot = hall.slot()
    appointment_id = hold(slot, citizens[0])
    late = NOON + timedelta(minutes=5)
    with pytest.raises(HoldExpired):
        services.confirm_appointment(appointment_id=appointment_id, by=BY, at=late)
    assert services.expire_holds(at=late) == 1
    assert services.expire_holds(at=late) == 0
    assert taken(slot) == 0
    with pytest.raises(HoldExpired):
        services.confirm_appointment(appointment_id=appointment_id, by=BY, at=late)


def test_moving_takes_the_new_place_before_the_old_one_is_given_back(hall, citizens):
    early, late = hall.slot(capacity=1), hall.slot(starts_at=NOON + timedelta(hours=3), capacity=1)
    mine = hold(early, citizens[0])
    services.confirm_appointment(appointment_id=mine, by=BY, at=NOON)
    theirs = hold(late, citizens[1])
    with pytest.raises(SlotFull):
        services.reschedule_appointment(appointment_id=mine, slot_id=late.public_id, by=BY, at=NOON)
    assert (taken(early), taken(late)) == (1, 1)
    services.cancel_appointment(appointment_id=theirs, by=BY, at=NOON)
    services.reschedule_appointment(appointment_id=mine, slot_id=late.public_id, by=BY, at=NOON)
    assert (taken(early), taken(late)) == (0, 1)


def test_cancelling_twice_gives_back_once(hall, citizens):
    slot = hall.slot()
    hold(slot, citizens[1])
    appointment_id = hold(slot, citizens[0])
    services.cancel_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    services.cancel_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    assert taken(slot) == 1


def test_a_stranger_sees_nothing(hall, citizens):
    appointment_id = hold(hall.slot(), citizens[0])
    with pytest.raises(NotFound):
        queries.appointment(appointment_id=appointment_id, citizen_id=citizens[1].pk)


def test_who_never_came_is_closed_and_keeps_the_count(hall, citizens):
    slot = hall.slot()
    services.confirm_appointment(appointment_id=hold(slot, citizens[0]), by=BY, at=NOON)
    assert services.mark_no_shows(at=NOON + timedelta(hours=3)) == 0
    assert services.mark_no_shows(at=NOON + timedelta(hours=5)) == 1
    assert Appointment.objects.get().state == "no_show"
    assert taken(slot) == 1


def test_free_times_are_added_up_over_the_pools_of_a_venue(hall, citizens, django_assert_num_queries):
    slot = hall.slot(capacity=2)
    hold(slot, citizens[0])
    with django_assert_num_queries(1):
        views = queries.open_slots_on(venue_code=hall.venue.code, competence="vehicle", day=slot.day, at=NOON)
    assert [(view.id, view.places_left) for view in views] == [(slot.public_id, 1)]
    days = queries.open_days(venue_code=hall.venue.code, competence="vehicle", at=NOON)
    assert [(day.day, day.places_left) for day in days] == [(slot.day, 1)]


def test_slots_open_from_the_roster_once(hall):
    count = services.open_slots(from_day=NOON.date(), days=1, by=BY, at=NOON)
    assert count == 96  # 24 hours in quarters
    assert services.open_slots(from_day=NOON.date(), days=1, by=BY, at=NOON) == 0
    assert set(Slot.objects.values_list("capacity", flat=True)) == {2}
