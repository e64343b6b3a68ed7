"""An earlier place goes to the first in line, for a quarter of an hour, then to the next; never to two."""

from datetime import timedelta

import pytest

from onetrip.core.errors import NotFound
from onetrip.core.transitions import WrongState
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.errors import NothingEarlier, OfferGone, SlotFull
from onetrip.domain.booking.models import Appointment, Offer, Slot, Wish
from onetrip.domain.booking.states import Channel
from onetrip.domain.notifications.models import Message
from tests.domain.booking.conftest import BY, NOON, Hall

IN_2_H, IN_4_H = NOON + timedelta(hours=2), NOON + timedelta(hours=4)


class Line:
    """One early place that somebody has, and others who have booked later and would come earlier."""

    def __init__(self, hall: Hall, citizens: list[User], waiting: int = 2) -> None:
        self.early = hall.slot(starts_at=IN_2_H, capacity=1)
        self.late = hall.slot(starts_at=IN_4_H, capacity=5)
        self.citizens = citizens
        self.has_it = self.book(self.early, citizens[0])
        self.waiting = [self.book(self.late, citizen) for citizen in citizens[1 : 1 + waiting]]
        for place, appointment in enumerate(self.waiting):
            services.ask_for_earlier(appointment_id=appointment, by=BY, at=NOON + timedelta(seconds=place))

    def book(self, slot: Slot, citizen: User) -> str:
        appointment = services.hold_slot(
            slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code="i40", item_name="换证",
            by=BY, at=NOON,
        )  # fmt: skip
        services.confirm_appointment(appointment_id=appointment, by=BY, at=NOON)
        return appointment

    def give_up(self) -> None:
        services.cancel_appointment(appointment_id=self.has_it, by=BY, at=NOON)

    def sees(self, place: int, at=NOON) -> queries.Waiting:
        return queries.waiting_of(
            appointment_id=self.waiting[place], citizen_id=self.citizens[place + 1].pk, at=at
        )


@pytest.fixture
def line(hall: Hall, citizens: list[User]) -> Line:
    User.objects.filter(pk=citizens[1].pk).update(phone="+8613800000001")
    return Line(hall, citizens)


def offer_of(line: Line, place: int, at=NOON) -> str:
    offer = line.sees(place, at).offer
    assert offer is not None
    return offer.id


def test_the_first_in_line_is_asked_and_nobody_else_can_take_the_place(line: Line) -> None:
    line.give_up()
    assert line.sees(0).offer is not None and line.sees(1).offer is None
    assert "14:00" in (Message.objects.get().params or "")
    with pytest.raises(SlotFull):
        line.book(line.early, line.citizens[4])
    services.accept_offer(appointment_id=line.waiting[0], offer_id=offer_of(line, 0), by=BY, at=NOON)
    assert Appointment.objects.get(public_id=line.waiting[0]).slot == line.early
    assert Slot.objects.get(pk=line.early.pk).taken == 1 and Slot.objects.get(pk=line.late.pk).taken == 1
    assert not line.sees(0).waits


def test_who_does_not_answer_keeps_the_appointment_and_the_next_is_asked(line: Line) -> None:
    line.give_up()
    first, later = offer_of(line, 0), NOON + timedelta(minutes=15)
    assert services.lapse_offers(at=NOON + timedelta(minutes=14)) == 0
    assert services.lapse_offers(at=later) == 1
    assert line.sees(0, later).offer is None and line.sees(1, later).offer is not None
    with pytest.raises(OfferGone):
        services.accept_offer(appointment_id=line.waiting[0], offer_id=first, by=BY, at=later)
    assert Appointment.objects.get(public_id=line.waiting[0]).slot == line.late
    # Nobody is offered the same time twice: with the second offer gone, too, the place is free.
    assert services.lapse_offers(at=later + timedelta(minutes=15)) == 1
    assert Slot.objects.get(pk=line.early.pk).free_by_phone == 1


def test_three_offers_are_enough(hall: Hall, citizens: list[User]) -> None:
    line = Line(hall, citizens, waiting=1)
    for number in range(3):
        slot = hall.slot(starts_at=IN_2_H + timedelta(minutes=15 * (number + 1)), capacity=1)
        has_it = line.book(slot, citizens[2])
        services.cancel_appointment(appointment_id=has_it, by=BY, at=NOON)
        assert line.sees(0).offers_left == 2 - number
        services.decline_offer(appointment_id=line.waiting[0], offer_id=offer_of(line, 0), by=BY, at=NOON)
    line.give_up()
    assert line.sees(0).offer is None
    services.stop_waiting(appointment_id=line.waiting[0], by=BY, at=NOON)
    with pytest.raises(NothingEarlier):
        services.ask_for_earlier(appointment_id=line.waiting[0], by=BY, at=NOON)


@pytest.mark.parametrize(
    ("before", "minutes"),
    [(timedelta(hours=2), 15), (timedelta(minutes=70), 10), (timedelta(minutes=64), None)],
)
def test_offers_reach_to_the_last_hour(line: Line, before: timedelta, minutes: int | None) -> None:
    at = IN_2_H - before
    services.cancel_appointment(appointment_id=line.has_it, by=BY, at=at)
    offer = line.sees(0, at).offer
    assert (offer and offer.until - at) == (minutes and timedelta(minutes=minutes))


