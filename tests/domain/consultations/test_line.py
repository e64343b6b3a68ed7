"""Who is rung, for whom, for how long, and what happens when somebody is not there."""

import pytest

from onetrip.core.errors import Invalid, NotFound
from onetrip.core.transitions import WrongState
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.errors import (
    AlreadyInLine,
    AlreadyOnDuty,
    CallGone,
    NotCompetent,
    PostTaken,
)
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later


def test_the_first_in_line_is_rung_as_soon_as_an_officer_is_there(line):
    first, second = line.join(0), line.join(1)
    assert line.state(first) == line.state(second) == "waiting"
    line.on_duty()
    assert (line.state(first), line.state(second)) == ("ringing", "waiting")
    assert line.post().state == "ringing"
    line.accept(first)
    assert (line.state(first), line.post().state) == ("connected", "in_call")


def test_the_longest_idle_post_is_rung(line):
    line.on_duty(0, at=later(0))
    line.on_duty(1, at=later(5))
    line.seen(later(6))
    line.join(at=later(6))
    assert (line.post(0).state, line.post(1).state) == ("ringing", "available")


def test_an_officer_who_does_not_answer_is_paused_and_the_next_is_rung(line):
    line.on_duty(0)
    line.on_duty(1, at=later(1))
    call = line.join(at=later(2))
    line.seen(later(20), call)
    services.ring_timed_out(consultation_id=call, rings=1, at=later(21))
    assert line.state(call) == "ringing" and line.post(0).state == "ringing"  # not yet 20 s
    services.ring_timed_out(consultation_id=call, rings=1, at=later(22))
    assert (line.post(0).state, line.post(0).pause_reason) == ("paused", "no_answer")
    assert line.post(1).state == "ringing"
    with pytest.raises(CallGone):
        line.accept(call, 0, at=later(23))
    line.accept(call, 1, at=later(23))
    services.ring_timed_out(consultation_id=call, rings=2, at=later(50))
    assert line.state(call) == "connected"


def test_passing_on_rings_the_colleague_and_keeps_the_place(line):
    line.on_duty(0)
    call = line.join()
    line.on_duty(1)
    services.pass_on(consultation_id=call, officer_id=line.officers[0].pk, by=BY, at=later(1))
    assert (line.post(0).state, line.post(1).state) == ("available", "ringing")
    services.pass_on(consultation_id=call, officer_id=line.officers[1].pk, by=BY, at=later(2))
    assert line.state(call) == "waiting"  # everybody passed: a pause before it rings again
    line.seen(later(40), call)
    line.sweep(40)
    assert line.state(call) == "ringing"


def test_a_citizen_whose_officer_drops_out_stands_at_the_front(line):
    line.on_duty(0)
    first = line.join(0)
    line.accept(first)
    second = line.join(1)
    line.sweep(30, citizens=[first, second])  # the post was silent for 30 s
    assert (line.state(first), line.post(0).state) == ("waiting", "off")
    assert queries.consultation(consultation_id=first, user_id=line.citizens[0].pk).place == 1
    assert queries.consultation(consultation_id=second, user_id=line.citizens[1].pk).place == 2
    line.on_duty(1, at=later(31))
    assert (line.state(first), line.state(second)) == ("ringing", "waiting")


def test_a_citizen_who_drops_out_keeps_the_place_for_a_minute(line):
    call = line.join()
    line.sweep(59)
    assert line.state(call) == "waiting"
    services.mark_seen(citizens=[call], at=later(59))
    line.sweep(118)
    assert line.state(call) == "waiting"
    line.sweep(119)
    assert line.state(call) == "missed"


def test_nobody_is_gone_because_the_service_was_away(line):
    """The live face was dead for half an hour: everybody gets the whole time to come back."""
    line.on_duty()
    call = line.join()
    line.accept(call)
    line.sweep(10)
    services.sweep(at=later(1800))  # still dead
    assert (line.state(call), line.post().state) == ("connected", "in_call")
    for seconds in (1801, 1811, 1821):
        services.mark_seen(at=later(seconds))
    services.sweep(at=later(1825))
    assert (line.state(call), line.post().state) == ("connected", "in_call")
    services.sweep(at=later(1826))  # 25 s after it came back, the officer's page has not
    assert (line.state(call), line.post().state) == ("waiting", "off")


