"""Longer matters take several slots in a row, and a family's matters follow each other: all of it, or none."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries, rules, services
from onetrip.domain.booking.errors import SlotFull, TooManyMatters, VisitFull
from onetrip.domain.booking.models import Appointment, Schedule, Slot, Ticket
from onetrip.domain.booking.queries import Matter
from onetrip.domain.booking.states import Channel
from tests.domain.booking.conftest import BY, NOON, Hall, build_hall

TWO = NOON + timedelta(hours=2)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def row(hall: Hall) -> list[Slot]:
    """Two windows from 14:00 to 15:30."""
    return [hall.slot(starts_at=TWO + QUARTER * step, capacity=2) for step in range(6)]


def hold(slot: Slot, citizen: User, units: int = 1, item: str = "i40") -> str:
    return services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code=item, item_name="换证",
        units=units, by=BY, at=NOON,
    )  # fmt: skip


def taken() -> list[int]:
    return list(Slot.objects.order_by("schedule_id", "starts_at").values_list("taken", flat=True))


@pytest.mark.parametrize(
    ("minutes", "persons", "units"),
    [(5, 1, 1), (15, 1, 1), (20, 1, 1), (25, 1, 2), (40, 1, 3), (15, 2, 2), (10, 4, 2), (480, 6, 8), (10, 0, 1)],
)  # fmt: skip
def test_how_long_follows_from_the_guide_and_the_number_of_people(
    minutes: int, persons: int, units: int
) -> None:
    assert rules.units_for(minutes=minutes, persons=persons) == units


def test_a_longer_matter_takes_slots_in_a_row_and_gives_them_back(
    row: list[Slot], citizens: list[User]
) -> None:
    held = hold(row[1], citizens[0], units=3)
    assert taken() == [0, 1, 1, 1, 0, 0]
    view = queries.appointment(appointment_id=held, citizen_id=citizens[0].pk)
    assert (view.starts_at, view.ends_at) == (TWO + QUARTER, TWO + 4 * QUARTER)
    services.confirm_appointment(appointment_id=held, by=BY, at=NOON)
    services.ask_for_earlier(appointment_id=held, by=BY, at=NOON)  # for as many slots in a row
    services.cancel_appointment(appointment_id=held, by=BY, at=NOON)
    assert taken() == [0] * 6


def test_all_of_a_stretch_or_none(row: list[Slot], citizens: list[User]) -> None:
    Slot.objects.filter(pk=row[3].pk).update(taken=2)
    for first in (
        row[1],
        row[2],
        row[4],
    ):  # full in the middle, full at its end, beyond the last hour of the day
        with pytest.raises(SlotFull):
            hold(first, citizens[0], units=3)
    assert taken() == [0, 0, 0, 2, 0, 0] and not Appointment.objects.exists()


def test_a_stretch_moves_onto_a_part_of_itself(row: list[Slot], citizens: list[User]) -> None:
    Slot.objects.update(capacity=1)
    held = hold(row[0], citizens[0], units=3)
    services.confirm_appointment(appointment_id=held, by=BY, at=NOON)
    services.reschedule_appointment(appointment_id=held, slot_id=row[1].public_id, by=BY, at=NOON)
    assert taken() == [0, 1, 1, 1, 0, 0]
    with pytest.raises(SlotFull):
        services.reschedule_appointment(appointment_id=held, slot_id=row[4].public_id, by=BY, at=NOON)
    assert taken() == [0, 1, 1, 1, 0, 0]


def test_search_shows_only_what_has_room(row: list[Slot], citizens: list[User]) -> None:
    hold(row[2], citizens[0])
    hold(row[2], citizens[1])
    about = {"venue_code": "hall-1", "matters": [Matter("vehicle", 2)], "at": NOON}
    times = queries.visit_times_on(day=row[0].day, **about)
    assert [(slot.id, slot.places_left) for slot in times] == [
        (row[0].public_id, 2), (row[3].public_id, 2), (row[4].public_id, 2),
    ]  # fmt: skip
    (day,) = queries.visit_days(**about)
    assert (day.day, day.slots) == (row[0].day, 3)


@pytest.fixture
def counter(hall: Hall) -> Schedule:
    """Another pool of the same hall, for the register, open a quarter of an hour later."""
    pool = Schedule.objects.create(venue=hall.venue, competences=["household"])
    for step in range(1, 6):
        Slot.objects.create(
            schedule=pool, day=TWO.date(), capacity=1,
            starts_at=TWO + QUARTER * step, ends_at=TWO + QUARTER * (step + 1),
        )  # fmt: skip
    return pool


FAMILY = [
    Matter("vehicle", 2, "i40", "换证"),
    Matter("household", 1, "i01", "出生登记"),
    Matter("vehicle", 1, "i46", "补证"),
]


def visit(slot: Slot, citizen: User, matters: list[Matter] = FAMILY) -> list[str]:
    return services.hold_visit(slot_id=slot.public_id, citizen_id=citizen.pk, matters=matters, by=BY, at=NOON)


def times_of(ids: list[str]) -> list[datetime]:
    return [Appointment.objects.get(public_id=one).slot.starts_at for one in ids]


@pytest.mark.usefixtures("counter")
def test_matters_follow_each_other_and_are_booked_and_moved_as_one(
    row: list[Slot], citizens: list[User]
) -> None:
    held = visit(row[0], citizens[0])
    assert times_of(held) == [TWO, TWO + 2 * QUARTER, TWO + 3 * QUARTER]
    visit_id = Appointment.objects.get(public_id=held[0]).visit_id
    services.confirm_visit(visit_id=visit_id, by=BY, at=NOON)
    services.confirm_visit(visit_id=visit_id, by=BY, at=NOON)
    assert set(Appointment.objects.values_list("state", flat=True)) == {"booked"}
    for to, beginning in ((row[2], 2), (row[1], 1)):  # later, over its own places, and back
        services.reschedule_visit(visit_id=visit_id, slot_id=to.public_id, by=BY, at=NOON)
        assert times_of(held) == [TWO + QUARTER * (beginning + step) for step in (0, 2, 3)]
        assert sum(taken()) == 4
    with pytest.raises(SlotFull):  # the last one would come after closing time
        services.reschedule_visit(visit_id=visit_id, slot_id=row[3].public_id, by=BY, at=NOON)
    assert times_of(held)[0] == TWO + QUARTER
    services.cancel_appointment(appointment_id=held[1], by=BY, at=NOON)
    assert [matter.item_code for matter in queries.matters_of_visit(visit_id)] == ["i40", "i46"]


@pytest.mark.usefixtures("counter")
def test_who_comes_for_one_matter_has_come_for_all(row: list[Slot], citizens: list[User]) -> None:
    held = visit(row[0], citizens[0])
    services.confirm_visit(visit_id=Appointment.objects.get(public_id=held[0]).visit_id, by=BY, at=NOON)
    services.check_in(appointment_id=held[1], by=BY, at=TWO - QUARTER)
    assert set(Appointment.objects.values_list("state", flat=True)) == {"checked_in"}
    ranks = list(Ticket.objects.order_by("rank").values_list("item_code", flat=True))
    assert ranks == ["i40", "i01", "i46"]  # called in the order of their times


@pytest.mark.usefixtures("counter")
def test_a_visit_is_whole_or_not_at_all(row: list[Slot], citizens: list[User]) -> None:
    Slot.objects.filter(schedule__competences=["household"], starts_at=TWO + 2 * QUARTER).update(taken=1)
    with pytest.raises(SlotFull):
        visit(row[0], citizens[0])
    assert sum(taken()) == 1 and not Appointment.objects.exists()
    about = {"venue_code": "hall-1", "matters": FAMILY, "day": TWO.date(), "at": NOON}
    assert [slot.starts_at for slot in queries.visit_times_on(**about)] == [TWO + QUARTER, TWO + 2 * QUARTER]
    with pytest.raises(TooManyMatters):
        visit(row[0], citizens[0], [*FAMILY, *FAMILY])


def near(matters: list[Matter], wanted: Slot, **more: object) -> list[str]:
    found = queries.nearest_free(slot_id=wanted.public_id, matters=matters, at=NOON, **more)
    return [place.slot_id for place in found]


def test_whoever_lost_a_longer_time_is_told_the_nearest_runs(hall: Hall, citizens: list[User]) -> None:
    row = [hall.slot(starts_at=TWO + QUARTER * step, capacity=1) for step in range(8)]
    elsewhere = build_hall("hall-2")
    there = [elsewhere.slot(starts_at=TWO + QUARTER * step, capacity=1) for step in (0, 1, 3, 4, 5)]
    hold(row[3], citizens[0], units=2)  # left: 0 to 2, and 5 to 7
    with pytest.raises(VisitFull):  # the time itself is free, and that it is full would be no truth
        hold(row[2], citizens[1], units=2)
    assert near([Matter("vehicle", 2)], row[2]) == [row[n].public_id for n in (1, 0, 5)] + [
        there[0].public_id
    ]
    assert near([Matter("vehicle", 3)], row[2]) == [row[0].public_id, row[5].public_id, there[2].public_id]
    for found in near([Matter("vehicle", 3)], row[2])[:2]:  # what is proposed can be taken
        services.cancel_appointment(
            appointment_id=hold(Slot.objects.get(public_id=found), citizens[1], units=3), by=BY, at=NOON
        )
    assert near([Matter("vehicle", 4)], row[2]) == []


@pytest.mark.usefixtures("counter")
def test_whoever_lost_a_chain_is_told_where_all_of_it_fits(row: list[Slot], citizens: list[User]) -> None:
    Slot.objects.filter(schedule__competences=["household"], starts_at=TWO + 2 * QUARTER).update(taken=1)
    with pytest.raises(VisitFull):
        visit(row[0], citizens[0])
    found = near(FAMILY, row[0])
    assert found == [row[1].public_id, row[2].public_id]
    with CaptureQueriesContext(connection) as asked:
        near(FAMILY, row[0])
    assert len(asked) <= 4, "however many matters and places there are"
    visit(Slot.objects.get(public_id=found[0]), citizens[0])


def test_each_channel_is_told_of_its_own_places(row: list[Slot]) -> None:
    Slot.objects.update(kept_hall=2)
    matters = [Matter("vehicle", 2)]
    assert near(matters, row[0]) == near(matters, row[0], channel="hotline") == []
    assert near(matters, row[0], channel="hall") == [slot.public_id for slot in row[:3]]
    assert near(matters, row[0], sent_back=True) == [slot.public_id for slot in row[:3]]


def test_a_chain_is_taken_from_the_quota_of_its_counter(row: list[Slot], citizens: list[User]) -> None:
    Slot.objects.update(kept_hall=2)
    two = [Matter("vehicle", 1, "i40", "换证"), Matter("vehicle", 1, "i46", "补证")]
    about = {"slot_id": row[0].public_id, "citizen_id": citizens[0].pk, "matters": two, "by": BY, "at": NOON}
    with pytest.raises(VisitFull):
        services.hold_visit(**about)
    services.hold_visit(channel=Channel.HALL, **about)
    assert set(Appointment.objects.values_list("channel", flat=True)) == {"hall"}
    assert list(Slot.objects.order_by("starts_at").values_list("taken_hall", flat=True)) == [1, 1, 0, 0, 0, 0]


@given(
    capacity=st.integers(1, 3),
    wanted=st.lists(st.tuples(st.integers(0, 7), st.integers(1, 4)), max_size=12),
)
def test_stretches_that_fit_slot_by_slot_can_all_be_given_to_windows(
    capacity: int, wanted: list[tuple[int, int]]
) -> None:
    """The promise behind counting by slots: nobody has to change windows in the middle."""
    used = [0] * 12
    kept = []
    for start, units in wanted:
        if all(used[start + step] < capacity for step in range(units)):
            for step in range(units):
                used[start + step] += 1
            kept.append((start, start + units))
    windows = [0] * capacity  # when each is free again
    for start, end in sorted(kept):
        window = min(range(capacity), key=lambda number: windows[number])
        assert windows[window] <= start
        windows[window] = end
