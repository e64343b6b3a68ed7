"""Places that are kept from afar, moved up by a rule with a cap, or taken over by posts that back a line up."""

import pytest

from onetrip.core.errors import NotFound
from onetrip.core.transitions import WrongState
from onetrip.domain.consultations import queries, rules, services
from onetrip.domain.consultations.errors import CallGone, NoRoomInFront, NotCompetent
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.notifications.models import Message
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later


@pytest.fixture(autouse=True)
def phones(line):
    for number, citizen in enumerate(line.citizens):
        citizen.phone = f"1380000000{number}"
        citizen.save()


def mine(line, call, number):
    return {"consultation_id": call, "citizen_id": line.citizens[number].pk, "by": BY}


def test_who_goes_away_keeps_the_place_and_is_told_in_time(line):
    call = line.join(0)
    services.keep_place(**mine(line, call, 0), at=later(1))
    services.keep_place(**mine(line, call, 0), at=later(2))
    second = line.join(1)
    line.sweep(600, citizens=[second])  # nobody on duty, the page closed for ten minutes: nothing is lost
    assert (line.state(call), Message.objects.count()) == ("away", 0)
    assert queries.consultation(consultation_id=second, user_id=line.citizens[1].pk).place == 2
    line.on_duty(0, at=later(600))
    assert line.state(second) == "ringing"  # nobody is rung for an empty chair; the others go on
    line.sweep(610, citizens=[second], posts=[line.desks[0].pk])
    assert Message.objects.count() == 0  # the only post is busy: not yet
    line.accept(second, at=later(610))
    line.sweep(900, citizens=[second], posts=[line.desks[0].pk])
    assert Message.objects.get().template == "consultations.your_turn"
    shown = queries.consultation(consultation_id=call, user_id=line.citizens[0].pk)
    assert (shown.state, shown.called) == ("away", True)
    services.come_back(**mine(line, call, 0), at=later(901))
    third = line.join(2, at=later(901))
    services.conclude(
        consultation_id=second, officer_id=line.officers[0].pk, kind="ready", text="", by=BY, at=later(910)
    )
    services.finish_wrap_up(officer_id=line.officers[0].pk, by=BY, at=later(911))
    assert (line.state(call), line.state(third)) == ("ringing", "waiting")


def test_who_does_not_come_gives_the_place_up(line):
    call = line.join(0)
    services.keep_place(**mine(line, call, 0), at=later(1))
    line.on_duty(0, at=later(2))
    line.sweep(10, posts=[line.desks[0].pk])
    assert Message.objects.count() == 1
    line.sweep(600, posts=[line.desks[0].pk])
    assert line.state(call) == "away"
    line.sweep(611, posts=[line.desks[0].pk])
    assert (line.state(call), Message.objects.count()) == ("missed", 1)
    with pytest.raises(WrongState):
        services.come_back(**mine(line, call, 0), at=later(612))


def test_a_place_is_kept_and_moved_by_its_citizen_only(line):
    call = line.join(0)
    for service in (services.keep_place, services.come_back, services.ask_to_go_first):
        with pytest.raises(NotFound):
            service(**mine(line, call, 1), at=NOON)


def test_who_need_not_stand_long_is_put_ten_minutes_in_front(line):
    early = line.join(0, at=NOON)
    late = line.join(1, at=later(500))
    old = line.join(2, at=later(700))
    services.ask_to_go_first(**mine(line, old, 2), at=later(700))
    services.ask_to_go_first(**mine(line, old, 2), at=later(701))
    places = [
        queries.consultation(consultation_id=call, user_id=line.citizens[number].pk).place
        for number, call in ((0, early), (1, late), (2, old))
    ]
    assert places == [
        1,
        3,
        2,
    ]  # before whoever came at most ten minutes earlier, never before who waits longer


def test_at_most_one_in_three_stands_in_front(line):
    calls = [line.join(number, at=later(number)) for number in range(5)]
    services.ask_to_go_first(**mine(line, calls[4], 4), at=later(5))
    with pytest.raises(NoRoomInFront):
        services.ask_to_go_first(**mine(line, calls[3], 3), at=later(6))
    line.join(5, at=later(7))
    services.ask_to_go_first(**mine(line, calls[3], 3), at=later(8))
    order = Consultation.objects.order_by("rank").values_list("public_id", flat=True)
    assert list(order)[:3] == [calls[3], calls[4], calls[0]]
    services.leave(**mine(line, calls[0], 0), at=later(9))
    with pytest.raises(CallGone):
        services.ask_to_go_first(**mine(line, calls[0], 0), at=later(10))


@pytest.mark.parametrize(
    ("in_line", "moved_up", "may"), [(1, 0, True), (5, 1, False), (6, 1, True), (8, 2, False)]
)
def test_the_cap(in_line, moved_up, may):
    assert rules.may_move_up(in_line=in_line, moved_up=moved_up) is may


def test_a_post_helps_out_after_a_while_and_only_where_it_is_competent(line):
    desk = line.desks[0]
    desk.backs_up = ["household"]
    desk.save()
    line.on_duty(0)
    wanted, foreign = line.join(0, competence="household"), line.join(1, competence="fire")
    line.sweep(290, citizens=[wanted, foreign], posts=[desk.pk])
    assert (line.state(wanted), line.state(foreign)) == ("waiting", "waiting")
    assert queries.line_for_post(desk_id=desk.pk, at=later(290)) == []
    line.sweep(300, citizens=[wanted, foreign], posts=[desk.pk])
    assert (line.state(wanted), line.state(foreign)) == ("ringing", "waiting")
    line.sweep(3000, citizens=[wanted, foreign], posts=[desk.pk])
    assert line.state(foreign) == "waiting"
    with pytest.raises(NotCompetent):
        services.take_from_line(
            consultation_id=foreign, officer_id=line.officers[0].pk, by=BY, at=later(3000)
        )


def test_who_waits_longest_goes_first_wherever_the_post_helps_out(line):
    desk = line.desks[0]
    desk.backs_up = ["household"]
    desk.save()
    other, own = line.join(0, competence="household"), line.join(1, at=later(10))
    line.seen(later(310), other, own)
    line.on_duty(0, at=later(310))
    assert (line.state(other), line.state(own)) == ("ringing", "waiting")
