"""Nothing is recorded before everybody who is there has said yes, and a no ends it at any moment."""

from datetime import timedelta

import pytest
from django.db import transaction

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.core.transitions import WrongState
from onetrip.domain.consultations import services as consultations
from onetrip.domain.recordings import queries, rules, services
from onetrip.domain.recordings.errors import (
    AskedEnough,
    NothingToRecord,
    NotRecorded,
    RecordingUnderWay,
)
from onetrip.domain.recordings.models import Recording
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import Talk, build_talk, state

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


@pytest.mark.parametrize("who", ["colleague", "daughter"])
def test_a_guest_s_no_holds_the_question_up_until_they_agree_after_all(talk: Talk, who: str) -> None:
    talk.comes(who)
    recording = talk.propose()
    talk.answer(recording, who, agrees=False)
    talk.answer(recording, "citizen")
    asked = talk.document()
    assert (asked["state"], asked["answers"][talk.guests[who]], asked["declined"]) == ("asked", "no", True)
    talk.answer(recording, who)
    assert state(recording) == "running" and "declined" not in talk.document()
    talk.answer(recording, who, agrees=False)
    assert (state(recording), talk.document()["declined"]) == ("paused", True)
    talk.answer(recording, who)
    assert state(recording) == "running"


def test_a_question_that_a_guest_holds_up_is_settled_when_they_go_or_lapses(talk: Talk) -> None:
    talk.comes("daughter")
    recording = talk.propose()
    talk.answer(recording, "daughter", agrees=False)
    assert services.look_after(at=NOON + rules.ANSWER_WITHIN) == 1
    assert state(recording) == "lapsed"
    again = talk.propose()  # the citizen did not say no
    talk.answer(again, "citizen")
    talk.answer(again, "daughter", agrees=False)
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


def test_an_earlier_recording_s_end_does_not_hide_the_next_question(talk: Talk) -> None:
    first = talk.running()
    talk.answer(first, "officer", agrees=False, at=later(9))
    second = talk.propose(later(10))
    services.finish(recording_id=first, officer_id=talk.officer.pk, by=BY, at=later(11))
    services.erase(recording_id=first, citizen_id=talk.citizen.pk, by=BY, at=later(12))
    assert state(first) == "erased"
    seq, document = live.snapshot(f"recording:{talk.call}")
    assert (document["state"], document["id"]) == ("asked", second)
    (*_before, (number, patch)) = live.events_after(f"recording:{talk.call}", 0) or []
    assert (number, patch["state"], patch["id"]) == (seq, "asked", second)


def test_pages_see_that_it_was_deleted(talk: Talk) -> None:
    recording = talk.running()
    talk.answer(recording, "officer", agrees=False, at=later(9))
    services.erase(recording_id=recording, citizen_id=talk.citizen.pk, by=BY, at=later(12))
    (*_before, (_number, patch)) = live.events_after(f"recording:{talk.call}", 0) or []
    assert patch["state"] == "erased"
