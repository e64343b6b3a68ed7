"""What a citizen is told of an errand: each thing once, and nothing that is no longer so."""

import json
from datetime import timedelta

import pytest

from onetrip.core.audit import Actor
from onetrip.core.events import publish
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts.models import User
from onetrip.domain.cases import jobs, queries, services
from onetrip.domain.cases.models import Case
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.notifications import queries as notifications
from onetrip.domain.notifications.models import Message
from onetrip.domain.payments.events import RefundDone
from tests.domain.booking.conftest import BY, NOON
from tests.domain.cases.test_errand import answers_for, case_id, item, officer, post  # noqa: F401 - fixtures
from tests.domain.cases.test_guide_news import DROPPED, change, folder, told  # noqa: F401 - fixtures

DAY = timedelta(days=1)
SECOND = "i45-licence-damaged"


def messages(template: str) -> list[dict[str, str]]:
    return [
        json.loads(row.params or "{}") for row in Message.objects.filter(template=template).order_by("pk")
    ]


def remind(at):
    for template in services.REMINDERS:
        for one in queries.visits_to_remind_of(template=template, at=at):
            services.remind(case_id=one, template=template, at=at)


@pytest.fixture
def booked(case_id, citizens, hall):  # noqa: F811
    """A visit tomorrow at two in the afternoon; a phone to tell of it."""
    slot = hall.slot(starts_at=NOON + DAY + timedelta(hours=2))
    citizen = citizens[0]
    User.objects.filter(pk=citizen.pk).update(phone="13800138000")
    services.hold_slot(case_id=case_id, citizen_id=citizen.pk, slot_id=slot.public_id, by=BY, at=NOON)
    services.confirm(case_id=case_id, citizen_id=citizen.pk, by=BY, at=NOON)
    return case_id, citizen, slot


def test_the_day_before_with_what_to_bring_and_two_hours_before_with_the_way_each_once(booked):
    case, _citizen, slot = booked
    remind(NOON - timedelta(hours=3))  # nine in the morning: too early
    assert Message.objects.count() == 0
    for _run in range(3):
        remind(NOON)
    (tomorrow,) = messages("cases.tomorrow")
    first = queries.case(case_id=case, citizen_id=_citizen.pk).materials[0].line.name
    assert first in tomorrow["bring"] and (tomorrow["when"], tomorrow["venue"]) == ("明天 14:00", "车管所")
    assert messages("cases.soon") == []
    for minutes in (119, 60, 21):
        remind(slot.starts_at - timedelta(minutes=minutes))
    (soon,) = messages("cases.soon")
    assert (soon["address"], soon["when"]) == ("路1号", "今天 14:00")
    row = Message.objects.get(template="cases.soon")
    assert (row.urgent, row.expires_at, row.target) == (True, slot.starts_at, f"case:{case}")


def test_the_database_is_the_referee(booked):
    case, _citizen, _slot = booked
    for _twice in range(2):
        services.remind(case_id=case, template="cases.tomorrow", at=NOON)
    assert len(messages("cases.tomorrow")) == 1


def test_who_cancels_is_not_reminded_and_what_waits_is_taken_back(booked):
    case, citizen, slot = booked
    remind(NOON)
    services.cancel_booking(case_id=case, citizen_id=citizen.pk, by=BY, at=NOON + timedelta(minutes=1))
    assert Message.objects.get().state == "withdrawn"
    assert notifications.inbox_of(citizen.public_id, at=NOON + DAY) == []
    remind(slot.starts_at - timedelta(hours=1))
    assert not services.remind(case_id=case, template="cases.soon", at=slot.starts_at - timedelta(hours=1))
    assert Message.objects.count() == 1


def test_another_time_is_reminded_of_anew(booked, hall):
    case, citizen, _slot = booked
    remind(NOON)
    other = hall.slot(starts_at=NOON + DAY + timedelta(hours=3))
    services.reschedule(
        case_id=case, citizen_id=citizen.pk, slot_id=other.public_id, by=BY, at=NOON + timedelta(minutes=1)
    )
    remind(NOON + timedelta(minutes=2))
    states = Message.objects.filter(template="cases.tomorrow").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "queued"]
    assert messages("cases.tomorrow")[1]["when"] == "明天 15:00"


def test_reminders_speak_the_citizens_language(booked):
    _case, citizen, _slot = booked
    User.objects.filter(pk=citizen.pk).update(language="en")
    remind(NOON)
    assert messages("cases.tomorrow")[0]["when"] == "tomorrow 14:00"


