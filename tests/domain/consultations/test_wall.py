"""What a supervisor sees: lines, posts, alarms, the day's duty, and the posts that the next hours need."""

import math
from datetime import timedelta

import pytest

from onetrip.domain.consultations import queries, rules, services
from onetrip.domain.consultations.models import Consultation
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later


@pytest.mark.parametrize(
    ("load", "posts", "share"),
    [(1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (10.0, 14, 0.1741), (5.0, 5, 1.0)],
)
def test_erlangs_delay_formula(load, posts, share):
    """Two by hand from the formula (M/M/2 and M/M/3), the third from Erlang's tables."""
    assert rules.share_that_waits(load=load, posts=posts) == pytest.approx(share, abs=0.0005)


def test_the_fewest_posts_that_keep_waits_short():
    busy = {"calls_per_hour": 30.0, "turn_s": 480.0}
    needed = rules.posts_needed(**busy, most_wait_s=180, present=1.0)
    assert rules.mean_wait_s(**busy, posts=needed) <= 180 < rules.mean_wait_s(**busy, posts=needed - 1)
    assert rules.mean_wait_s(**busy, posts=4) == math.inf
    assert rules.posts_needed(**busy, most_wait_s=180, present=0.5) == 2 * needed
    assert rules.posts_needed(calls_per_hour=0, turn_s=480, most_wait_s=180, present=1) == 0


def line_of(wall, competence="vehicle"):
    return next(one for one in wall.lines if one.competence == competence)


def test_lines_and_posts_with_what_is_wrong(line):
    line.on_duty(0)
    line.on_duty(1, at=later(1))
    call = line.join(0, at=later(2))
    services.ring_timed_out(consultation_id=call, rings=1, at=later(22))
    line.accept(call, 1, at=later(25))
    line.join(1, at=later(30))
    wall = queries.wall(venue_codes=None, at=later(1000))
    shown = line_of(wall)
    assert (shown.waiting, shown.longest_s, shown.posts_on_duty, shown.alarm) == (1, 970, 1, "long_wait")
    assert [(post.state, post.reason, post.alarm) for post in wall.posts] == [
        ("paused", "no_answer", "no_answer"),
        ("in_call", "", None),
    ]
    assert queries.wall(venue_codes=[], at=later(1000)).posts == []


def test_people_wait_and_nobody_is_there(line):
    line.join(0)
    assert line_of(queries.wall(venue_codes=None, at=later(1))).alarm == "nobody_there"


def test_the_days_duty_with_its_pauses(line):
    officer = {"officer_id": line.officers[0].pk, "by": BY}
    line.on_duty(0)
    for begin, end, reason in ((100, 400, "break"), (500, 560, "meeting"), (600, 700, "break")):
        services.pause(reason=reason, at=later(begin), **officer)
        services.resume(at=later(end), **officer)
    services.pause(reason="paperwork", at=later(800), **officer)
    (shift,) = queries.duty_of(day_start=NOON, venue_codes=None, at=later(900))
    assert shift.ended_at is None
    assert dict(shift.pauses) == {"break": 400, "meeting": 60, "paperwork": 100}
    services.go_off_duty(at=later(1000), **officer)
    (shift,) = queries.duty_of(day_start=NOON, venue_codes=None, at=later(2000))
    assert (shift.ended_at, dict(shift.pauses)["paperwork"]) == (later(1000), 200)


def test_advice_from_the_same_hour_of_the_last_weeks(line):
    call = line.join(0)
    services.leave(consultation_id=call, citizen_id=line.citizens[0].pk, by=BY, at=NOON)
    row = Consultation.objects.get()
    for number in range(48):  # 24 in that hour, a week and two weeks ago
        row.pk = None
        row.public_id = f"{number:016d}"
        row.rank = number
        row.joined_at = NOON - timedelta(weeks=1 + number % 2) + timedelta(minutes=number)
        row.save(force_insert=True)
    now, *_later = queries.staffing(competence="vehicle", at=NOON)
    assert (now.calls, now.rostered) == (24, 2)  # a hall for demonstration is open all day
    assert (now.needed, now.missing) == (3, 1)