def test_nobody_is_woken_at_night(line: Line) -> None:
    night = NOON - timedelta(hours=8)
    services.cancel_appointment(appointment_id=line.has_it, by=BY, at=night)
    assert not Offer.objects.exists()
    assert Slot.objects.get(pk=line.early.pk).free_by_phone == 1


def test_leaving_the_line_hands_an_open_offer_on(line: Line) -> None:
    line.give_up()
    services.stop_waiting(appointment_id=line.waiting[0], by=BY, at=NOON)
    assert line.sees(0).offer is None and line.sees(0).can_ask
    assert line.sees(1).offer is not None


def test_who_moves_earlier_alone_is_offered_nothing_later(line: Line, hall: Hall) -> None:
    earliest = hall.slot(starts_at=IN_2_H - timedelta(minutes=30), capacity=1)
    line.give_up()
    offer = offer_of(line, 0)
    services.reschedule_appointment(
        appointment_id=line.waiting[0], slot_id=earliest.public_id, by=BY, at=NOON
    )
    assert line.sees(0).offer is None
    with pytest.raises(OfferGone):
        services.accept_offer(appointment_id=line.waiting[0], offer_id=offer, by=BY, at=NOON)


def test_only_what_is_booked_waits_and_a_strangers_is_not_there(line: Line, hall: Hall) -> None:
    line.give_up()
    with pytest.raises(WrongState):
        services.ask_for_earlier(appointment_id=line.has_it, by=BY, at=NOON)
    with pytest.raises(NotFound):
        services.accept_offer(appointment_id=line.waiting[1], offer_id=offer_of(line, 0), by=BY, at=NOON)
    stranger = {"appointment_id": line.waiting[0], "citizen_id": line.citizens[5].pk, "at": NOON}
    assert queries.waiting_of(**stranger) == queries.Waiting(False, 0, False, None)
    assert Wish.objects.count() == 2


class LongLine:
    """Four slots in a row that two people have by pairs, and somebody who needs three in a row and has them later."""

    def __init__(self, hall: Hall, citizens: list[User], channel: Channel = Channel.PHONE) -> None:
        self.slots = [hall.slot(starts_at=IN_2_H + timedelta(minutes=15 * n), capacity=1) for n in range(4)]
        late = [hall.slot(starts_at=IN_4_H + timedelta(minutes=15 * n), capacity=1) for n in range(3)]
        self.pairs = [self.book(self.slots[place], citizens[place], 2) for place in (0, 2)]
        self.family = self.book(late[0], citizens[4], 3, channel)
        self.late, self.holder = late, citizens[4]
        services.ask_for_earlier(appointment_id=self.family, by=BY, at=NOON)

    def book(self, slot: Slot, citizen: User, units: int, channel: Channel = Channel.PHONE) -> str:
        appointment = services.hold_slot(
            slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code="i40", item_name="换证",
            channel=channel, units=units, by=BY, at=NOON,
        )  # fmt: skip
        services.confirm_appointment(appointment_id=appointment, by=BY, at=NOON)
        return appointment

    def offer(self) -> queries.OfferView | None:
        about = {"appointment_id": self.family, "citizen_id": self.holder.pk, "at": NOON}
        return queries.waiting_of(**about).offer

    def taken(self) -> list[int]:
        rows = Slot.objects.filter(pk__in=[slot.pk for slot in (*self.slots, *self.late)])
        return list(rows.order_by("starts_at").values_list("taken", flat=True))


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.HOTLINE])
def test_a_longer_matter_is_offered_as_many_slots_in_a_row(
    hall: Hall, citizens: list[User], channel: Channel
) -> None:
    line = LongLine(hall, citizens, channel)
    services.cancel_appointment(appointment_id=line.pairs[1], by=BY, at=NOON)
    assert line.offer() is None, "two slots are not three"
    services.cancel_appointment(appointment_id=line.pairs[0], by=BY, at=NOON)
    offer = line.offer()
    assert offer is not None
    # The first run that is free: the second slot was given back after it, and nobody else can take any of the three.
    assert (offer.starts_at, offer.ends_at) == (IN_2_H, IN_2_H + timedelta(minutes=45))
    assert line.taken() == [1, 1, 1, 0, 1, 1, 1]
    services.accept_offer(appointment_id=line.family, offer_id=offer.id, by=BY, at=NOON)
    assert line.taken() == [1, 1, 1, 0, 0, 0, 0]
    by_hotline = Slot.objects.order_by("starts_at").values_list("taken_hotline", flat=True)
    assert list(by_hotline[:3]) == [int(channel == Channel.HOTLINE)] * 3
    services.cancel_appointment(appointment_id=line.family, by=BY, at=NOON)
    assert line.taken() == [0] * 7
    assert not Slot.objects.filter(taken_hotline__gt=0).exists()


def test_what_a_longer_matter_lets_go_is_free_again_as_a_whole(hall: Hall, citizens: list[User]) -> None:
    line = LongLine(hall, citizens)
    for pair in line.pairs:
        services.cancel_appointment(appointment_id=pair, by=BY, at=NOON)
    assert sum(line.taken()) == 6
    assert services.lapse_offers(at=NOON + timedelta(minutes=15)) == 1
    assert line.taken() == [0, 1, 1, 1, 1, 1, 1], "the same time is not offered twice, the one after it is"
    services.stop_waiting(appointment_id=line.family, by=BY, at=NOON)
    assert line.taken() == [0, 0, 0, 0, 1, 1, 1]
