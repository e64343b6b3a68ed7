"""Nothing is recorded before everybody who is there has said yes, and a no ends it at any moment."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core import live
from onetrip.core.errors import NotFound, Refusal
from onetrip.core.models import AuditEntry
from onetrip.core.transitions import WrongState
from onetrip.domain.consultations import queries as calls
from onetrip.domain.consultations import services as consultations
from onetrip.domain.recordings import queries, rules, services
from onetrip.domain.recordings.errors import (
    AskedEnough,
    NothingToRecord,
    NotRecorded,
    RecordingUnderWay,
)
from onetrip.domain.recordings.models import Consent, Recording
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import Talk, build_talk, import_two_items, state

pytestmark = pytest.mark.django_db


def test_the_officer_asks_and_the_citizen_s_yes_begins_it(talk: Talk) -> None:
    assert talk.document() == {"state": "none"}
    recording = talk.propose()
    asked = talk.document()
    assert (asked["state"], asked["id"]) == ("asked", recording)
    assert asked["answers"] == {"officer": "yes", "citizen": "open"}
    talk.answer(recording, "citizen", at=later(5))
    assert (state(recording), talk.document()["answers"]["citizen"]) == ("running", "yes")
    talk.answer(recording, "citizen", at=later(6))  # twice is once
    said = AuditEntry.objects.filter(subject=f"recording:{recording}").order_by("pk")
    assert [(entry.verb, entry.at) for entry in said][:3] == [
        ("recording.ask", NOON), ("recording.agree", later(5)), ("recording.begin", later(5))
    ]  # fmt: skip
    assert said[0].detail["days"] == rules.kept_days() and said[0].detail["guide"]


@pytest.mark.parametrize("who", ["citizen", "officer"])
def test_either_side_ends_it_at_any_moment(talk: Talk, who: str) -> None:
    recording = talk.running()
    talk.answer(recording, who, agrees=False, at=later(9))
    row = Recording.objects.get()
    assert (row.state, row.stopped_at) == ("stopped", later(9))
    assert row.expires_at == later(9) + timedelta(days=row.kept_days)
    talk.answer(recording, who, agrees=False)  # it is over, which was wanted
    with pytest.raises(WrongState):
        talk.answer(recording, who)


def test_a_no_changes_nothing_but_that_one_is_not_asked_again(talk: Talk) -> None:
    recording = talk.propose()
    talk.answer(recording, "citizen", agrees=False)
    assert state(recording) == "refused" and talk.line.state(talk.call) == "connected"
    assert "answers" not in talk.document()
    with pytest.raises(AskedEnough):
        talk.propose()


def test_a_question_lapses_and_is_not_put_for_ever(talk: Talk) -> None:
    for number in range(rules.MOST_ASKED):
        at = NOON + number * timedelta(minutes=5)
        recording = talk.propose(at)
        assert services.look_after(at=at + rules.ANSWER_WITHIN - timedelta(seconds=1)) == 0
        assert services.look_after(at=at + rules.ANSWER_WITHIN) == 1
        assert state(recording) == "lapsed"
        with pytest.raises(WrongState):
            talk.answer(recording, "citizen", at=at + timedelta(minutes=3))
    with pytest.raises(AskedEnough):
        talk.propose(NOON + timedelta(hours=1))


def test_who_may_ask_and_when(talk: Talk) -> None:
    with pytest.raises(NotFound):
        services.propose(consultation_id=talk.call, officer_id=talk.user("colleague").pk, by=BY, at=NOON)
    recording = talk.propose()
    with pytest.raises(RecordingUnderWay), transaction.atomic():
        talk.propose()
    with pytest.raises(NotFound):
        talk.answer(recording, "stranger")
    consultations.switch_to_chat(consultation_id=talk.call, user_id=talk.citizen.pk, by=BY, at=NOON)
    assert state(recording) == "lapsed"
    with pytest.raises(NothingToRecord):
        talk.propose()


def test_the_guide_decides_and_says_why() -> None:
    talk = build_talk("i02-move")
    with pytest.raises(NotRecorded):
        talk.propose()
    assert queries.terms_for("i02-move") is None and queries.terms_for("i99-unknown") is None
    terms = queries.terms_for("i01-card")
    assert terms is not None and (terms.why, terms.days) == ("To avoid disputes", rules.kept_days())


@pytest.mark.parametrize("who", ["colleague", "daughter"])
def test_whoever_comes_in_pauses_it_until_they_agree(talk: Talk, who: str) -> None:
    recording = talk.running()
    talk.comes(who)
    assert (state(recording), talk.document()["answers"][talk.guests[who]]) == ("paused", "open")
    talk.answer(recording, who)
    assert state(recording) == "running"
    talk.answer(recording, who, agrees=False)
    assert state(recording) == "paused"
    talk.goes(who)
    assert state(recording) == "running" and talk.guests[who] not in talk.document()["answers"]


def test_a_guest_is_asked_too_and_a_guest_s_no_ends_the_question(talk: Talk) -> None:
    talk.comes("daughter")
    recording = talk.propose()
    talk.answer(recording, "citizen")
    assert state(recording) == "asked"
    talk.answer(recording, "daughter", agrees=False)
    assert state(recording) == "refused"
    again = talk.propose()  # the citizen did not say no
    talk.answer(again, "citizen")
    talk.goes("daughter")
    assert state(again) == "running"


@pytest.mark.parametrize("how", ["concluded", "hung_up", "passed_on", "officer_lost"])
def test_it_ends_with_the_call(talk: Talk, how: str) -> None:
    recording = talk.running()
    if how == "concluded":
        consultations.conclude(
            consultation_id=talk.call, officer_id=talk.officer.pk, kind="ready", text="", by=BY, at=NOON
        )
    elif how == "hung_up":
        talk.hangs_up()
    elif how == "passed_on":
        consultations.transfer(
            consultation_id=talk.call,
            officer_id=talk.officer.pk,
            desk_id=talk.line.desks[1].pk,
            by=BY,
            at=NOON,
        )
    else:
        talk.line.sweep(60, citizens=[talk.call])
    assert state(recording) == "stopped"


class Asking(RuleBasedStateMachine):
    """Everybody does anything in any order; nothing is ever recorded of somebody who has not agreed."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.talk = build_talk()
        self.clock = 0
        self.followed = (0, {"state": "none"})

    def attempt(self, act, *arguments) -> None:
        with suppress(Refusal):
            act(*arguments)

    @rule(seconds=st.integers(1, 200))
    def time_passes(self, seconds: int) -> None:
        self.clock += seconds
        services.look_after(at=later(self.clock))

    @rule()
    def ask(self) -> None:
        if not Recording.objects.filter(state__in=("asked", "running", "paused")).exists():
            self.attempt(self.talk.propose, later(self.clock))

    @rule(
        who=st.sampled_from(["citizen", "citizen", "officer", "colleague", "daughter", "stranger"]),
        agrees=st.sampled_from([True, True, False]),
    )
    def say(self, who: str, agrees: bool) -> None:
        for recording in Recording.objects.order_by("pk").values_list("public_id", flat=True):
            self.attempt(self.talk.answer, recording, who, agrees, later(self.clock))

    @rule(who=st.sampled_from(["colleague", "daughter"]))
    def come(self, who: str) -> None:
        here = {one.user_id for one in calls.in_call(consultation_id=self.talk.call).people}
        if self.talk.user(who).pk not in here:
            self.attempt(self.talk.comes, who, later(self.clock))

    @rule(who=st.sampled_from(["colleague", "daughter"]))
    def go(self, who: str) -> None:
        if who in self.talk.guests:
            self.attempt(self.talk.goes, who, later(self.clock))

    @rule(unlikely=st.integers(0, 9))
    def hang_up(self, unlikely: int) -> None:
        if unlikely == 0:
            self.talk.hangs_up(later(self.clock))

    @invariant()
    def nobody_is_recorded_who_has_not_agreed(self) -> None:
        for row in Recording.objects.filter(state="running"):
            here = {one.party for one in calls.in_call(consultation_id=self.talk.call).people}
            agreed = set(Consent.objects.filter(recording=row, agreed=True).values_list("party", flat=True))
            assert here <= agreed and self.talk.line.state(self.talk.call) == "connected"

    @invariant()
    def it_goes_on_when_all_have_agreed(self) -> None:
        for row in Recording.objects.filter(state="paused"):
            here = {one.party for one in calls.in_call(consultation_id=self.talk.call).people}
            assert not here <= set(row.consents.filter(agreed=True).values_list("party", flat=True))

    @invariant()
    def followers_see_the_truth(self) -> None:
        topic = f"recording:{self.talk.call}"
        seq, document = self.followed
        for number, patch in live.events_after(topic, seq):
            seq, document = number, live.merge(document, patch)
        assert (seq, document) == live.snapshot(topic)
        self.followed = (seq, document)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


def test_any_order_of_questions_answers_and_guests() -> None:
    import_two_items()  # once for all the days
    bounds = settings(
        max_examples=12, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Asking, settings=bounds)
