"""One line for those who booked, those who walk in and those who stand less long; pauses, help, another line."""

import heapq
import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed
from onetrip.core.transitions import WrongState
from onetrip.domain.booking import queries, rules, services
from onetrip.domain.booking.errors import DeskCannotServe, DeskPaused, RuleInvalid
from onetrip.domain.booking.models import Ticket
from tests.domain.booking.conftest import BY, NOON

minutes = st.integers(0, 240).map(lambda number: timedelta(minutes=number))


def walk_in(hall, *, at=NOON, competence="vehicle"):
    return services.take_ticket(
        venue_code=hall.venue.code, competence=competence, item_code="i40", item_name="换证", by=BY, at=at
    )


def call(hall, desk=0, *, at=NOON):
    return services.call_next(desk_id=hall.desks[desk].pk, by=BY, at=at)


@given(first=minutes, later=minutes, booked=st.none() | minutes, priority=st.booleans())
def test_nobody_is_overtaken_by_who_comes_later_than_the_largest_head_start(first, later, booked, priority):
    """Whoever you are, a walk-in who came that much earlier is called before you: no class can starve."""
    waiting = rules.line_rank(arrived_at=NOON + first, slot_starts_at=None)
    came = NOON + first + rules.MOST_AHEAD + later
    slot = None if booked is None else NOON + booked
    merge = rules.Merge(rules.MOST_AHEAD, rules.MOST_AHEAD, timedelta(minutes=15))
    newcomer = rules.line_rank(arrived_at=came, slot_starts_at=slot, priority=priority, merge=merge)
    if slot is None or slot >= came - merge.late_after:
        assert newcomer >= waiting - merge.late_after


@given(arrived=minutes, booked=minutes)
def test_who_comes_early_gains_nothing_and_who_is_late_joins_as_a_walk_in(arrived, booked):
    rank = rules.line_rank(arrived_at=NOON + arrived, slot_starts_at=NOON + booked)
    late = arrived > booked + rules.LATE_AFTER
    assert rank == (NOON + arrived if late else NOON + booked - rules.HEAD_START)


@given(arrived=minutes, booked=st.none() | minutes)
def test_priority_never_makes_anybody_wait_longer(arrived, booked):
    about = {"arrived_at": NOON + arrived, "slot_starts_at": None if booked is None else NOON + booked}
    assert rules.line_rank(priority=True, **about) <= rules.line_rank(**about)


def simulated_waits(*, desks, service_min, arrivals):
    """Serve by rank; return the minutes that each waited, by class. `arrivals`: (minute, class, rank)."""
    free = [0.0] * desks
    heapq.heapify(free)
    ahead, line, waits = sorted(arrivals), [], {}
    while ahead or line:
        at = heapq.heappop(free)
        if not line and ahead and ahead[0][0] > at:
            at = ahead[0][0]
        while ahead and ahead[0][0] <= at:
            came, kind, rank = ahead.pop(0)
            heapq.heappush(line, (rank, came, kind))
        _rank, came, kind = heapq.heappop(line)
        waits.setdefault(kind, []).append(at - came)
        heapq.heappush(free, at + service_min)
    return waits


def test_on_a_full_day_no_class_waits_much_longer_than_another():
    """300 visitors, 12 desks at 95 % load: a third booked, a tenth with priority, the rest walk in."""
    dice, arrivals = random.Random(7), []
    for number in range(300):
        came = dice.uniform(0, 300)
        kind = "booked" if number % 3 == 0 else "priority" if number % 10 == 1 else "walk_in"
        at = NOON + timedelta(minutes=came)
        slot = at + timedelta(minutes=dice.uniform(0, 15)) if kind == "booked" else None
        rank = rules.line_rank(arrived_at=at, slot_starts_at=slot, priority=kind == "priority")
        arrivals.append((came, kind, rank))
    waits = simulated_waits(desks=12, service_min=11.4, arrivals=arrivals)
    worst = {kind: max(times) for kind, times in waits.items()}
    assert worst["walk_in"] <= max(worst["booked"], worst["priority"]) + 30
    assert sum(waits["priority"]) / len(waits["priority"]) <= sum(waits["walk_in"]) / len(waits["walk_in"])


def test_priority_moves_forward_by_the_halls_own_minutes(hall):
    first = walk_in(hall)
    second = walk_in(hall, at=NOON + timedelta(minutes=20))
    third = walk_in(hall, at=NOON + timedelta(minutes=45))
    for ticket_id in (second, third):
        for _twice in range(2):
            services.give_priority(ticket_id=ticket_id, by=BY, at=NOON + timedelta(minutes=46))
    called = []
    for desk in (0, 1):
        called.append(call(hall, desk, at=NOON + timedelta(minutes=50)))
    assert called == [second, first]
    with pytest.raises(WrongState):
        services.give_priority(ticket_id=first, by=BY, at=NOON)


def test_a_lead_sets_the_rule_within_its_cap(hall):
    about = {"venue_code": "hall-1", "late_after_min": 15, "by": BY, "at": NOON}
    services.set_hall_rule(booked_ahead_min=0, priority_ahead_min=5, **about)
    assert queries.hall_rule("hall-1").priority_ahead_min == 5
    with pytest.raises(RuleInvalid):
        services.set_hall_rule(booked_ahead_min=61, priority_ahead_min=5, **about)
    with pytest.raises(NotAllowed):
        services.set_hall_rule(
            booked_ahead_min=0, priority_ahead_min=5, **{**about, "by": Actor("citizen", "0" * 16)}
        )


def test_a_number_goes_to_another_line_and_keeps_its_place(hall):
    ticket_id, other = (
        walk_in(hall),
        walk_in(hall, competence="driving_licence", at=NOON + timedelta(minutes=1)),
    )
    assert call(hall) == ticket_id
    about = {"ticket_id": ticket_id, "desk_id": hall.desks[0].pk, "by": BY, "at": NOON}
    with pytest.raises(DeskCannotServe):
        services.transfer_ticket(competence="fire", **about)
    services.transfer_ticket(competence="driving_licence", **about)
    moved = Ticket.objects.get(public_id=ticket_id)
    assert (moved.competence, moved.state, moved.desk) == ("driving_licence", "waiting", None)
    assert [call(hall, desk, at=NOON + timedelta(minutes=2)) for desk in (0, 1)] == [ticket_id, other]


def test_a_window_that_pauses_calls_nobody_and_the_hall_sees_it(hall):
    walk_in(hall)
    about = {"desk_id": hall.desks[0].pk, "by": BY, "at": NOON}
    services.pause_window(**about)
    services.call_for_help(**about)
    with pytest.raises(DeskPaused):
        call(hall)
    (says,) = queries.windows_that_say("hall-1")
    assert (says.paused_since, says.help_since) == (NOON, NOON)
    document = queries.hall_document("hall-1")
    assert document["windows"][str(hall.desks[0].pk)] == {"desk": "1号窗口", "paused": True, "help": True}
    services.resume_window(**about)
    services.end_help(**about)
    assert not queries.windows_that_say("hall-1") and not queries.hall_document("hall-1")["windows"]
    assert call(hall)


def test_who_waits_is_told_how_long(hall):
    tickets = [walk_in(hall, at=NOON + timedelta(seconds=number)) for number in range(5)]
    assert queries.ticket(ticket_id=tickets[0], at=NOON).expected_wait_s == 0
    assert queries.ticket(ticket_id=tickets[4], at=NOON).expected_wait_s == 4 * 600
