"""Real concurrent transactions: the database is the referee."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from onetrip.core.errors import Refusal
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.models import Appointment, Offer, Slot, Ticket
from onetrip.domain.booking.queries import Matter
from tests.domain.booking.conftest import BY, NOON, build_citizens, build_hall

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls, *, threads=24):
    """Run all calls side by side; return (results, refusal codes). Anything but a refusal fails the test."""

    def run(call):
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(run, calls))
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    return [outcome for outcome in outcomes if not isinstance(outcome, Refusal)], refusals


def together(doings: Sequence[Callable[[], object]]) -> list[str]:
    """Let all begin at the same moment; return the codes of those that were refused.

    "busy" is a deadlock here, which PostgreSQL finds after a second: a slow machine has time to go through its locks.
    """
    start = Barrier(len(doings))

    def begun(doing: Callable[[], object]) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '14s'")
            start.wait(timeout=30)
            try:
                return doing()
            finally:  # the next one who gets this connection is not so patient
                cursor.execute("RESET lock_timeout")

    return at_once([partial(begun, doing) for doing in doings], threads=len(doings))[1]


def somebody_waits() -> bool:
    """Say whether any transaction of this test's database waits for another one's lock."""
    with connection.cursor() as cursor:
        # Not pg_locks: the server is shared, and the tests beside this one wait, too. Looked at anew each time: a
        # transaction would see its first look again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def hold(slot, citizen, item="i40"):
    return lambda: services.hold_slot(
        slot_id=slot.public_id,
        citizen_id=citizen.pk,
        competence="vehicle",
        item_code=item,
        item_name="换证",
        by=BY,
        at=NOON,
    )


def test_200_citizens_and_the_last_5_places():
    slot = build_hall().slot(capacity=5)
    held, refused = at_once([hold(slot, citizen) for citizen in build_citizens(200)])
    assert len(held) == 5
    assert set(refused) == {"slot_full"} and len(refused) == 195
    assert Slot.objects.get().taken == 5 == Appointment.objects.count()


def test_one_citizen_taps_twenty_times():
    slot = build_hall().slot(capacity=20)
    (citizen,) = build_citizens(1)
    at_once([hold(slot, citizen)] * 20)
    assert Appointment.objects.filter(state="held").count() == 1
    assert Slot.objects.get().taken == 1


def test_a_double_confirmation_books_once():
    slot = build_hall().slot()
    (citizen,) = build_citizens(1)
    appointment_id = hold(slot, citizen)()
    confirm = [lambda: services.confirm_appointment(appointment_id=appointment_id, by=BY, at=NOON)] * 10
    results, refused = at_once(confirm)
    assert (len(results), refused) == (10, [])
    assert Appointment.objects.get().state == "booked"


def test_people_who_swap_their_times_do_not_wait_for_each_other():
    hall = build_hall()
    slots = [hall.slot(starts_at=NOON + timedelta(hours=1 + n), capacity=30) for n in range(4)]
    citizens = build_citizens(24)
    moves = []
    for n, citizen in enumerate(citizens):
        appointment_id = hold(slots[n % 4], citizen)()
        services.confirm_appointment(appointment_id=appointment_id, by=BY, at=NOON)
        moves.append((appointment_id, slots[(n + 1 + n % 3) % 4]))
    results, refused = at_once(
        [
            lambda appointment_id=appointment_id, slot=slot: services.reschedule_appointment(
                appointment_id=appointment_id, slot_id=slot.public_id, by=BY, at=NOON
            )
            for appointment_id, slot in moves
        ]
    )
    assert (len(results), refused) == (24, [])
    for slot in Slot.objects.all():
        assert slot.taken == slot.appointments.filter(state="booked").count()


def test_two_windows_never_call_one_ticket_and_one_window_never_two():
    hall = build_hall()
    for _number in range(6):
        services.take_ticket(
            venue_code=hall.venue.code,
            competence="vehicle",
            item_code="i40",
            item_name="换证",
            by=BY,
            at=NOON,
        )
    calls = [
        lambda desk=desk: services.call_next(desk_id=desk.pk, by=BY, at=NOON)
        for desk in hall.desks
        for _n in range(8)
    ]
    called, refused = at_once(calls)
    assert len(called) == len(set(called)) == 2
    assert set(refused) == {"desk_busy"}
    assert Ticket.objects.filter(state="called").count() == 2


def test_numbers_are_given_out_without_gaps_or_doubles():
    hall = build_hall()
    take = lambda: services.take_ticket(  # noqa: E731
        venue_code=hall.venue.code, competence="vehicle", item_code="i40", item_name="换证", by=BY, at=NOON
    )
    at_once([take] * 60)
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [f"V{n:03d}" for n in range(1, 61)]


def test_an_offer_that_is_taken_in_the_second_it_lapses_is_one_persons_place():
    """Each earlier place ends as exactly one appointment's, or free: never two, never lost."""
    hall = build_hall()
    early = [hall.slot(starts_at=NOON + timedelta(minutes=120 + 15 * n), capacity=1) for n in range(6)]
    late = hall.slot(starts_at=NOON + timedelta(hours=6), capacity=30)
    waiting = build_waiting(late)
    kept = [booked(slot, holder) for slot, holder in zip(early, build_citizens(6), strict=True)]
    at_once(
        [
            lambda appointment_id=appointment_id: services.cancel_appointment(
                appointment_id=appointment_id, by=BY, at=NOON
            )
            for appointment_id in kept
        ]
    )
    offers = list(Offer.objects.filter(state="open").select_related("wish__appointment"))
    assert len(offers) == 6 == len({offer.wish_id for offer in offers})
    at = NOON + timedelta(minutes=14, seconds=59)
    answers = [
        lambda offer=offer: services.accept_offer(
            appointment_id=offer.wish.appointment.public_id, offer_id=offer.public_id, by=BY, at=at
        )
        for offer in offers * 2
    ]
    lapses = [lambda: services.lapse_offers(at=NOON + timedelta(minutes=15))] * 6
    at_once([call for pair in zip(answers, lapses * 2, strict=True) for call in pair])
    for slot in Slot.objects.all():
        live = slot.appointments.filter(state="booked").count() + slot.offers.filter(state="open").count()
        assert slot.taken == live
    assert Appointment.objects.filter(state="booked").count() == len(waiting)


