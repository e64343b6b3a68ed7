"""Who else is in a call: asked, seen by everybody, sent away; never more than four, and nobody rung meanwhile."""

import pytest

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.errors import (
    CallFull,
    CallGone,
    ColleagueBusy,
    Empty,
    HelpsElsewhere,
    InvitationGone,
)
from onetrip.domain.consultations.models import Guest
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line, later


@pytest.fixture
def talk(db):
    """Post 0 talks to the first citizen; post 1 and 2 are free."""
    line = build_line(posts=3, citizens=6)
    line.on_duty(0)
    line.call = line.join(0)
    line.accept(line.call)
    for number in (1, 2):
        line.on_duty(number)
    return line


def invite(line, number=1, at=NOON):
    return services.invite_colleague(
        consultation_id=line.call, desk_id=line.desks[number].pk, officer_id=line.officers[0].pk, by=BY, at=at
    )


def join(line, guest, number=1, at=NOON):
    services.join_as_colleague(guest_id=guest, user_id=line.officers[number].pk, by=BY, at=at)


def by_link(line, at=NOON):
    return services.invite_family(
        consultation_id=line.call, name="女儿", citizen_id=line.citizens[0].pk, by=BY, at=at
    )


def shown(line):
    return live.snapshot(f"consultation:{line.call}")[1]["guests"]


