"""Exactly one officer claims a call, and whoever joins and whoever gets free find each other."""

import pytest

from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import Consultation, Post
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line, later
from tests.races.test_booking_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_officers_reach_for_one_call():
    line = build_line()
    for number in (0, 1):
        line.on_duty(number)
        services.pause(officer_id=line.officers[number].pk, by=BY, at=NOON)
    call = line.join()
    for number in (0, 1):
        Post.objects.filter(desk=line.desks[number]).update(state="available")
    take = [
        lambda officer=officer: services.take_from_line(
            consultation_id=call, officer_id=officer.pk, by=BY, at=NOON
        )
        for officer in line.officers * 5
    ]
    results, _refused = at_once(take)
    assert len(results) == 1
    assert Consultation.objects.get().state == "connected"
    assert Post.objects.filter(state="in_call").count() == 1


def test_an_answer_and_the_end_of_the_ring_at_the_same_moment():
    line = build_line()
    line.on_duty(0)
    call = line.join()
    at = later(20)
    _results, refused = at_once(
        [
            lambda: services.ring_timed_out(consultation_id=call, rings=1, at=at),
            lambda: services.accept(consultation_id=call, officer_id=line.officers[0].pk, by=BY, at=at),
        ]
    )
    state, post = Consultation.objects.get().state, line.post().state
    assert (state, post) in {("connected", "in_call"), ("waiting", "paused")}
    assert len(refused) == (state == "waiting")


def test_whoever_joins_and_whoever_comes_on_duty_find_each_other():
    line = build_line(posts=6, citizens=6)
    joins = [lambda n=n: line.join(n, competence=["vehicle", "driving_licence"][n % 2]) for n in range(6)]
    duties = [lambda n=n: line.on_duty(n) for n in range(6)]
    _results, refused = at_once(
        [call for pair in zip(joins, duties, strict=True) for call in pair], threads=12
    )
    assert refused == []
    assert Consultation.objects.filter(state="ringing").count() == 6
    assert len(set(Consultation.objects.values_list("post_id", flat=True))) == 6


def test_a_citizen_taps_ten_times():
    line = build_line()
    results, refused = at_once([line.join] * 10)
    assert (len(results), set(refused)) == (1, {"already_in_line"})
