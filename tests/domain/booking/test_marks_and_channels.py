"""Places kept for channels, waves of new days, long holds, and what wasted places cost."""

from datetime import timedelta

import pytest

from onetrip.core.audit import Actor
from onetrip.domain.booking import queries, rules, services
from onetrip.domain.booking.errors import (
    AppealEmpty,
    AppealTooLate,
    BookCloser,
    HoldExpired,
    NotOpenYet,
    SlotFull,
    TooLateToChange,
)
from onetrip.domain.booking.models import Appointment, Mark, Slot
from onetrip.domain.booking.queries import Matter
from onetrip.domain.booking.states import Channel
from tests.domain.booking.conftest import BY, NOON


def hold(slot, citizen, *, channel=Channel.PHONE, item="i40", at=NOON):
    return services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk if citizen else None, competence="vehicle", item_code=item,
        item_name="换证", channel=channel, by=BY, at=at,
    )  # fmt: skip


def booked(slot, citizen, *, item="i40", at=NOON):
    appointment_id = hold(slot, citizen, item=item, at=at)
    services.confirm_appointment(appointment_id=appointment_id, by=BY, at=at)
    return appointment_id


def as_citizen(user):
    return Actor("citizen", user.public_id)


def kept(slot, *, hall=0, hotline=0):
    Slot.objects.filter(pk=slot.pk).update(kept_hall=hall, kept_hotline=hotline)
    return slot


def test_what_is_kept_for_the_hall_is_not_given_to_phones(hall, citizens):
    slot = kept(hall.slot(capacity=2), hall=1)
    hold(slot, citizens[0])
    with pytest.raises(SlotFull):
        hold(slot, citizens[1])
    assert not queries.open_slots_on(venue_code="hall-1", competence="vehicle", day=slot.day, at=NOON)
    hold(slot, None, channel=Channel.HALL)
    slot.refresh_from_db()
    assert (slot.taken, slot.taken_hall, slot.free_by_phone) == (2, 1, 0)


def test_a_channel_may_use_what_nobody_has_kept(hall, citizens):
    slot = kept(hall.slot(capacity=3), hall=1, hotline=1)
    hold(slot, None, channel=Channel.HOTLINE)
    hold(slot, None, channel=Channel.HOTLINE)
    with pytest.raises(SlotFull):
        hold(slot, None, channel=Channel.HOTLINE)
    with pytest.raises(SlotFull):
        hold(slot, citizens[0])
    hold(slot, None, channel=Channel.HALL)


def test_a_place_that_comes_back_is_its_channels_again(hall, citizens):
    slot = kept(hall.slot(capacity=1), hall=1)
    appointment_id = hold(slot, None, channel=Channel.HALL)
    services.cancel_appointment(appointment_id=appointment_id, by=BY, at=NOON)
    with pytest.raises(SlotFull):
        hold(slot, citizens[0])


def test_unused_kept_places_are_everybodys_a_day_before(hall, citizens):
    soon = kept(hall.slot(capacity=1), hall=1)
    later = kept(hall.slot(capacity=1, starts_at=NOON + timedelta(days=2)), hall=1)
    assert services.free_kept_places(at=NOON) == 1
    hold(soon, citizens[0])
    with pytest.raises(SlotFull):
        hold(later, citizens[1])


@pytest.mark.parametrize(
    ("shares", "kept_in_all"), [((10, 10), (10, 10)), ((0, 0), (0, 0)), ((25, 50), (25, 50))]
)
def test_shares_are_spread_over_the_day(shares, kept_in_all):
    spread = list(rules.kept_places(capacities=[1] * 100, hall_share=shares[0], hotline_share=shares[1]))
    assert all(hall_kept + hotline <= 1 for hall_kept, hotline in spread)
    assert sum(hall_kept for hall_kept, _hotline in spread) == kept_in_all[0]
    assert abs(sum(hotline for _hall, hotline in spread) - kept_in_all[1]) <= sum(shares) // 3


def test_a_new_day_appears_at_its_hour(hall, citizens):
    slot = hall.slot()
    Slot.objects.filter(pk=slot.pk).update(opens_at=NOON + timedelta(minutes=5))
    with pytest.raises(NotOpenYet):
        hold(slot, citizens[0])
    assert not queries.open_slots_on(venue_code="hall-1", competence="vehicle", day=slot.day, at=NOON)
    hold(slot, citizens[0], at=NOON + timedelta(minutes=5))


