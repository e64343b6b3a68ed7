"""One errand through every room: case, consultation, booking, arrival, window, outcome."""

from datetime import timedelta

import pytest
from django.db.models import F

from onetrip.core import live
from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.cases import queries, services
from onetrip.domain.cases.errors import ReasonMissing, UnknownMaterial
from onetrip.domain.cases.models import Case
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import BY, NOON

ITEM = "driving-licence"


@pytest.fixture
def officer(db):
    return User.objects.create(kind="staff", username="officer1", name="王警官", joined_at=NOON)


@pytest.fixture
def post(hall):
    return Desk.objects.create(
        venue=hall.venue,
        code="v1",
        label="视频1号席",
        label_en="Post 1",
        kind="video",
        competences=["driving_licence", "vehicle"],
    )


@pytest.fixture
def item(shipped, db):
    """One item of the shipped catalogue that the hall can handle."""
    from onetrip.domain.catalog import queries as catalog

    return next(card for card in catalog.search("驾驶证遗失补证"))


def answers_for(item_code):
    from onetrip.domain.catalog import queries as catalog

    guide, answers = catalog.guide_of(item_code), {}
    while not (checklist := catalog.personal_checklist(guide, answers)).complete:
        answers[checklist.next_question.key] = checklist.next_question.choices[0][0]
    return answers


@pytest.fixture
def case_id(item, citizens):
    return services.open_case(
        citizen_id=citizens[0].pk, item_code=item.code, answers=answers_for(item.code), by=BY, at=NOON
    )


def follow(*topics):
    """Return a function that gives (document folded from events, fresh snapshot) of every topic."""
    start = {topic: live.snapshot(topic) for topic in topics}

    def look():
        pairs = []
        for topic, (seq, document) in start.items():
            for _number, patch in live.events_after(topic, seq) or []:
                document = live.merge(document, patch)
            pairs.append((document, live.snapshot(topic)[1]))
        return pairs

    return look


def test_the_whole_errand(case_id, citizens, officer, post, hall, item):
    citizen, at = citizens[0], NOON
    staff = Actor("staff", officer.public_id)
    consultation_services.go_on_duty(desk_id=post.pk, officer_id=officer.pk, by=staff, at=at)
    look = follow(f"case:{case_id}", f"line:{item.competence}", f"post:{post.pk}", f"hall:{hall.venue.code}")

    consultation_id = services.ask_officer(case_id=case_id, citizen_id=citizen.pk, by=BY, at=at)
    assert services.ask_officer(case_id=case_id, citizen_id=citizen.pk, by=BY, at=at) == consultation_id
    assert consultations.post_of(officer_id=officer.pk).state == "ringing"
    consultation_services.accept(consultation_id=consultation_id, officer_id=officer.pk, by=staff, at=at)
    assert queries.case(case_id=case_id, citizen_id=citizen.pk).step == "officer"

    material = queries.case(case_id=case_id, citizen_id=citizen.pk).materials[0].line.key
    give = {"case_id": case_id, "officer_id": officer.pk, "by": staff, "at": at}
    services.give_verdict(material=material, verdict="ok", **give)
    with pytest.raises(ReasonMissing):
        services.give_verdict(material=material, verdict="fix", **give)
    with pytest.raises(UnknownMaterial):
        services.give_verdict(material="no-such", verdict="ok", **give)
    consultation_services.send_message(
        consultation_id=consultation_id, text="请带原件", user_id=officer.pk, by=staff, at=at
    )
    consultation_services.conclude(
        consultation_id=consultation_id, officer_id=officer.pk, kind="ready", text="", by=staff, at=at
    )
    view = queries.case(case_id=case_id, citizen_id=citizen.pk)
    assert (view.state, view.step, view.next_step, view.conclusion_kind) == (
        "ready",
        "booking",
        "book",
        "ready",
    )
    assert view.materials[0].verdict == "ok" and view.materials[0].by_name == "王警官"
    consultation_services.finish_wrap_up(officer_id=officer.pk, by=staff, at=at)
    assert consultations.post_of(officer_id=officer.pk).state == "available"

    slot = hall.slot()
    services.hold_slot(case_id=case_id, citizen_id=citizen.pk, slot_id=slot.public_id, by=BY, at=at)
    assert queries.case(case_id=case_id, citizen_id=citizen.pk).next_step == "confirm_booking"
    services.confirm(case_id=case_id, citizen_id=citizen.pk, by=BY, at=at)
    assert queries.case(case_id=case_id, citizen_id=citizen.pk).state == "booked"

    arrival = slot.starts_at - timedelta(minutes=5)
    ticket_id = services.check_in(case_id=case_id, citizen_id=citizen.pk, by=BY, at=arrival)
    assert services.check_in(case_id=case_id, citizen_id=citizen.pk, by=BY, at=arrival) == ticket_id
    desk = hall.desks[0].pk
    assert booking_services.call_next(desk_id=desk, by=staff, at=arrival) == ticket_id
    assert booking.window(desk_id=desk, at=arrival).current.id == ticket_id
    services.record_outcome(
        ticket_id=ticket_id, desk_id=desk, outcome="done", officer_id=officer.pk, by=staff, at=arrival
    )
    view = queries.case(case_id=case_id, citizen_id=citizen.pk)
    assert (view.state, len(view.visits), view.visits[0].outcome) == ("done", 1, "done")
    services.rate_visit(case_id=case_id, citizen_id=citizen.pk, stars=5, words="好", by=BY, at=arrival)
    for folded, fresh in look():
        assert folded == fresh


