"""A day in rounds: what citizens, officers, guests and the clock do, hypothesis chooses; each round they do it at once.

Refusals are answers. A deadlock comes as “busy” after a second, and nobody is refused for that here.
"""

import pytest
from django.db.models import Q
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from onetrip.core.models import AuditEntry
from onetrip.domain.consultations import rules, services
from onetrip.domain.consultations.models import AgreedTime, CallQuality, Consultation, Guest, Post, Turn
from onetrip.domain.consultations.states import IN_LINE, LIVE
from tests.depth import examples
from tests.domain.consultations.doings import DOINGS, LINES, OFTEN, Office
from tests.domain.consultations.truths import (
    nobody_is_lost,
    nobody_is_rung_while_in_a_call,
    posts_and_calls_agree,
    topics,
)
from tests.followers import Followers
from tests.races.test_booking_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
AT_ONCE = 7
OFFICE: list[Office] = []
SERVED = Q(verb__in=["consultation.accept", "consultation.take"])
SENT_BACK = Q(verb__in=["consultation.transfer", "consultation.lose_officer"])


def empty_lines() -> None:
    """Yesterday is over: nobody waits, nobody is on duty. Hall, desks and people stay."""
    CallQuality.objects.all().delete()
    Guest.objects.all().delete()
    AgreedTime.objects.all().delete()
    Consultation.objects.all().delete()
    Post.objects.all().delete()


class Round:
    """How the lines stood before a round, to judge afterwards what was done in it."""

    def __init__(self) -> None:
        self.rows = {row.pk: row for row in Consultation.objects.filter(state__in=LIVE)}

    def in_front_of(self, rung: Consultation, touched: set[str]) -> list[int]:
        """Who stood before somebody in the line all the time, never rung, and was left alone by everybody."""
        still = Consultation.objects.filter(
            competence=rung.competence, state="waiting", rings=0, rank__lt=rung.rank
        )
        return [
            row.pk
            for row in still.exclude(public_id__in=touched)
            if row.pk in self.rows
            and self.rows[row.pk].state == "waiting"
            and self.rows[row.pk].rank == row.rank
        ]

    def moved_up(self, line: str) -> int:
        return sum(row.moved_up and row.competence == line for row in self.rows.values())

    def in_line(self, line: str) -> int:
        return sum(row.state in IN_LINE and row.competence == line for row in self.rows.values())


class DayInRounds(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        empty_lines()
        self.office = OFFICE[0]
        self.office.closed.clear()
        self.office.tokens.clear()
        self.followers = Followers(topics)

    @initialize(posts=st.integers(1, 3), citizens=st.integers(2, 6))
    def the_day_begins(self, posts: int, citizens: int) -> None:
        for number in range(posts):
            self.office.line.on_duty(number, at=self.office.now)
        for number in range(citizens):
            self.office.line.join(number, competence=LINES[number % 2], at=self.office.now)

    @rule(
        wanted=st.lists(
            st.tuples(st.sampled_from([*DOINGS, *OFTEN]), st.integers(0, 9), st.integers(0, 9)),
            min_size=3,
            max_size=AT_ONCE,
        ),
        seconds=st.integers(0, 25),
        closed=st.integers(0, 30),
    )
    def a_round(self, wanted: list[tuple[str, int, int]], seconds: int, closed: int) -> None:
        if closed < 6:
            self.office.close_or_open_a_page(closed)
        self.office.time_passes(seconds)
        before = Round()
        doings = [self.office.make(*one) for one in wanted]
        touched = {str(doing.args[2].get("consultation_id", "")) for doing in doings}  # type: ignore[attr-defined]
        refused = together(doings)
        assert "busy" not in refused, (wanted, refused)
        self._nothing_is_broken()
        self._the_order_is_fair(before, touched, joined=len(wanted))
        services.sweep(at=self.office.now)
        self._nothing_is_broken()
        self._nobody_stands_beside_a_free_post()

    def _nothing_is_broken(self) -> None:
        posts_and_calls_agree()
        nobody_is_rung_while_in_a_call()
        nobody_is_lost()
        self.followers.look()
        for row in Consultation.objects.all():
            entries = AuditEntry.objects.filter(subject=f"consultation:{row.public_id}")
            served, sent_back = entries.filter(SERVED).count(), entries.filter(SENT_BACK).count()
            assert served <= 1 + sent_back, f"{row.public_id} was served {served} times"
        open_turns = set(Turn.objects.filter(ended_at__isnull=True).values_list("post__state", flat=True))
        assert open_turns <= {"in_call", "wrap_up"}

    def _the_order_is_fair(self, before: Round, touched: set[str], *, joined: int) -> None:
        for row in Consultation.objects.filter(state__in=("ringing", "connected"), rings__gt=0):
            rung_now = row.pk not in before.rows or before.rows[row.pk].rings < row.rings
            assert not rung_now or not before.in_front_of(row, touched)
        for line in LINES:
            moved = Consultation.objects.filter(competence=line, moved_up=True, state__in=LIVE).count()
            most = max(1, (before.in_line(line) + joined) // 3)
            assert moved - before.moved_up(line) <= most

    def _nobody_stands_beside_a_free_post(self) -> None:
        now = self.office.now
        waiting = Consultation.objects.filter(
            state="waiting", rings=0, seen_at__gt=now - rules.CITIZEN_AWAY, wanted_post__isnull=True
        )
        for line in waiting.values_list("competence", flat=True):
            able = Post.objects.filter(
                competences__contains=[line], state="available", seen_at__gt=now - rules.OFFICER_AWAY
            )
            assert not able.exists()


def test_a_day_in_rounds(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path
    OFFICE[:] = [Office(posts=3, citizens=9)]
    limits = bounds(
        max_examples=examples(5),
        stateful_step_count=9,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(DayInRounds, settings=limits)
    assert {"join", "accept"} <= set(OFFICE[0].done)
