"""The decision who is rung is one statement: compared with the same rule in plain words, on any line and any posts."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.services import matching
from tests.depth import examples
from tests.domain.booking.conftest import NOON, build_citizens
from tests.domain.consultations.conftest import build_line

LINES = ("vehicle", "driving_licence", "fire")
some_lines = st.lists(st.sampled_from(LINES), unique=True, max_size=2)
a_post = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["available", "available", "in_call", "off"]),
        "own": some_lines,
        "helps": some_lines,
        "idle_s": st.integers(0, 4),
        "silent_s": st.sampled_from([0, 24, 26]),
    }
)
somebody = st.fixed_dictionaries(
    {
        "line": st.sampled_from(LINES),
        "state": st.sampled_from(["waiting", "waiting", "away"]),
        "waited_s": st.sampled_from([10, 299, 301]),
        "silent_s": st.sampled_from([0, 59, 61]),
        "passed_by": st.lists(st.integers(0, 2), unique=True, max_size=3),
        "rung_s": st.sampled_from([None, 20, 29, 31, 60]),
    }
)


def the_rule(posts, waiting, lines):
    """Who is rung next, and where: the first in rank with a post that is free for them, the longest idle of those."""
    here = [post for post in posts if post.state != "off" and NOON - post.seen_at < rules.OFFICER_AWAY]
    for row in sorted(waiting, key=lambda row: row.rank):
        if row.state != "waiting" or row.competence not in lines or NOON - row.seen_at >= rules.CITIZEN_AWAY:
            continue
        long_enough = NOON - row.joined_at >= rules.OVERFLOW_AFTER
        able = [
            post
            for post in here
            if row.competence in post.competences or (long_enough and row.competence in post.backs_up)
        ]
        everyone = all(post.pk in row.passed_by for post in able)
        if everyone and row.ring_until and NOON - (row.ring_until - rules.RING) < rules.RING_AGAIN:
            continue
        free = [
            (post.idle_since, post.pk)
            for post in able
            if post.state == "available" and (everyone or post.pk not in row.passed_by)
        ]
        if free:
            return row.pk, min(free)[1]
    return None


@pytest.mark.django_db
@settings(max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(a_post, min_size=3, max_size=3), st.lists(somebody, max_size=4), some_lines)
def test_the_statement_decides_by_the_rule(posts, people, lines):
    with transaction.atomic():
        line = build_line(posts=3, citizens=0)
        rows = [
            Post.objects.create(
                desk=desk, label=desk.label, officer=officer, competences=one["own"],
                backs_up=[word for word in one["helps"] if word not in one["own"]], state=one["state"], since=NOON,
                idle_since=NOON - timedelta(seconds=one["idle_s"]), seen_at=NOON - timedelta(seconds=one["silent_s"]),
            )
            for desk, officer, one in zip(line.desks, line.officers, posts, strict=True)
        ]  # fmt: skip
        waiting = [
            Consultation.objects.create(
                citizen=citizen, competence=one["line"], item_code="i", item_name="换证", state=one["state"],
                rank=100 - number, joined_at=NOON - timedelta(seconds=one["waited_s"]),
                seen_at=NOON - timedelta(seconds=one["silent_s"]),
                passed_by=[rows[place].pk for place in one["passed_by"]],
                ring_until=None if one["rung_s"] is None else NOON - timedelta(seconds=one["rung_s"]) + rules.RING,
            )
            for number, (citizen, one) in enumerate(zip(build_citizens(len(people)), people, strict=True))
        ]  # fmt: skip
        found = matching._next_pair(sorted(lines), busy=[], passed_over=[], at=NOON)
        assert found == the_rule(rows, waiting, lines)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_somebody_far_down_is_rung_when_nobody_before_can_be():
    """Sixty before were passed on by this post a moment ago; it rings for the sixty-first."""
    line = build_line(posts=1, citizens=61)
    line.on_duty()
    post = line.post()
    rows = [
        Consultation(
            citizen=citizen, competence="vehicle", item_code="i", item_name="换证", state="waiting", rank=number,
            joined_at=NOON, seen_at=NOON, passed_by=[post.pk] if number < 60 else [], ring_until=NOON,
        )
        for number, citizen in enumerate(line.citizens)
    ]  # fmt: skip
    Consultation.objects.bulk_create(rows)
    matching.match_line(competence="vehicle", at=NOON)
    assert line.state(rows[60].public_id) == "ringing"
