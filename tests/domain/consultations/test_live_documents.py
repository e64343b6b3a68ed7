"""Snapshot + events = fresh snapshot, whatever happens in whatever order."""

from collections import Counter
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onetrip.core.errors import Refusal
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post
from tests.depth import examples
from tests.domain.consultations.doings import DOINGS, OFTEN, Office
from tests.domain.consultations.truths import (
    nobody_is_lost,
    nobody_is_rung_while_in_a_call,
    posts_and_calls_agree,
    topics,
)
from tests.followers import Followers

NUMBER = st.integers(0, 9)
DONE: Counter[str] = Counter()
OTHERWISE = ("time", "time", "page")
LOOK_AT_ALL = 5


class LineDay(RuleBasedStateMachine):
    """Citizens, officers and guests do anything at any time; every follower's document stays true."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.office = Office(posts=2, citizens=4)
        self.followers = Followers(topics)
        self.rung = set()
        self.steps = 0

    @initialize(posts=st.integers(0, 2))
    def the_day_begins(self, posts):
        for number in range(posts):
            self.office.line.on_duty(number)

    @rule(verb=st.sampled_from([*DOINGS, *OFTEN, *OTHERWISE]), number=NUMBER, other=NUMBER)
    def something_happens(self, verb, number, other):
        """One rule for everything: of several, hypothesis would leave some out of each day."""
        if verb == "time":
            self.office.time_passes(1 + number * 4)
        elif verb == "page":
            self.office.close_or_open_a_page(number)
        else:
            with suppress(Refusal):
                self.office.make(verb, number, other)()
        if verb == "sweep":
            self.nobody_stands_beside_a_free_post()

    def nobody_stands_beside_a_free_post(self):
        there = self.office.now - rules.OFFICER_AWAY
        for competence in self.in_line().values_list("competence", flat=True):
            able = Post.objects.filter(
                competences__contains=[competence], state="available", seen_at__gt=there
            )
            assert not able.exists()

    @invariant()
    def followers_see_the_truth(self):
        self.steps += 1
        # What was changed without being told is seen when all are looked at.
        self.followers.look(everywhere=self.steps % LOOK_AT_ALL == 0)

    @invariant()
    def what_always_holds(self):
        posts_and_calls_agree()
        nobody_is_rung_while_in_a_call()
        nobody_is_lost()

    def in_line(self):
        """Who stands there with the page open and was never rung."""
        seen = self.office.now - rules.CITIZEN_AWAY
        return Consultation.objects.filter(state="waiting", rings=0, seen_at__gt=seen)

    @invariant()
    def the_first_is_rung_first(self):
        ringing = list(Consultation.objects.filter(state="ringing"))
        for row in ringing:
            if (row.pk, row.rings) not in self.rung:
                assert not self.in_line().filter(competence=row.competence, rank__lt=row.rank).exists()
        self.rung |= {(row.pk, row.rings) for row in ringing}

    def teardown(self):
        DONE.update(self.office.done)
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_day_in_the_line(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    DONE.clear()
    run_state_machine_as_test(
        LineDay,
        settings=bounds(
            max_examples=examples(10),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"join", "accept"} <= set(DONE)  # days in which something happens
