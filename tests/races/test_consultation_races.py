"""Exactly one officer claims a call, and whoever joins and whoever gets free find each other."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from onetrip.core.errors import Refusal
from onetrip.core.models import AuditEntry
from onetrip.core.unit import unit_of_work
from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import Consultation, Guest, Post, Turn
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line, later
from tests.domain.consultations.truths import topics
from tests.followers import Followers
from tests.patience import eventually
from tests.races.test_booking_races import at_once, somebody_waits

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


def test_who_reaches_for_the_next_while_the_call_ends_does_not_stop_its_end():
    """The end has written the call and wants the post; whoever has the post must not wait for the call."""
    line = build_line(posts=2, citizens=2)
    line.on_duty(0)
    line.accept(line.join(0))
    other = line.join(1)
    officer = line.officers[0].pk

    def reach() -> None:
        services.take_from_line(consultation_id=other, officer_id=officer, by=BY, at=NOON)

    with transaction.atomic():
        Consultation.objects.filter(state="connected").update(state="concluded")
        assert at_once([reach])[1] == ["wrong_state"]
        assert Post.objects.select_for_update(nowait=True).get(officer_id=officer).state == "in_call"


def test_turns_that_end_at_the_same_moment_are_all_in_the_pace():
    line = build_line(posts=2, citizens=2)
    for number in (0, 1):
        line.on_duty(number)
    pages = Followers(topics)
    for number in (0, 1):
        line.accept(line.join(number), number)
    for row in Consultation.objects.all():
        services.conclude(
            consultation_id=row.public_id,
            officer_id=row.officer_id or 0,
            kind="ready",
            text="",
            by=BY,
            at=later(60),
        )
    # Enough turns to say how long they take.
    spans = {"competence": "vehicle", "began_at": NOON, "notes_at": later(10), "ended_at": later(20)}
    Turn.objects.bulk_create(Turn(post=line.post(), **spans) for _earlier in range(7))
    pages.look()
    done = [
        partial(services.finish_wrap_up, officer_id=officer.pk, by=BY, at=later(90 + 300 * number))
        for number, officer in enumerate(line.officers[:2])
    ]
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            done[0]()
            other = pool.submit(at_once, done[1:])
            eventually(somebody_waits, what="the other's wait for the line")
        assert other.result() == ([None], [])
    pages.look()


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


def test_a_crowd_and_its_officers_all_at_once():
    """Chance says what each does; they do it at the same time, and then the day is brought to its end."""
    line = build_line(posts=3, citizens=12)
    for number in range(3):
        line.on_duty(number)
    dice = random.Random(20261124)
    results, refused = at_once([partial(_citizen, line, number, dice.random()) for number in range(12)]
                               + [partial(_officer, line, number % 3, dice.random()) for number in range(9)],
                               threads=12)  # fmt: skip
    assert len(results) + len(refused) == 21
    for _round in range(40):
        for number in range(3):
            _officer(line, number, 0.9)
        services.mark_seen(
            citizens=list(Consultation.objects.values_list("public_id", flat=True)),
            posts=[desk.pk for desk in line.desks],
            at=NOON,
        )
        services.sweep(at=NOON)
    states = sorted(Consultation.objects.values_list("state", flat=True))
    assert len(states) == 12 and set(states) <= {"concluded", "left", "away"}  # nobody lost
    ended = Consultation.objects.filter(state="concluded")
    assert Turn.objects.count() == ended.count() > 0  # nobody served twice, no turn without its call
    assert set(Post.objects.values_list("state", flat=True)) <= {"available", "wrap_up"}
    heads = AuditEntry.objects.filter(verb="consultation.accept").values_list("subject", flat=True)
    assert len(heads) == len(set(heads)) == ended.count()


def _citizen(line, number, chance):
    call = line.join(number)
    mine = {"consultation_id": call, "citizen_id": line.citizens[number].pk, "by": BY, "at": NOON}
    if chance < 0.3:
        _try(services.ask_to_go_first, **mine)
    elif chance < 0.45:
        _try(services.keep_place, **mine)
        _try(services.come_back, **mine)
    elif chance < 0.6:
        _try(services.leave, **mine)


def _officer(line, number, chance):
    """Do the next thing that lies on the desk, as its officer would."""
    officer = {"officer_id": line.officers[number].pk, "by": BY, "at": NOON}
    row = Consultation.objects.filter(
        officer_id=officer["officer_id"], state__in=("ringing", "connected")
    ).first()
    if row is None:
        _try(services.finish_wrap_up, **officer)
    elif row.state == "ringing":
        answer = services.pass_on if chance < 0.3 else services.accept
        _try(answer, consultation_id=row.public_id, **officer)
    else:
        _try(services.conclude, consultation_id=row.public_id, kind="ready", text="", **officer)


def _try(service, **arguments):
    with suppress(Refusal):
        service(**arguments)


def test_a_guest_leaves_while_the_page_of_their_own_post_is_found_gone():
    """One way locks the call, its guest, then the guest's post; the other must not come the other way round."""
    line = build_line(posts=2, citizens=1)
    line.on_duty(0)
    call = line.join()
    line.accept(call)
    gone, at = line.officers[1].pk, later(60)
    for _round in range(6):
        line.on_duty(1)
        guest = services.invite_colleague(
            consultation_id=call, desk_id=line.desks[1].pk, officer_id=line.officers[0].pk, by=BY, at=NOON
        )
        services.join_as_colleague(guest_id=guest, user_id=gone, by=BY, at=NOON)
        for second in range(0, 61, 10):
            services.mark_seen(citizens=[call], posts=[line.desks[0].pk], guests=[guest], at=later(second))
        _results, refused = at_once(
            [
                partial(services.leave_company, guest_id=guest, user_id=gone, by=BY, at=at),
                partial(services.sweep, at=at),
                partial(services.leave_company, guest_id=guest, user_id=gone, by=BY, at=at),
                partial(services.sweep, at=at),
            ]
        )
        assert refused == []
        assert (Guest.objects.get(public_id=guest).state, line.post(1).state) == ("gone", "off")
        assert line.post(0).state == "in_call"
