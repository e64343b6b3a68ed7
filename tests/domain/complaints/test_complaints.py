"""A complaint from its filing to its end: who may answer, until when, who gets to know, who can look."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onetrip.core.errors import NotFound, Refusal
from onetrip.core.models import AuditEntry
from onetrip.core.transitions import WrongState
from onetrip.domain.accounts.states import Role
from onetrip.domain.complaints import queries, rules, services
from onetrip.domain.complaints.errors import AlreadyComplained, OnlySupervisors, OwnMatter, WordsMissing
from onetrip.domain.complaints.models import Complaint, Entry
from onetrip.domain.complaints.states import COMPLAINT, OPEN
from onetrip.domain.notifications.models import Message
from tests.depth import examples
from tests.faces.console.conftest import actor
from tests.people import a_citizen, a_staff_member

CITY = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=CITY)


@pytest.fixture
def people(db):
    return {
        "citizen": a_citizen(name="王芳"),
        "stranger": a_citizen(name="李强"),
        "lead": a_staff_member(Role("lead", "hall-1"), name="赵主任"),
        "elsewhere": a_staff_member(Role("lead", "hall-2"), name="吴主任"),
        "officer": a_staff_member(Role("officer", "hall-1"), name="王警官"),
        "supervisor": a_staff_member(Role("supervisor"), name="钱督导"),
    }


def file(people, subject="T1", officer="officer", at=WEDNESDAY, words="等了两个小时"):
    citizen = people["citizen"]
    return services.file_complaint(
        about="visit", subject=subject, item_name="驾驶证", venue_code="hall-1", officer_id=people[officer].pk,
        citizen_id=citizen.pk, words=words, by=actor(citizen), at=at,
    )  # fmt: skip


def answer(people, complaint, who="lead", at=WEDNESDAY, words="对不起"):
    person = people[who]
    services.answer(complaint_id=complaint, staff_id=person.pk, words=words, by=actor(person), at=at)


def as_citizen(people, complaint, who="citizen", at=WEDNESDAY):
    return {"complaint_id": complaint, "citizen_id": people[who].pk, "by": actor(people[who]), "at": at}


def look(people, complaint, at=WEDNESDAY):
    return queries.complaint(complaint_id=complaint, citizen_id=people["citizen"].pk, at=at)


@pytest.mark.parametrize(
    ("filed", "last_day"),
    [
        (WEDNESDAY, "2026-12-02"),  # Thursday, Friday, Monday, Tuesday, Wednesday
        (
            datetime(2026, 9, 30, 9, tzinfo=CITY),
            "2026-10-13",
        ),  # the National Day week, and its make-up Saturday
        (datetime(2026, 11, 29, 23, 59, tzinfo=CITY), "2026-12-04"),  # a Sunday night
    ],
)
def test_the_deadline_is_counted_in_working_days(people, filed, last_day):
    complaint = file(people, at=filed.astimezone(UTC))
    view = look(people, complaint)
    assert view.last_day.isoformat() == last_day
    assert not look(people, complaint, at=view.due_at - timedelta(seconds=1)).overdue
    assert look(people, complaint, at=view.due_at).overdue


def test_an_answer_reaches_the_citizen(people):
    complaint = file(people)
    answer(people, complaint)
    view = look(people, complaint)
    assert [(entry.kind, entry.words, entry.by_name) for entry in view.entries] == [
        ("complaint", "等了两个小时", ""),
        ("answer", "对不起", "赵主任"),
    ]
    assert (view.state, view.due_at) == ("answered", None)
    (message,) = Message.objects.all()
    assert message.template == "complaints.answered"


def test_an_objection_is_answered_by_a_supervisor_and_that_is_the_end(people):
    complaint = file(people)
    answer(people, complaint)
    services.object_to(words="没有说明原因", **as_citizen(people, complaint))
    assert look(people, complaint).last_day.isoformat() == "2026-12-02"
    with pytest.raises(OnlySupervisors):
        answer(people, complaint)
    answer(people, complaint, "supervisor", words="已处理")
    assert look(people, complaint).state == "closed"
    with pytest.raises(WrongState):
        services.object_to(words="还是不行", **as_citizen(people, complaint))


def test_nobody_answers_a_complaint_about_themselves(people):
    complaint = file(people, officer="lead")
    with pytest.raises(OwnMatter):
        answer(people, complaint)
    with pytest.raises(NotFound):
        read(people, complaint, "lead")
    listed = queries.complaints_to_answer(venue_codes=["hall-1"], by_user_id=people["lead"].pk, at=WEDNESDAY)
    assert listed == []
    answer(people, complaint, "supervisor")


def read(people, complaint, who):
    return queries.complaint_for_staff(
        complaint_id=complaint, by_user_id=people[who].pk, by=actor(people[who]), at=WEDNESDAY
    )


def test_every_look_of_staff_is_audited_and_strangers_find_nothing(people):
    complaint = file(people)
    for who in ("lead", "supervisor"):
        assert read(people, complaint, who).entries[0].words == "等了两个小时"
    looks = AuditEntry.objects.filter(verb="complaint.read", subject=f"complaint:{complaint}")
    assert {entry.actor_id for entry in looks} == {people[who].public_id for who in ("lead", "supervisor")}
    for who in ("elsewhere", "officer", "stranger"):
        with pytest.raises(NotFound):
            read(people, complaint, who)
        with pytest.raises(NotFound):
            answer(people, complaint, who)
    with pytest.raises(NotFound):
        services.withdraw(**as_citizen(people, complaint, "stranger"))


def test_words_are_needed_and_one_complaint_about_one_thing(people):
    with pytest.raises(WordsMissing):
        file(people, words="  ")
    file(people)
    with pytest.raises(AlreadyComplained):
        file(people)


def test_the_list_is_by_urgency_and_counts_what_is_late(people):
    late, early = file(people, "T1", at=WEDNESDAY - timedelta(days=30)), file(people, "T2")
    answered = file(people, "T3")
    answer(people, answered)
    lines = queries.complaints_to_answer(venue_codes=None, by_user_id=people["supervisor"].pk, at=WEDNESDAY)
    assert [(line.id, line.overdue) for line in lines] == [(late, True), (early, False)]
    assert queries.overdue_count(venue_codes=["hall-1"], at=WEDNESDAY) == 1
    assert queries.overdue_count(venue_codes=["hall-2"], at=WEDNESDAY) == 0
    period = {"since": WEDNESDAY - timedelta(days=31), "until": WEDNESDAY + timedelta(days=1)}
    sums = queries.complaint_sums(venue_codes=None, at=WEDNESDAY, **period)
    assert (sums.filed, sums.answered, sums.in_time, sums.overdue) == (3, 1, 1, 1)


def test_silence_closes_and_time_forgets_the_words(people):
    complaint = file(people)
    answer(people, complaint)
    by, later = actor(people["lead"]), WEDNESDAY + rules.OBJECT_WITHIN
    assert services.close_silent(by=by, at=later - timedelta(seconds=1)) == 0
    assert services.close_silent(by=by, at=later) == 1
    assert look(people, complaint).state == "closed"
    assert services.forget_words(at=later + rules.WORDS_KEPT) == 1
    assert services.forget_words(at=later + rules.WORDS_KEPT) == 0
    assert not Entry.objects.exists() and Complaint.objects.exists()


STEPS = {
    "take": lambda people, complaint: services.take(
        complaint_id=complaint, staff_id=people["lead"].pk, by=actor(people["lead"]), at=WEDNESDAY
    ),
    "answer": answer,
    "last word": lambda people, complaint: answer(people, complaint, "supervisor"),
    "object": lambda people, complaint: services.object_to(words="不行", **as_citizen(people, complaint)),
    "accept": lambda people, complaint: services.accept(**as_citizen(people, complaint)),
    "withdraw": lambda people, complaint: services.withdraw(**as_citizen(people, complaint)),
}


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=7))
def test_in_any_order_an_open_complaint_is_due_and_nothing_is_said_twice(people, steps):
    Complaint.objects.all().delete()
    complaint = file(people)
    for step in steps:
        before = Complaint.objects.get().state
        try:
            STEPS[step](people, complaint)
        except Refusal:
            assert Complaint.objects.get().state == before
        row = Complaint.objects.get()
        assert (row.due_at is not None) == (row.state in OPEN)
        assert (row.closed_at is not None) == (row.state in COMPLAINT.final_states())
    kinds = list(Entry.objects.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds))
