"""Papers, photographs and drawings in any order: every page that follows the errand shows what a fresh page shows."""

from collections import Counter
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core.errors import Refusal
from tests.depth import examples
from tests.domain.cases.doings import CHOICES, Desks, only_calls_ask_for_photographs, topics
from tests.followers import Followers

NUMBER = st.integers(0, 9)
DONE: Counter[str] = Counter()
LOOK_AT_ALL = 3


class PapersInCall(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.desks = Desks()
        self.desks.begin_anew()
        self.followers = Followers(topics)
        self.followers.look()
        self.steps = 0

    @rule(verb=st.sampled_from(CHOICES), number=NUMBER, other=NUMBER)
    def something_happens(self, verb: str, number: int, other: int) -> None:
        if verb == "time":
            self.desks.time_passes(1 + number * 9)
        else:
            with suppress(Refusal):
                self.desks.make(verb, number, other)()

    @invariant()
    def what_always_holds(self) -> None:
        self.steps += 1
        # What was changed without being told is seen when all are looked at.
        self.followers.look(everywhere=self.steps % LOOK_AT_ALL == 0)
        only_calls_ask_for_photographs()

    def teardown(self) -> None:
        try:
            self.followers.look()
        finally:
            DONE.update(self.desks.done)
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.timeout(300)
@pytest.mark.django_db
def test_the_papers_of_an_errand_in_any_order(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT, settings.PRECHECK = tmp_path, True
    DONE.clear()
    wanted = {"begin_still", "add_to_still", "mark_paper", "judge"}
    quick = bounds(
        max_examples=examples(8), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    for _round in range(4):  # seldom, eight orders leave one of them out
        run_state_machine_as_test(PapersInCall, settings=quick)
        if wanted <= set(DONE):
            break
    assert wanted <= set(DONE)
