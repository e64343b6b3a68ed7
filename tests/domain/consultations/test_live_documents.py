"""Snapshot + events = fresh snapshot, whatever happens in whatever order."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core import live
from onetrip.core.errors import Refusal
from onetrip.domain.consultations import rules, services
from onetrip.domain.consultations.models import Consultation, Guest, Post
from onetrip.domain.consultations.states import LIVE
from tests.domain.booking.conftest import BY
from tests.domain.consultations.conftest import build_line, later


class LineDay(RuleBasedStateMachine):
    """Citizens and officers do anything at any time; every follower's document stays true."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.line = build_line(posts=2, citizens=4)
        self.clock = 0
        self.calls = []
        self.guests = []
        self.tokens = []
        self.followed = {}
        self.rung = set()

    def attempt(self, service, **arguments):
        try:
            return service(by=BY, at=later(self.clock), **arguments)
        except Refusal:
            return None

    def call(self, number):
        return self.calls[number % len(self.calls)] if self.calls else "0" * 16

    def officer(self, number):
        return self.line.officers[number].pk

    @rule(seconds=st.integers(1, 40))
    def time_passes(self, seconds):
        for _second in range(seconds):
            self.clock += 1
            if self.clock % 10 == 0:
                services.mark_seen(at=later(self.clock))  # the live face looks out all the time

    @rule()
    def sweep(self):
        """After it nobody who was never rung stands beside a free post that could help."""
        services.sweep(at=later(self.clock))
        there = later(self.clock) - rules.OFFICER_AWAY
        for competence in self.in_line().values_list("competence", flat=True):
            able = Post.objects.filter(
                competences__contains=[competence], state="available", seen_at__gt=there
            )
            assert not able.exists()

    @rule(posts=st.lists(st.integers(0, 1)), count=st.integers(0, 4))
    def pages_report(self, posts, count):
        services.mark_seen(
            citizens=self.calls[-count:], posts=[self.line.desks[n].pk for n in posts], at=later(self.clock)
        )

    @rule(citizen=st.integers(0, 3), competence=st.sampled_from(["vehicle", "driving_licence"]))
    def join(self, citizen, competence):
        made = self.attempt(
            services.join_line,
            citizen_id=self.line.citizens[citizen].pk,
            competence=competence,
            item_code="i40",
            item_name="换证",
        )
        if made:
            self.calls.append(made)

    @rule(officer=st.integers(0, 1), desk=st.integers(0, 1))
    def on_duty(self, officer, desk):
        self.attempt(services.go_on_duty, desk_id=self.line.desks[desk].pk, officer_id=self.officer(officer))

    @rule(
        officer=st.integers(0, 1), verb=st.sampled_from(["pause", "resume", "finish_wrap_up", "go_off_duty"])
    )
    def duty(self, officer, verb):
        self.attempt(getattr(services, verb), officer_id=self.officer(officer))

    @rule(
        officer=st.integers(0, 1),
        number=st.integers(0, 9),
        verb=st.sampled_from(["accept", "pass_on", "take"]),
    )
    def answer(self, officer, number, verb):
        service = services.take_from_line if verb == "take" else getattr(services, verb)
        self.attempt(service, consultation_id=self.call(number), officer_id=self.officer(officer))

    @rule(officer=st.integers(0, 1), number=st.integers(0, 9))
    def conclude(self, officer, number):
        self.attempt(
            services.conclude,
            consultation_id=self.call(number),
            officer_id=self.officer(officer),
            kind="ready",
            text="",
        )

    @rule(
        officer=st.integers(0, 1),
        number=st.integers(0, 9),
        where=st.sampled_from(["vehicle", "driving_licence", 0, 1]),
    )
    def pass_the_call_on(self, officer, number, where):
        target = {"competence": where} if isinstance(where, str) else {"desk_id": self.line.desks[where].pk}
        self.attempt(
            services.transfer, consultation_id=self.call(number), officer_id=self.officer(officer), **target
        )

    @rule(officer=st.integers(0, 1), number=st.integers(0, 9), kind=st.sampled_from(["staff", "family"]))
    def invite(self, officer, number, kind):
        call = {"consultation_id": self.call(number)}
        if kind == "staff":
            other = self.line.desks[1 - officer].pk
            made = self.attempt(
                services.invite_colleague, desk_id=other, officer_id=self.officer(officer), **call
            )
        else:
            citizen = self.line.citizens[number % 4].pk
            made = self.attempt(services.invite_family, name="女儿", citizen_id=citizen, **call)
        if made:
            self.guests.append(made if kind == "staff" else made[0])
            if kind == "family":
                self.tokens.append(made[1])

    @rule(
        number=st.integers(0, 9),
        who=st.integers(0, 3),
        verb=st.sampled_from(["come", "come", "leave", "away"]),
    )
    def company(self, number, who, verb):
        guest = self.guests[number % len(self.guests)] if self.guests else "0" * 16
        users = [user.pk for user in (*self.line.officers, *self.line.citizens[:2])]
        if verb == "come":
            self.attempt(services.join_as_colleague, guest_id=guest, user_id=users[who])
            if self.tokens:
                token = self.tokens[number % len(self.tokens)]
                self.attempt(services.join_as_family, token=token, user_id=self.line.citizens[3].pk)
        else:
            service = services.leave_company if verb == "leave" else services.send_away
            self.attempt(service, guest_id=guest, user_id=users[who])

    @rule(number=st.integers(0, 9), officer=st.integers(0, 1))
    def talk(self, number, officer):
        self.attempt(
            services.send_message,
            consultation_id=self.call(number),
            text="您好",
            user_id=self.officer(officer),
        )

    @rule(number=st.integers(0, 9), citizen=st.integers(0, 3))
    def leave(self, number, citizen):
        self.attempt(
            services.leave, consultation_id=self.call(number), citizen_id=self.line.citizens[citizen].pk
        )

    @rule(
        number=st.integers(0, 9),
        citizen=st.integers(0, 3),
        verb=st.sampled_from(["keep_place", "come_back", "ask_to_go_first"]),
    )
    def place(self, number, citizen, verb):
        self.attempt(
            getattr(services, verb),
            consultation_id=self.call(number),
            citizen_id=self.line.citizens[citizen].pk,
        )

    @rule(number=st.integers(0, 9), citizen=st.integers(0, 3))
    def leave_it_with_us(self, number, citizen):
        self.attempt(
            services.leave_with_us,
            consultation_id=self.call(number),
            citizen_id=self.line.citizens[citizen].pk,
            text="?",
        )

    def topics(self):
        posts = [f"post:{desk}" for desk in Post.objects.values_list("desk_id", flat=True)]
        calls = [f"consultation:{call}" for call in self.calls]
        guests = [f"guest:{guest}" for guest in self.guests]
        return ["line:vehicle", "line:driving_licence", *posts, *calls, *guests]

    @invariant()
    def followers_see_the_truth(self):
        for topic in self.topics():
            fresh = live.snapshot(topic)
            if topic in self.followed:
                seq, document = self.followed[topic]
                for number, patch in live.events_after(topic, seq):
                    seq, document = number, live.merge(document, patch)
                assert (seq, document) == fresh, topic
            self.followed[topic] = fresh

    @invariant()
    def posts_and_calls_agree(self):
        for post in Post.objects.all():
            states = set(
                post.consultations.filter(state__in=["ringing", "connected"]).values_list("state", flat=True)
            )
            assert states == {"ringing": {"ringing"}, "in_call": {"connected"}}.get(post.state, set())
        assert Consultation.objects.filter(state__in=("waiting", "away"), officer__isnull=False).count() == 0

    def in_line(self):
        """Who stands there with the page open and was never rung."""
        seen = later(self.clock) - rules.CITIZEN_AWAY
        return Consultation.objects.filter(state="waiting", rings=0, seen_at__gt=seen)

    @invariant()
    def nobody_is_rung_while_in_a_call(self):
        """Neither in one of their own nor in a colleague's; and no more than four are in any."""
        for guest in Guest.objects.filter(state="here"):
            assert guest.consultation.state in (("connected",) if guest.kind != "family" else LIVE)
            assert not Post.objects.filter(
                officer_id=guest.user_id, state__in=("ringing", "in_call")
            ).exists()
            assert guest.consultation.guests.exclude(state="gone").count() <= 2

    @invariant()
    def nobody_is_lost(self):
        states = set(Consultation.objects.filter(ended_at__isnull=True).values_list("state", flat=True))
        assert states <= {"waiting", "away", "letter", "ringing", "connected"}

    @invariant()
    def the_first_is_rung_first(self):
        ringing = list(Consultation.objects.filter(state="ringing"))
        for row in ringing:
            if (row.pk, row.rings) not in self.rung:
                assert not self.in_line().filter(competence=row.competence, rank__lt=row.rank).exists()
        self.rung |= {(row.pk, row.rings) for row in ringing}

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_a_day_in_the_line():
    bounds = settings(
        max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(LineDay, settings=bounds)