def test_sent_home_and_the_second_trip(case_id, citizens, officer, hall):
    citizen, staff = citizens[0], Actor("staff", officer.public_id)
    desk = hall.desks[0].pk
    for number, (outcome, reason) in enumerate([("returned", "material_missing"), ("done", "")], start=1):
        at = NOON + timedelta(hours=number)
        ticket_id = services.walk_in(
            venue_code=hall.venue.code,
            item_code=Case.objects.get().item_code,
            citizen_id=citizen.pk,
            by=BY,
            at=at,
        )
        assert queries.case_of_ticket(ticket_id=ticket_id) == case_id
        booking_services.call_next(desk_id=desk, by=staff, at=at)
        record = {"ticket_id": ticket_id, "desk_id": desk, "officer_id": officer.pk, "by": staff, "at": at}
        with pytest.raises(ReasonMissing):
            services.record_outcome(outcome="returned", **record)
        services.record_outcome(outcome=outcome, reason=reason, **record)
    view = queries.case(case_id=case_id, citizen_id=citizen.pk)
    assert view.state == "done"
    assert [(visit.number, visit.outcome, visit.reason) for visit in view.visits] == [
        (1, "returned", "material_missing"),
        (2, "done", ""),
    ]


def test_an_expired_hold_leaves_the_case_as_it_was(case_id, citizens, hall):
    services.hold_slot(
        case_id=case_id, citizen_id=citizens[0].pk, slot_id=hall.slot().public_id, by=BY, at=NOON
    )
    booking_services.expire_holds(at=NOON + timedelta(minutes=6))
    view = queries.case(case_id=case_id, citizen_id=citizens[0].pk)
    assert (view.state, view.next_step) == ("preparing", "ask_an_officer")


def test_a_cancelled_booking_can_be_made_again(case_id, citizens, hall):
    who = {"case_id": case_id, "citizen_id": citizens[0].pk, "by": BY, "at": NOON}
    services.hold_slot(slot_id=hall.slot().public_id, **who)
    services.confirm(**who)
    services.cancel_booking(**who)
    assert queries.case(case_id=case_id, citizen_id=citizens[0].pk).state == "preparing"
    services.hold_slot(slot_id=hall.slot(starts_at=NOON + timedelta(hours=5)).public_id, **who)
    services.confirm(**who)
    assert queries.case(case_id=case_id, citizen_id=citizens[0].pk).state == "booked"


def test_a_second_start_finds_the_open_errand(case_id, citizens, item):
    again = services.open_case(
        citizen_id=citizens[0].pk, item_code=item.code, answers=answers_for(item.code), by=BY, at=NOON
    )
    assert again == case_id
    assert len(queries.cases_of(citizen_id=citizens[0].pk)) == 1


def test_strangers_find_nothing(case_id, citizens, officer):
    with pytest.raises(NotFound):
        queries.case(case_id=case_id, citizen_id=citizens[1].pk)
    with pytest.raises(NotFound):
        queries.case_for_staff(case_id=case_id, by_user_id=officer.pk, by=BY, at=NOON)
    assert not queries.may_watch(case_id=case_id, user_id=officer.pk)
    with pytest.raises(NotFound):
        services.give_verdict(
            case_id=case_id, material="x", verdict="ok", officer_id=officer.pk, by=BY, at=NOON
        )


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_errands_costs_one_query(rows, case_id, citizens, django_assert_num_queries):
    first = Case.objects.get()
    for number in range(rows - 1):
        with unit_of_work():
            Case.objects.filter(pk=first.pk).update(changed_at=F("changed_at"))
            Case.objects.create(
                citizen=citizens[0],
                item_code=f"i{number}",
                item_name="事项",
                category_code="c",
                competence="vehicle",
                guide_version=first.guide_version,
                state="preparing",
                opened_at=NOON,
                changed_at=NOON,
            )
    with django_assert_num_queries(1):
        assert len(queries.cases_of(citizen_id=citizens[0].pk)) == rows


def test_a_venue_of_other_sub_districts_is_refused(item, citizens, hall):
    """Household matters belong to the place of registration, whatever the address bar says."""
    from onetrip.domain.booking.errors import WrongVenue
    from onetrip.domain.catalog import queries as catalog

    household = next(
        card
        for category in catalog.categories()
        if category.competence == "household"
        for card in catalog.items_in(category.code)
        if catalog.guide_of(card.code).territory == "registration"
    )
    hall.venue.jurisdiction = ["410105001"]
    hall.venue.save()
    hall.schedule.competences = ["household"]
    hall.schedule.save()
    made = {"citizen_id": citizens[0].pk, "by": BY, "at": NOON}
    mine = services.open_case(
        item_code=household.code, answers=answers_for(household.code), subdistrict_code="410105002", **made
    )
    slot = hall.slot()
    with pytest.raises(WrongVenue):
        services.hold_slot(case_id=mine, slot_id=slot.public_id, **made)
    services.hold_slot(case_id=mine, slot_id=slot.public_id, subdistrict_code="410105001", **made)
    assert queries.case(case_id=mine, citizen_id=citizens[0].pk).subdistrict_code == "410105001"
