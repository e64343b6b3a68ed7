"""A time for a video call: offered where posts are on the roster, kept at the front, missed by who does not come."""

from datetime import timedelta

import pytest

from onetrip.core.transitions import WrongState
from onetrip.domain.consultations import queries, rules, services
from onetrip.domain.consultations.errors import AlreadyAgreed, TimesMissed, TimeTaken
from onetrip.domain.consultations.models import AgreedTime
from onetrip.domain.notifications.models import Message
from onetrip.domain.venues.models import RosterEntry
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line

IN_TWO_HOURS = NOON + timedelta(hours=2)


@pytest.fixture
def line(db):
    """Two posts, both on the roster all day, every day."""
    built = build_line()
    RosterEntry.objects.bulk_create(
        RosterEntry(desk=desk, staff=officer, weekday=day, starts=0, ends=1440)
        for desk, officer in zip(built.desks, built.officers, strict=True)
        for day in range(7)
    )
    return built


def agree(line, number=0, when=IN_TWO_HOURS, at=NOON):
    return services.agree_on_time(
        citizen_id=line.citizens[number].pk, competence="vehicle", item_code="i40", item_name="换证", starts_at=when,
        by=BY, at=at,
    )  # fmt: skip


def after(minutes):
    return IN_TWO_HOURS + timedelta(minutes=minutes)


def test_times_are_offered_where_posts_are_on_the_roster(line):
    times = queries.free_times(competence="vehicle", at=NOON)
    assert IN_TWO_HOURS in times
    assert min(times) >= NOON + timedelta(hours=1) and max(times) < NOON + timedelta(days=7)
    assert queries.free_times(competence="fire", at=NOON) == []
    agree(line)
    assert IN_TWO_HOURS not in queries.free_times(competence="vehicle", at=NOON)  # one place for two posts
    with pytest.raises(TimeTaken):
        agree(line, 1)
    with pytest.raises(TimeTaken):
        agree(line, 1, when=IN_TWO_HOURS + timedelta(minutes=7))
    with pytest.raises(TimeTaken):
        agree(line, 1, when=NOON + timedelta(minutes=30))
    with pytest.raises(AlreadyAgreed):
        agree(line, 0, when=IN_TWO_HOURS + timedelta(hours=1))


def test_who_comes_at_the_time_stands_in_front(line):
    agree(line)
    first = line.join(1, at=after(-20))
    line.seen(after(-5), first)
    mine = line.join(0, at=after(-5))
    assert queries.consultation(consultation_id=mine, user_id=line.citizens[0].pk).place == 1
    assert queries.consultation(consultation_id=first, user_id=line.citizens[1].pk).place == 2
    assert AgreedTime.objects.get().state == "kept"
    line.on_duty(at=after(-5))
    assert (line.state(mine), line.state(first)) == ("ringing", "waiting")


@pytest.mark.parametrize("minutes", [-6, 11])
def test_too_early_or_too_late_is_an_ordinary_place(line, minutes):
    agree(line)
    first = line.join(1, at=after(-30))
    mine = line.join(0, at=after(minutes))
    assert queries.consultation(consultation_id=mine, user_id=line.citizens[0].pk).place == 2
    assert line.state(first) == "waiting"


def test_who_waits_already_is_put_in_front_when_the_time_comes(line):
    agree(line)
    line.join(1, at=after(-30))
    mine = line.join(0, at=after(-20))
    services.look_after_times(at=after(-10))
    assert AgreedTime.objects.get().state == "agreed"
    services.look_after_times(at=after(-5))
    assert AgreedTime.objects.get().state == "kept"
    assert queries.consultation(consultation_id=mine, user_id=line.citizens[0].pk).place == 1


def test_a_reminder_and_then_nobody(line):
    agree(line)
    services.look_after_times(at=after(-16))
    assert not Message.objects.exists()
    for _twice in range(2):
        services.look_after_times(at=after(-15))
    assert Message.objects.filter(template="consultations.agreed_time").count() == 1
    services.look_after_times(at=after(10))
    assert AgreedTime.objects.get().state == "agreed"
    services.look_after_times(at=after(10.5))
    assert AgreedTime.objects.get().state == "missed"


def test_two_missed_within_a_month_and_one_waits_like_everybody(line):
    for number in range(rules.MOST_MISSED):
        when = IN_TWO_HOURS + timedelta(hours=number)
        agree(line, when=when)
        services.look_after_times(at=when + timedelta(minutes=11))
    later = IN_TWO_HOURS + timedelta(days=1)
    with pytest.raises(TimesMissed):
        agree(line, when=later, at=later - timedelta(hours=2))
    month = IN_TWO_HOURS + timedelta(days=32)
    assert agree(line, when=month, at=month - timedelta(hours=2))


def test_giving_back_makes_room(line):
    mine = agree(line)
    cancel = {"agreed_id": mine, "citizen_id": line.citizens[0].pk, "by": BY, "at": NOON}
    for _twice in range(2):
        services.cancel_time(**cancel)
    assert agree(line, 1)
    services.look_after_times(at=after(11))
    other = AgreedTime.objects.get(state="missed")
    with pytest.raises(WrongState):
        services.cancel_time(**{**cancel, "agreed_id": other.public_id, "citizen_id": line.citizens[1].pk})