def test_nobody_is_rung_for_an_empty_chair(line):
    line.join()
    line.on_duty(at=later(61))
    assert line.post().state == "available"


def test_a_call_whose_citizen_vanishes_ends_and_the_officer_may_still_conclude(line):
    line.on_duty()
    call = line.join()
    line.accept(call)
    line.sweep(61, posts=[line.desks[0].pk])
    assert (line.state(call), line.post().state) == ("interrupted", "wrap_up")
    services.conclude(
        consultation_id=call,
        officer_id=line.officers[0].pk,
        kind="ready_with",
        text="带原件",
        by=BY,
        at=later(70),
    )
    assert line.state(call) == "concluded"


def test_leaving_while_it_rings_frees_the_post_for_the_next(line):
    line.on_duty()
    first, second = line.join(0), line.join(1)
    leave = {"consultation_id": first, "citizen_id": line.citizens[0].pk, "by": BY, "at": later(1)}
    services.leave(**leave)
    services.leave(**leave)
    assert (line.state(first), line.state(second)) == ("left", "ringing")


def test_one_consultation_a_citizen_one_officer_a_post(line):
    line.join(0)
    with pytest.raises(AlreadyInLine):
        line.join(0, competence="fire")
    line.on_duty(0)
    line.on_duty(0)
    with pytest.raises(PostTaken):
        services.go_on_duty(desk_id=line.desks[0].pk, officer_id=line.officers[1].pk, by=BY, at=NOON)
    with pytest.raises(AlreadyOnDuty):
        services.go_on_duty(desk_id=line.desks[1].pk, officer_id=line.officers[0].pk, by=BY, at=NOON)


def test_a_post_takes_only_what_it_is_competent_for(line):
    line.on_duty()
    call = line.join(competence="fire")
    assert line.state(call) == "waiting"
    with pytest.raises(NotCompetent):
        services.take_from_line(consultation_id=call, officer_id=line.officers[0].pk, by=BY, at=NOON)


def test_nobody_walks_away_from_a_call(line):
    line.on_duty()
    line.accept(line.join())
    officer = line.officers[0].pk
    with pytest.raises(WrongState):
        services.pause(officer_id=officer, by=BY, at=NOON)
    with pytest.raises(WrongState):
        services.go_off_duty(officer_id=officer, by=BY, at=NOON)


def test_only_the_two_parties_see_and_say_anything(line):
    line.on_duty()
    call = line.join(0)
    line.accept(call)
    officer, citizen, stranger = line.officers[0].pk, line.citizens[0].pk, line.citizens[1].pk
    assert queries.party_of(consultation_id=call, user_id=officer) == "officer"
    assert queries.party_of(consultation_id=call, user_id=citizen) == "citizen"
    assert queries.party_of(consultation_id=call, user_id=stranger) is None
    assert queries.party_of(consultation_id=call, user_id=line.officers[1].pk) is None
    say = {"consultation_id": call, "by": BY, "at": NOON}
    assert services.send_message(text="您好", user_id=citizen, **say) == 1
    assert services.send_message(text="请出示证件", user_id=officer, **say) == 2
    with pytest.raises(NotFound):
        services.send_message(text="?", user_id=stranger, **say)
    with pytest.raises(NotFound):
        queries.consultation(consultation_id=call, user_id=stranger)
    senders = [m.sender for m in queries.consultation(consultation_id=call, user_id=officer).messages]
    assert senders == ["citizen", "officer"]


def test_the_conclusion_needs_a_reason_unless_all_is_well(line):
    line.on_duty()
    call = line.join()
    line.accept(call)
    conclude = {"consultation_id": call, "officer_id": line.officers[0].pk, "by": BY, "at": NOON}
    for kind in ("ready_with", "impossible", "nonsense"):
        with pytest.raises(Invalid):
            services.conclude(kind=kind, text=" ", **conclude)
    services.conclude(kind="ready", text="", **conclude)
    services.conclude(kind="ready", text="", **conclude)
    assert line.post().state == "wrap_up"
    services.rate(consultation_id=call, stars=5, words="", user_id=line.citizens[0].pk, by=BY, at=NOON)
