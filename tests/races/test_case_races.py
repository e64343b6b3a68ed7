"""Photographs, papers, the pre-check and drawings at the same moment: nobody waits in a circle, pages stay true."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from onetrip.domain.cases.models import Case, Still
from tests.depth import examples
from tests.domain.cases.doings import CHOICES, Desks, only_calls_ask_for_photographs, topics
from tests.followers import Followers
from tests.patience import eventually
from tests.races.test_booking_races import at_once, somebody_waits, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
AT_ONCE = 6
DESKS: list[Desks] = []


class PapersInRounds(RuleBasedStateMachine):
    """Each round the phone, the officers and the pre-check do something at the same moment.

    Refusals are answers. A deadlock would come as “busy”.
    """

    def __init__(self) -> None:
        super().__init__()
        self.desks = DESKS[0]
        self.desks.begin_anew()
        # A part of the photograph that is on its way comes twice at once: one of them is in time.
        assert "busy" not in together([self.desks.make("add_to_still", 1, 1) for _twice in range(2)])
        self.followers = Followers(lambda: topics()[-1:])
        self.followers.look()

    @rule(
        wanted=st.lists(
            st.tuples(st.sampled_from(CHOICES), st.integers(0, 9), st.integers(0, 9)),
            min_size=3,
            max_size=AT_ONCE,
        ),
        seconds=st.sampled_from((0, 9)),
    )
    def a_round(self, wanted: list[tuple[str, int, int]], seconds: int) -> None:
        self.desks.time_passes(seconds)
        refused = together([self.desks.make(*one) for one in wanted])
        assert "busy" not in refused, (wanted, refused)
        only_calls_ask_for_photographs()
        self.followers.look()


@pytest.fixture(autouse=True)
def no_jobs_left() -> Iterator[None]:
    """Jobs are no tables of Django's: they would stay behind for the next test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_papers_in_rounds(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT, settings.PRECHECK = tmp_path, True
    DESKS[:] = [Desks()]
    quick = bounds(
        max_examples=examples(5),
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(PapersInRounds, settings=quick)
    assert {"begin_still", "add_to_still", "file_paper"} <= set(DESKS[0].done)


@pytest.mark.parametrize("verb", ["begin_still", "add_to_still"])
def test_a_photograph_is_not_held_while_its_errand_is_waited_for(verb: str, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Who has the errand drops the photograph; another one is begun, or the last part comes, at the same moment."""
    settings.MEDIA_ROOT = tmp_path
    desks = Desks()
    desks.begin_anew()
    doing = desks.make(verb, 0, 1)  # another picture from the beginning, or all of the first at once
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Case.objects.select_for_update().get()
            sent = pool.submit(at_once, [doing])
            eventually(somebody_waits, what="the wait for the errand")
            Still.objects.select_for_update(nowait=True).get()
        assert sent.result()[1] == []