def test_asking_who_is_to_be_reminded_is_one_query(booked, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.visits_to_remind_of(template="cases.tomorrow", at=NOON)


def test_the_conclusion_is_told(case_id, citizens, officer, post):  # noqa: F811
    staff = Actor("staff", officer.public_id)
    consultation_services.go_on_duty(desk_id=post.pk, officer_id=officer.pk, by=staff, at=NOON)
    call = services.ask_officer(case_id=case_id, citizen_id=citizens[0].pk, by=BY, at=NOON)
    consultation_services.accept(consultation_id=call, officer_id=officer.pk, by=staff, at=NOON)
    given = {"consultation_id": call, "officer_id": officer.pk, "by": staff, "at": NOON}
    consultation_services.conclude(kind="ready", text="", **given)
    assert len(messages("cases.concluded")) == 1


def test_who_was_served_is_asked_how_it_was_unless_they_have_said_so(case_id, citizens, officer, hall):  # noqa: F811
    from onetrip.domain.booking import services as booking

    citizen, staff, desk = citizens[0], Actor("staff", officer.public_id), hall.desks[0].pk
    User.objects.filter(pk=citizen.pk).update(phone="13800138000")
    ticket = services.walk_in(
        venue_code=hall.venue.code, item_code=Case.objects.get().item_code, citizen_id=citizen.pk, by=BY, at=NOON
    )  # fmt: skip
    booking.call_next(desk_id=desk, by=staff, at=NOON)
    services.record_outcome(
        ticket_id=ticket, desk_id=desk, outcome="done", officer_id=officer.pk, by=staff, at=NOON
    )
    row = Message.objects.get(template="cases.rate")
    assert (row.state, row.due_at) == ("queued", NOON + timedelta(hours=1))
    services.rate_visit(case_id=case_id, citizen_id=citizen.pk, stars=5, words="", by=BY, at=NOON)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_money_that_went_back_is_told_once(case_id, citizens):  # noqa: F811
    from tests.fake_pay import a_due_fee

    order = a_due_fee(case_id=case_id, waiting=False)
    for _twice in range(2):
        with unit_of_work():
            publish(RefundDone(order_id=order, refund_id="R1", fen=4000, at=NOON, by=BY))
    assert [said["fee"] for said in messages("cases.paid_back")] == ["¥40.00"]


def test_who_was_told_by_an_older_guide_is_told_what_is_new_once(folder, citizens):  # noqa: F811
    case = told(citizens[0])
    jobs.tell_guide_news.func(0)
    assert messages("cases.guide_changed") == []
    change(
        folder, ("when: {what: number}", "when: {what: other}"), ("  - material: driving-licence\n", DROPPED)
    )
    for _run in range(2):
        jobs.tell_guide_news.func(0)
    (news,) = messages("cases.guide_changed")
    assert "新增" in news["what"] and Case.objects.get(public_id=case).guide_told


def test_a_walk_in_without_a_name_is_told_nothing(hall, item):  # noqa: F811
    services.walk_in(venue_code=hall.venue.code, item_code=item.code, by=BY, at=NOON)
    assert Message.objects.count() == 0 and answers_for(item.code)


def states(template: str = "cases.tomorrow") -> list[str]:
    return list(Message.objects.filter(template=template).order_by("pk").values_list("state", flat=True))


def test_who_takes_an_earlier_place_is_reminded_of_that_one(booked, citizens, hall):
    from onetrip.domain.booking import services as booking
    from onetrip.domain.booking.models import Offer

    case, citizen, slot = booked
    row = Case.objects.get(public_id=case)
    early = hall.slot(starts_at=slot.starts_at - timedelta(hours=1), capacity=1)
    about = {"competence": row.appointment.competence, "item_code": row.item_code, "item_name": row.item_name}
    other = booking.hold_slot(slot_id=early.public_id, citizen_id=citizens[1].pk, **about, by=BY, at=NOON)
    booking.confirm_appointment(appointment_id=other, by=BY, at=NOON)
    mine = {"case_id": case, "citizen_id": citizen.pk, "by": BY}
    services.ask_for_earlier(**mine, at=NOON)
    remind(NOON)
    booking.cancel_appointment(appointment_id=other, by=BY, at=NOON)
    services.accept_offer(**mine, offer_id=Offer.objects.get().public_id, at=NOON + timedelta(minutes=1))
    assert states() == ["withdrawn"]
    remind(NOON + timedelta(minutes=2))
    assert states() == ["withdrawn", "queued"] and messages("cases.tomorrow")[1]["when"] == "明天 13:00"


def test_who_moves_and_moves_back_is_reminded_of_the_time_that_counts(booked, hall):
    case, citizen, slot = booked
    other = hall.slot(starts_at=slot.starts_at + timedelta(hours=1))
    for minute, there in enumerate((slot, other, slot)):
        at = NOON + timedelta(minutes=minute)
        if minute:
            services.reschedule(case_id=case, citizen_id=citizen.pk, slot_id=there.public_id, by=BY, at=at)
        remind(at)
    assert states() == ["withdrawn", "withdrawn", "queued"]
    assert messages("cases.tomorrow")[2]["when"] == "明天 14:00"


def test_all_errands_of_a_visit_forget_the_old_time(case_id, citizens, hall):  # noqa: F811
    citizen, hour = citizens[0], timedelta(hours=1)
    User.objects.filter(pk=citizen.pk).update(phone="13800138000")
    second = services.open_case(
        citizen_id=citizen.pk, item_code=SECOND, answers=answers_for(SECOND), by=BY, at=NOON
    )
    quarters = [timedelta(minutes=15) * number for number in range(8)]
    slots = [hall.slot(starts_at=NOON + DAY + hour + quarter) for quarter in quarters]
    services.hold_together(
        case_ids=[case_id, second], citizen_id=citizen.pk, slot_id=slots[0].public_id, by=BY, at=NOON
    )
    services.confirm(case_id=case_id, citizen_id=citizen.pk, by=BY, at=NOON)
    remind(NOON)
    assert states() == ["queued", "queued"]
    services.reschedule(case_id=case_id, citizen_id=citizen.pk, slot_id=slots[4].public_id, by=BY, at=NOON)
    assert states() == ["withdrawn", "withdrawn"]
    remind(NOON + timedelta(minutes=1))
    assert states()[2:] == ["queued", "queued"]
