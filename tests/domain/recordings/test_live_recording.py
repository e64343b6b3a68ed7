"""Whatever is asked, said, sent and deleted in whatever order: every page shows the truth, nobody unasked is kept."""

from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core.errors import Refusal
from tests.depth import examples
from tests.domain.recordings.doings import (
    CHOICES,
    Room,
    every_piece_is_accounted_for,
    nobody_is_recorded_who_has_not_agreed,
    topics,
)
from tests.followers import Followers

LOOK_AT_ALL = 4
NUMBER = st.integers(0, 9)
SEEN: set[str] = set()


class RecordedCalls(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.room = Room()
        self.followers = Followers(topics)
        self.steps = 0

    @rule(verb=st.sampled_from(CHOICES), number=NUMBER, other=NUMBER)
    def something_happens(self, verb: str, number: int, other: int) -> None:
        if verb == "time":
            self.room.time_passes(1 + number * 16)
        else:
            with suppress(Refusal):
                self.room.make(verb, number, other)()

    @invariant()
    def what_always_holds(self) -> None:
        nobody_is_recorded_who_has_not_agreed()
        self.steps += 1
        # What was changed without being told is seen when all are looked at.
        self.followers.look(everywhere=self.steps % LOOK_AT_ALL == 0)
        SEEN.update(document["state"] for _seq, document in self.followers.held.values())

    def teardown(self) -> None:
        try:
            self.followers.look()
            every_piece_is_accounted_for()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.timeout(300)
@pytest.mark.django_db
def test_calls_that_are_recorded_in_any_order() -> None:
    SEEN.clear()
    quick = settings(
        max_examples=examples(8),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(RecordedCalls, settings=quick)
    assert {"asked", "running", "stopped"} <= SEEN  # calls in which something is recorded
