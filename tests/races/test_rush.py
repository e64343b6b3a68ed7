"""Eight o'clock: 10,000 attempts on 500 places, 200 on one, and a robot among them. Real transactions, side by side."""

from collections import Counter
from datetime import timedelta

import pytest

from onetrip.domain.booking import queries
from onetrip.domain.booking.errors import SlotFull
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.states import MOST_LIVE
from tests.domain.booking.conftest import NOON, build_citizens, build_hall
from tests.races.test_booking_races import at_once, hold

pytestmark = pytest.mark.django_db(transaction=True)
SLOTS, PLACES_EACH = 50, 10
ATTEMPTS = 10_000


def as_the_page_does(slot, citizen, item="i40"):
    """Tell most losers at the cost of one small question, then try."""
    take = hold(slot, citizen, item)

    def attempt():
        if queries.is_full_for(slot_id=slot.public_id, citizen_id=citizen.pk):
            raise SlotFull()
        return take()

    return attempt


def taken_is_what_is_there():
    for slot in Slot.objects.all():
        assert slot.taken == slot.appointments.filter(state="held").count() <= slot.capacity


def test_10000_attempts_on_500_places_and_a_robot_among_them():
    hall = build_hall()
    slots = [
        hall.slot(starts_at=NOON + timedelta(minutes=60 + 15 * number), capacity=PLACES_EACH)
        for number in range(SLOTS)
    ]
    *people, robot = build_citizens(ATTEMPTS - 499)
    calls = [as_the_page_does(slots[number % SLOTS], person) for number, person in enumerate(people)]
    # The robot is everywhere first: every slot, ten items each, spread over the beginning of the rush.
    for number in range(500):
        calls.insert(2 * number, as_the_page_does(slots[number % SLOTS], robot, f"robot-{number // SLOTS}"))
    assert len(calls) == ATTEMPTS
    held, refused = at_once(calls)
    places = SLOTS * PLACES_EACH
    assert Appointment.objects.filter(state="held").count() == places
    assert Appointment.objects.filter(state="held", citizen=robot).count() <= MOST_LIVE
    taken_is_what_is_there()
    assert set(Counter(refused)) <= {"slot_full", "too_many_live", "already_booked", "busy"}
    assert len(held) + len(refused) == ATTEMPTS


def test_200_attempts_on_the_last_place():
    slot = build_hall().slot(capacity=1)
    held, refused = at_once([as_the_page_does(slot, citizen) for citizen in build_citizens(200)])
    assert (len(held), Counter(refused)) == (1, Counter(slot_full=199))
    taken_is_what_is_there()


def test_one_person_from_many_machines_gets_a_handful():
    slot = build_hall().slot(capacity=100)
    (robot,) = build_citizens(1)
    at_once([hold(slot, robot, f"i{number % 40}") for number in range(120)])
    assert 1 <= Appointment.objects.filter(state="held").count() <= MOST_LIVE
    taken_is_what_is_there()