def test_a_hold_grows_while_somebody_pays_but_not_for_ever(hall, citizens):
    appointment_id = hold(hall.slot(), citizens[0])
    until, at = NOON, NOON
    while at < until or at == NOON:
        until = services.extend_hold(appointment_id=appointment_id, by=BY, at=at)
        at += timedelta(minutes=4)
    assert until == NOON + rules.LONGEST_HOLD
    with pytest.raises(HoldExpired):
        services.extend_hold(appointment_id=appointment_id, by=BY, at=until)


def test_giving_back_in_time_costs_nothing_and_late_a_mark(hall, citizens):
    slot = hall.slot(starts_at=NOON + timedelta(hours=4))
    person = citizens[0]
    for at, marks in ((NOON, 0), (NOON + timedelta(hours=3), 1)):
        services.cancel_appointment(
            appointment_id=booked(slot, person, at=at), by=as_citizen(person), at=at + timedelta(minutes=1)
        )
        assert Mark.objects.count() == marks
    assert Slot.objects.get(pk=slot.pk).taken == 0


def test_nothing_is_changed_once_the_time_has_begun(hall, citizens):
    slot, later = hall.slot(), hall.slot(starts_at=NOON + timedelta(hours=5))
    appointment_id = booked(slot, citizens[0])
    for change in (
        lambda: services.cancel_appointment(appointment_id=appointment_id, by=BY, at=slot.starts_at),
        lambda: services.reschedule_appointment(
            appointment_id=appointment_id, slot_id=later.public_id, by=BY, at=slot.starts_at
        ),
    ):
        with pytest.raises(TooLateToChange):
            change()
    assert Appointment.objects.get().state == "booked"


def three_missed(hall, person):
    for number in range(rules.MARKS_THAT_COUNT):
        slot = hall.slot(starts_at=NOON + timedelta(hours=1 + number))
        booked(slot, person, item=f"i{number}")
    services.mark_no_shows(at=NOON + timedelta(hours=8))


def test_who_missed_three_books_for_the_next_days_only_until_time_forgives(hall, citizens):
    person = citizens[0]
    three_missed(hall, person)
    soon, far = (hall.slot(starts_at=NOON + timedelta(days=days)) for days in (1, 5))
    for slot in (soon, far):
        Slot.objects.filter(pk=slot.pk).update(day=slot.starts_at.date())
    at = NOON + timedelta(hours=9)
    with pytest.raises(BookCloser):
        hold(far, person, at=at)
    for who, days in ((person, [soon]), (citizens[1], [far, soon])):  # what is named instead can be taken
        last_day = queries.last_day_by_phone(citizen_id=who.pk, at=at)
        near = queries.nearest_free(
            slot_id=far.public_id, matters=[Matter("vehicle", 1)], last_day=last_day, at=at
        )
        assert [place.slot_id for place in near] == [slot.public_id for slot in days]
    hold(soon, person, at=at)
    hold(far, citizens[1], at=at)
    forgiven = hall.slot(starts_at=NOON + timedelta(days=45))
    Slot.objects.filter(pk=forgiven.pk).update(day=forgiven.starts_at.date())
    hold(forgiven, person, item="i9", at=NOON + timedelta(days=40))


def test_an_objection_is_made_once_answered_once_and_can_forgive(hall, citizens):
    person = citizens[0]
    three_missed(hall, person)
    at = NOON + timedelta(hours=9)
    marks = queries.marks_of(citizen_id=person.pk, at=at)
    assert len(marks.counting) == 3 and marks.limits
    about = {"mark_id": marks.counting[0].id, "citizen_id": person.pk, "by": as_citizen(person)}
    with pytest.raises(AppealEmpty):
        services.appeal_mark(words=" ", at=at, **about)
    services.appeal_mark(words="当天住院了", at=at, **about)
    with pytest.raises(AppealTooLate):
        services.appeal_mark(words="还有", at=at, **about)
    (appeal,) = queries.open_appeals(venue_code="hall-1")
    assert appeal.words == "当天住院了"
    services.answer_appeal(mark_id=appeal.id, venue_code="hall-1", forgive=True, words="", by=BY, at=at)
    marks = queries.marks_of(citizen_id=person.pk, at=at)
    assert len(marks.counting) == 2 and not marks.limits
    assert not queries.open_appeals(venue_code="hall-1")