def booked(slot, citizen):
    appointment_id = hold(slot, citizen)()
    services.confirm_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    return appointment_id


def build_waiting(slot):
    people = User.objects.bulk_create(
        User(kind="citizen", name="等", phone_hash=f"wait-{n}", joined_at=NOON) for n in range(12)
    )
    waiting = [booked(slot, citizen) for citizen in people]
    for appointment_id in waiting:
        services.ask_for_earlier(appointment_id=appointment_id, by=BY, at=NOON)
    return waiting


def test_many_move_to_the_last_place_and_all_but_one_keep_their_own():
    hall = build_hall()
    own = hall.slot(starts_at=NOON + timedelta(hours=1), capacity=12)
    wanted = hall.slot(starts_at=NOON + timedelta(hours=2), capacity=1)
    moves = [booked(own, citizen) for citizen in build_citizens(12)]
    moved, refused = at_once(
        [
            lambda appointment_id=appointment_id: services.reschedule_appointment(
                appointment_id=appointment_id, slot_id=wanted.public_id, by=BY, at=NOON
            )
            for appointment_id in moves
        ]
    )
    assert (len(moved), set(refused), len(refused)) == (1, {"slot_full"}, 11)
    assert Appointment.objects.filter(state="booked").count() == 12
    assert sorted(Slot.objects.values_list("taken", flat=True)) == [1, 11]


def test_longer_visits_side_by_side_take_whole_stretches_or_nothing():
    hall = build_hall()
    row = [hall.slot(starts_at=NOON + timedelta(minutes=60 + 15 * n), capacity=2) for n in range(8)]
    calls = [
        lambda citizen=citizen, first=n % 7, units=1 + n % 3: services.hold_slot(
            slot_id=row[first].public_id,
            citizen_id=citizen.pk,
            competence="vehicle",
            item_code="i40",
            item_name="换证",
            units=units,
            by=BY,
            at=NOON,
        )
        for n, citizen in enumerate(build_citizens(40))
    ]
    held, refused = at_once(calls)
    assert held and set(refused) <= {"slot_full", "visit_full"}
    covered = [0] * 8
    for appointment in Appointment.objects.filter(state="held").select_related("slot"):
        first = next(n for n, slot in enumerate(row) if slot.pk == appointment.slot_id)
        for step in range(appointment.units):
            covered[first + step] += 1
    assert covered == [Slot.objects.get(pk=slot.pk).taken for slot in row]
    assert max(covered) <= 2


def test_families_side_by_side_get_whole_visits_and_the_others_where_theirs_fits():
    """Chains of two matters and longer ones on one row: never half a visit, and losers are named runs that are free."""
    hall = build_hall()
    row = [hall.slot(starts_at=NOON + timedelta(minutes=60 + 15 * n), capacity=2) for n in range(12)]
    matters = [Matter("vehicle", 2, "i40", "换证"), Matter("driving_licence", 1, "i46", "补证")]
    families = build_citizens(30)
    calls = [
        lambda citizen=citizen, first=n % 3: services.hold_visit(
            slot_id=row[first].public_id, citizen_id=citizen.pk, matters=matters, by=BY, at=NOON
        )
        for n, citizen in enumerate(families)
    ]
    held, refused = at_once(calls)
    assert held and set(refused) <= {"slot_full", "visit_full"} and len(held) + len(refused) == 30
    assert Appointment.objects.count() == 2 * len(held)
    assert sum(Slot.objects.values_list("taken", flat=True)) == 3 * len(held)
    instead = queries.nearest_free(slot_id=row[0].public_id, matters=matters, at=NOON)
    assert len(instead) == 3
    late = families[-1]
    Appointment.objects.filter(citizen=late).delete()
    services.hold_visit(slot_id=instead[0].slot_id, citizen_id=late.pk, matters=matters, by=BY, at=NOON)