def test_a_colleague_is_asked_comes_and_is_not_rung_meanwhile(talk):
    guest = invite(talk)
    asked = live.snapshot(f"post:{talk.desks[1].pk}")[1]["invited"]
    assert (asked["guest"], asked["state"], asked["by"]) == (guest, "invited", "警官0")
    join(talk, guest)
    assert (talk.post(1).state, talk.post(1).pause_reason) == ("paused", "helping")
    assert shown(talk)[guest] == {"kind": "colleague", "state": "here", "seat": 1, "name": "视频1号席"}
    services.pause(officer_id=talk.officers[2].pk, by=BY, at=NOON)
    waiting = talk.join(1)
    assert talk.state(waiting) == "waiting"
    for verb in (services.resume, services.go_off_duty):
        with pytest.raises(HelpsElsewhere):
            verb(officer_id=talk.officers[1].pk, by=BY, at=NOON)
    services.leave_company(guest_id=guest, user_id=talk.officers[1].pk, by=BY, at=later(5))
    assert talk.state(waiting) == "ringing" and shown(talk) == {}
    verbs = AuditEntry.objects.filter(verb__startswith="guest.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["guest.invite", "guest.join", "guest.leave"]


def test_only_the_one_who_was_asked_comes_and_only_for_a_while(talk):
    guest = invite(talk)
    with pytest.raises(NotFound):
        join(talk, guest, 2)
    with pytest.raises(InvitationGone):
        join(talk, guest, at=later(121))
    with pytest.raises(NotFound):
        services.send_away(guest_id=guest, user_id=talk.citizens[0].pk, by=BY, at=NOON)
    services.send_away(guest_id=guest, user_id=talk.officers[0].pk, by=BY, at=NOON)
    with pytest.raises(InvitationGone):
        join(talk, guest)
    assert "invited" not in live.snapshot(f"post:{talk.desks[1].pk}")[1]


def test_nobody_is_fetched_out_of_a_call_of_their_own(talk):
    talk.accept(talk.join(1), 1)
    with pytest.raises(ColleagueBusy):
        invite(talk)
    guest = invite(talk, 2)
    talk.accept(talk.join(2), 2)  # rung meanwhile, and answered
    with pytest.raises(ColleagueBusy):
        join(talk, guest, 2)


def test_four_people_at_most(talk):
    join(talk, invite(talk))
    by_link(talk)
    for one_more in (lambda: invite(talk, 2), lambda: by_link(talk)):
        with pytest.raises(CallFull):
            one_more()
    late = later(31 * 60)
    talk.seen(late, talk.call)
    assert invite(talk, 2, at=late)  # the link was not used in time: its seat is free


def test_a_supervisor_joins_seen_by_both(talk):
    boss = talk.citizens[5].pk
    look = {"desk_id": talk.desks[0].pk, "user_id": boss, "by": BY, "at": NOON}
    with pytest.raises(NotFound):
        services.join_as_supervisor(venue_codes=["elsewhere"], **look)
    guest = services.join_as_supervisor(venue_codes=None, **look)
    assert services.join_as_supervisor(venue_codes=None, **look) == guest
    assert shown(talk)[guest]["kind"] == "supervisor"
    texts = queries.consultation(consultation_id=talk.call, user_id=talk.citizens[0].pk).messages
    assert [message.sender for message in texts] == ["system"]
    assert AuditEntry.objects.filter(verb="guest.join", subject=f"consultation:{talk.call}").count() == 1
    with pytest.raises(CallGone):
        services.join_as_supervisor(venue_codes=None, **{**look, "desk_id": talk.desks[1].pk})


def test_who_is_in_the_call_may_write_and_everybody_sees_as_whom(talk):
    boss = talk.citizens[5].pk
    say = {"text": "请出示原件", "by": BY, "at": NOON}
    guest = services.join_as_supervisor(
        desk_id=talk.desks[0].pk, venue_codes=None, user_id=boss, by=BY, at=NOON
    )
    number = services.say_as_guest(guest_id=guest, user_id=boss, **say)
    entry = live.snapshot(f"consultation:{talk.call}")[1]["messages"][str(number)]
    assert (entry["from"], entry["text"]) == ("supervisor", "请出示原件")
    colleague = invite(talk)
    with pytest.raises(NotFound):
        services.say_as_guest(guest_id=colleague, user_id=talk.officers[1].pk, **say)  # asked, not here yet
    join(talk, colleague)
    services.say_as_guest(guest_id=colleague, user_id=talk.officers[1].pk, **say)
    for reader in (talk.citizens[0].pk, talk.officers[0].pk):
        last = queries.consultation(consultation_id=talk.call, user_id=reader).messages[-1]
        assert (last.sender, last.name, last.is_guests) == ("colleague", "视频1号席", True)
    assert queries.company(guest_id=guest, user_id=boss).messages[-1] == last
    for refused in (
        {"guest_id": guest, "user_id": talk.citizens[4].pk, **say},
        {"guest_id": colleague, "user_id": boss, **say},
    ):
        with pytest.raises(NotFound):
            services.say_as_guest(**refused)
    with pytest.raises(Empty):
        services.say_as_guest(guest_id=guest, user_id=boss, **{**say, "text": "  "})
    services.leave_company(guest_id=guest, user_id=boss, by=BY, at=NOON)
    with pytest.raises(NotFound):
        services.say_as_guest(guest_id=guest, user_id=boss, **say)


def test_family_comes_by_a_link_that_is_bound_to_who_used_it_first(talk):
    _guest, token = by_link(talk)
    daughter, stranger = talk.citizens[3].pk, talk.citizens[4].pk
    come = {"token": token, "by": BY, "at": later(60)}
    for party in (talk.citizens[0].pk, talk.officers[0].pk):
        with pytest.raises(InvitationGone):
            services.join_as_family(user_id=party, **come)
    guest = services.join_as_family(user_id=daughter, **come)
    assert services.join_as_family(user_id=daughter, **come) == guest
    with pytest.raises(InvitationGone):
        services.join_as_family(user_id=stranger, **come)
    assert token not in str(Guest.objects.values().get())
    seen = queries.company(guest_id=guest, user_id=daughter)
    assert (seen.item_name, seen.guest.name) == ("换证", "女儿")
    parties = {
        "guest": daughter,
        "citizen": talk.citizens[0].pk,
        "officer": talk.officers[0].pk,
        None: stranger,
    }
    for party, user in parties.items():
        assert queries.party_with_guest(guest_id=guest, user_id=user) == party
    assert queries.party_of(consultation_id=talk.call, user_id=daughter) is None
    services.send_away(guest_id=guest, user_id=talk.citizens[0].pk, by=BY, at=later(70))
    with pytest.raises(NotFound):
        queries.company(guest_id=guest, user_id=daughter)
    assert not queries.is_guest(consultation_id=talk.call, user_id=daughter)
    with pytest.raises(InvitationGone):
        services.join_as_family(user_id=daughter, **come)


def test_a_link_is_good_for_half_an_hour_and_for_a_call_that_goes_on(talk):
    _guest, token = by_link(talk)
    with pytest.raises(InvitationGone):
        services.join_as_family(token=token, user_id=talk.citizens[3].pk, by=BY, at=later(1800))
    services.leave(consultation_id=talk.call, citizen_id=talk.citizens[0].pk, by=BY, at=later(10))
    with pytest.raises(InvitationGone):
        services.join_as_family(token=token, user_id=talk.citizens[3].pk, by=BY, at=later(11))
    with pytest.raises(CallGone):
        by_link(talk)


def test_a_seat_is_free_again_when_its_link_is_taken_back_or_too_old(talk):
    (first, _token), (second, token) = by_link(talk), by_link(talk)
    with pytest.raises(CallFull):
        by_link(talk)
    services.send_away(guest_id=first, user_id=talk.citizens[0].pk, by=BY, at=later(5))
    assert set(shown(talk)) == {second}
    assert by_link(talk)
    services.join_as_family(token=token, user_id=talk.citizens[3].pk, by=BY, at=later(60))
    with pytest.raises(CallFull):
        by_link(talk)
    # Nobody looked out for pages: whoever came in stays, what was not used goes.
    services.sweep(at=later(1801))
    assert set(shown(talk)) == {second}
    services.send_away(guest_id=second, user_id=talk.citizens[0].pk, by=BY, at=later(1802))
    assert shown(talk) == {}
    assert by_link(talk) and by_link(talk)


def test_family_stays_when_the_call_goes_on_elsewhere_and_staff_do_not(talk):
    guest = invite(talk)
    join(talk, guest)
    _family, token = by_link(talk)
    family = services.join_as_family(token=token, user_id=talk.citizens[3].pk, by=BY, at=NOON)
    services.transfer(
        consultation_id=talk.call, officer_id=talk.officers[0].pk, desk_id=talk.desks[2].pk, by=BY, at=NOON
    )
    assert set(shown(talk)) == {family} and talk.post(1).state == "available"
    talk.accept(talk.call, 2)
    services.conclude(
        consultation_id=talk.call, officer_id=talk.officers[2].pk, kind="ready", text="", by=BY, at=NOON
    )
    assert shown(talk) == {}


def test_who_has_closed_the_page_is_no_longer_there(talk):
    guest = invite(talk)
    join(talk, guest)
    seconds = 0
    for seconds in range(0, 41, 8):
        services.mark_seen(
            citizens=[talk.call], posts=[desk.pk for desk in talk.desks], guests=[guest], at=later(seconds)
        )
    services.sweep(at=later(seconds))
    assert guest in shown(talk)
    for seconds in range(48, 97, 8):
        services.mark_seen(citizens=[talk.call], posts=[desk.pk for desk in talk.desks], at=later(seconds))
    services.sweep(at=later(seconds))
    assert shown(talk) == {} and talk.post(1).state == "available"


def test_a_post_that_is_gone_helps_nobody(talk):
    join(talk, invite(talk))
    talk.sweep(30, citizens=[talk.call], posts=[talk.desks[0].pk])
    assert talk.post(1).state == "off" and shown(talk) == {}
    assert talk.state(talk.call) == "connected"
