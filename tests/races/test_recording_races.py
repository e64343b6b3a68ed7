"""Questions, answers, hanging up and somebody coming in, all at the same moment: nobody is recorded unasked."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from onetrip.domain.consultations import queries as calls
from onetrip.domain.recordings.models import Recording
from tests.depth import examples
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import begin, build_talk, film, send
from tests.domain.recordings.doings import (
    CHOICES,
    Room,
    every_piece_is_accounted_for,
    nobody_is_recorded_who_has_not_agreed,
    topics,
)
from tests.followers import Followers
from tests.races.test_booking_races import at_once, together

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 5
ROOM: list[Room] = []


def test_never_two_at_a_time():
    talk = build_talk()
    made, refused = at_once([talk.propose] * 8, threads=8)
    assert len(made) == 1 and set(refused) == {"recording_under_way"} and Recording.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_yes_and_somebody_who_comes_in(turn):
    talk = build_talk()
    recording = talk.propose()
    acts = [lambda: talk.answer(recording, "citizen", at=later(1)), lambda: talk.comes("daughter", later(1))]
    _results, refused = at_once(acts[:: 1 if turn % 2 else -1], threads=2)
    assert refused == []
    row = Recording.objects.get()
    here = {one.party for one in calls.in_call(consultation_id=talk.call).people}
    assert len(here) == 3 and row.state in ("asked", "paused")
    assert talk.document()["answers"][talk.guests["daughter"]] == "open"


def test_yes_no_and_hanging_up_at_once_leave_nothing_running():
    talk = build_talk()
    recording = talk.propose()
    at_once(
        [
            lambda: talk.answer(recording, "citizen", at=later(1)),
            lambda: talk.answer(recording, "officer", agrees=False, at=later(1)),
            lambda: talk.hangs_up(later(1)),
        ],
        threads=3,
    )
    assert Recording.objects.get().state in ("lapsed", "stopped")


def test_one_piece_sent_from_two_windows_is_there_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    talk = build_talk()
    recording = talk.running()
    segment = begin(talk, recording)
    taken, refused = at_once([lambda: send(talk, recording, segment, 0, film(0))] * 6, threads=6)
    assert len(taken) == 6 and refused == [] and Recording.objects.get().chunks == 1
    assert len(list((tmp_path / "recordings").iterdir())) == 1
    connection.close()


class CallsInRounds(RuleBasedStateMachine):
    """Each round several people do something about a recording at the same moment; a deadlock would come as “busy”."""

    def __init__(self) -> None:
        super().__init__()
        self.room = ROOM[0]
        self.room.next_call()
        self.followers = Followers(topics)
        self.followers.look()

    @rule(
        wanted=st.lists(
            st.tuples(st.sampled_from(CHOICES), st.integers(0, 9), st.integers(0, 9)),
            min_size=2,
            max_size=AT_ONCE,
        ),
        seconds=st.sampled_from((0, 0, 9, 130)),
    )
    def a_round(self, wanted: list[tuple[str, int, int]], seconds: int) -> None:
        self.room.time_passes(seconds)
        refused = together([self.room.make(*one) for one in wanted])
        assert "busy" not in refused, (wanted, refused)
        nobody_is_recorded_who_has_not_agreed()
        self.followers.look()

    def teardown(self) -> None:
        every_piece_is_accounted_for()


def test_recorded_calls_in_rounds(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ROOM[:] = [Room()]
    quick = bounds(
        max_examples=examples(4), stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    run_state_machine_as_test(CallsInRounds, settings=quick)
    assert {"propose", "all_agree"} <= set(ROOM[0].done)
