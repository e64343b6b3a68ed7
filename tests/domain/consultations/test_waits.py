"""What those who wait are told, and from which history."""

import json
from pathlib import Path

import pytest

from onetrip.domain.consultations import queries, rules, services
from onetrip.domain.consultations.models import Spell, Turn
from onetrip.domain.consultations.queries import documents
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later

WAITS = json.loads(Path(__file__).with_name("waits.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", WAITS)
def test_server_and_page_say_the_same(case):
    """The same file binds `frontend/live/wait.ts`."""
    posts = [rules.Busy(post["state"], post["elapsed"], post.get("reason", "")) for post in case["posts"]]
    pace = rules.Pace(**{name: tuple(case["pace"][name]) for name in ("turns", "notes", "pauses")},
                      present=case["pace"]["present"])  # fmt: skip
    assert rules.expected_wait_s(ahead=case["ahead"], posts=posts, pace=pace) == case["seconds"]


def test_more_people_never_wait_less_and_more_posts_never_more():
    calls = [rules.Busy("in_call", seconds) for seconds in (0, 100, 400, 900)]
    waits = [rules.expected_wait_s(ahead=ahead, posts=calls, pace=rules.Pace()) for ahead in range(30)]
    assert waits == sorted(waits) and waits[0] > 0
    fewer = [rules.expected_wait_s(ahead=9, posts=calls[:count], pace=rules.Pace()) for count in (4, 3, 2, 1)]
    assert fewer == sorted(fewer)


def test_the_wait_is_honest(line):
    assert queries.line(competence="vehicle", at=NOON).expected_wait_s is None
    line.on_duty(0)
    assert queries.line(competence="vehicle", at=NOON).expected_wait_s == 0
    line.accept(line.join(0))
    first = queries.line(competence="vehicle", at=NOON).expected_wait_s
    for number in (1, 2):
        line.join(number)
    assert 100 < first < 500 < queries.line(competence="vehicle", at=NOON).expected_wait_s
    assert queries.line(competence="vehicle", at=later(120)).expected_wait_s != first


def test_who_waits_in_another_line_of_the_same_posts_stands_before(line):
    line.on_duty(0)
    line.accept(line.join(0))
    alone = queries.line(competence="vehicle", at=NOON).expected_wait_s
    line.join(1, competence="driving_licence")
    shown = queries.line(competence="vehicle", at=NOON)
    assert shown.beside == ("driving_licence",) and shown.waiting == 0
    assert shown.expected_wait_s > alone + 200


def test_turns_pauses_and_duty_become_the_pace(line):
    line.on_duty(0)
    officer = {"officer_id": line.officers[0].pk, "by": BY}
    for number in range(8):
        begin = number * 1000
        line.seen(later(begin))
        call = line.join(number % 6, at=later(begin))
        line.accept(call, at=later(begin + 10))
        services.conclude(
            consultation_id=call, kind="ready", text="", at=later(begin + 400 + number), **officer
        )
        services.finish_wrap_up(at=later(begin + 430 + number), **officer)
        services.pause(reason="break", at=later(begin + 500), **officer)
        services.resume(at=later(begin + 700), **officer)
    pace = documents.pace("vehicle")
    assert (pace.turns[0], pace.turns[-1]) == (430, 437)  # the ring counts, and so do the notes
    assert set(pace.notes) == {30} and set(pace.pauses) == {200}
    assert documents.pace("driving_licence").turns == rules.Pace().turns
    services.go_off_duty(at=later(8000), **officer)
    assert documents.pace("vehicle").present == 0.8
    assert Spell.objects.filter(ended_at__isnull=True).count() == 0
    assert Spell.objects.get(reason="").paused_s == 1600


def test_a_turn_that_broke_off_says_nothing_of_the_next(line):
    line.on_duty(0)
    call = line.join()
    line.accept(call)
    assert Turn.objects.count() == 1
    line.sweep(30, citizens=[call])
    assert (line.post().state, Turn.objects.count()) == ("off", 0)
