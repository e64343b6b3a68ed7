"""`wait_error`, `match_p99_ms`, `line_push_p99_ms`: what those who wait are told, and how fast the line moves.

The error of the expected wait is that of the word given on arrival: |told - waited| / waited, the median over all who
waited for a minute or more, on twenty simulated days (`bench/simulated_day.py`), the history growing from day to day.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.figures import AT_MOST, Figure
from bench.people import make_citizens
from bench.simulated_day import Day, Shape, simulate
from bench.sockets import Listeners, listening
from bench.stage import Server, Stage, stage_database
from bench.waiting import stand_in_line

DAYS, SEED, LEAST_WAIT_S, HISTORY = 20, 20261124, 60.0, 60
OTHER_DAYS = {
    "quiet (90 calls)": Shape(calls=90),
    "usual (130 calls)": Shape(calls=130),
    "uneven calls (cv 0.8)": Shape(spread=0.8),
}
WAITING, POSTS, MATCHES, PUSHES = 2000, 200, 300, 60
MATCH_MS, PUSH_MS, WAIT_ERROR = 10.0, 500.0, 0.20


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """The error first, without any load; then matching and telling, with the same 2,000 in one line."""
    figures = []
    if "wait_error" in wanted:
        figures.append(_wait_error(stage))
    if not wanted & {"match_p99_ms", "line_push_p99_ms"}:
        return figures
    *citizens, one = make_citizens(count=stage.count(WAITING) + 1, first=900_000)
    topics = stand_in_line(citizens)
    line = topics[0][1].partition(":")[2]
    if "line_push_p99_ms" in wanted:
        server = stage.serve("onetrip", "serve", "live")
        cookies = [citizen.cookie for citizen in citizens]
        changes = _joins_and_leaves(one.user_pk, line, stage.count(PUSHES))
        figures.append(_push(stage, server, topics, cookies, changes))
    if "match_p99_ms" in wanted:
        figures.append(_match(stage, line))
    return figures


def _wait_error(stage: Stage) -> Figure:
    found = {name: _errors(stage, shape) for name, shape in {"": Shape(), **OTHER_DAYS}.items()}
    for name, errors in found.items():
        stage.tell(
            f"expected wait, {name or 'crowded (160 calls)'}: {len(errors)} waited, median error {_median(errors):.3f}"
        )
    share = "of the wait, 160 calls, 5 posts, breaks"
    return Figure("wait_error", _median(found[""]), "share", WAIT_ERROR, share, (AT_MOST, 1.0))


def _median(errors: list[float]) -> float:
    return statistics.median(errors)


def _errors(stage: Stage, shape: Shape) -> list[float]:
    from onetrip.domain.consultations import rules

    dice = random.Random(SEED)
    days: list[Day] = [simulate(shape, dice=dice)]
    errors = []
    for _number in range(3 if stage.quick else DAYS):
        pace = rules.Pace.of(
            turns=[turn for day in days for turn in day.turns][-HISTORY:],
            notes=[notes for day in days for notes in day.notes][-HISTORY:],
            pauses=[pause for day in days for pause in day.pauses][-HISTORY:],
            present=rules.present_share(
                duty_s=sum(day.duty_s for day in days), paused_s=sum(sum(day.pauses) for day in days)
            ),
        )
        days.append(simulate(shape, dice=dice))
        for caller in days[-1].callers:
            if caller.waited_s < LEAST_WAIT_S:
                continue
            posts = [rules.Busy(*post) for post in caller.posts]
            told = rules.expected_wait_s(ahead=caller.ahead, posts=posts, pace=pace)
            if told is not None:
                errors.append(abs(told - caller.waited_s) / caller.waited_s)
    return errors


def _match(stage: Stage, line: str) -> Figure:
    """One post gets free, 199 are busy, 2,000 wait: until it is decided who is rung there, line lock and all.

    What follows, writing the ring down and telling the pages, is in the words to the screen.
    """
    from onetrip.core import clock
    from onetrip.domain.consultations import services
    from onetrip.domain.consultations.services import matching

    decided: list[float] = []
    ring = matching._ring

    def note_and_ring(*chosen: Any) -> bool:
        decided.append(time.perf_counter())
        return ring(*chosen)

    count = stage.count(POSTS)
    posts = _open_posts(line, count)
    with stage_database(stage) as connection:
        connection.execute("VACUUM ANALYZE consultations_consultation, consultations_post")
        took_ms, whole_ms = [], []
        for number in range(stage.count(MATCHES)):
            post = posts[number % count]
            connection.execute(
                "UPDATE consultations_post SET state = 'available', idle_since = now(), seen_at = now() WHERE id = %s",
                [post],
            )
            connection.execute("UPDATE consultations_post SET seen_at = now()")
            connection.execute(
                "UPDATE consultations_consultation SET seen_at = now() WHERE state = 'waiting'"
            )
            at = clock.now()
            begin = time.perf_counter()
            with patch.object(matching, "_ring", note_and_ring):
                services.match_line(competence=line, at=at)
            whole_ms.append((time.perf_counter() - begin) * 1000)
            took_ms.append((decided.pop() - begin) * 1000)
            _hang_up(connection, post)
    p99 = percentile(took_ms, 0.99)
    stage.tell(f"decided: median {statistics.median(took_ms):.1f} ms, p99 {p99:.1f} ms")
    whole = percentile(whole_ms, 0.99)
    stage.tell(f"written and told: median {statistics.median(whole_ms):.1f} ms, p99 {whole:.1f} ms")
    return Figure("match_p99_ms", p99, "ms", MATCH_MS, f"{WAITING} waiting, {POSTS} posts", (AT_MOST, 1.0))


def _hang_up(connection: Any, post: int) -> None:
    """The citizen who was rung stands in line again, so that there are always as many; the post is in a call."""
    rung = connection.execute(
        "UPDATE consultations_consultation SET state = 'waiting', post_id = NULL, officer_id = NULL,"
        " ring_until = NULL, rings = 0 WHERE post_id = %s AND state = 'ringing' RETURNING id",
        [post],
    ).fetchall()
    if len(rung) != 1:
        raise RuntimeError(f"{len(rung)} citizens were rung by the post that got free")
    connection.execute("UPDATE consultations_post SET state = 'in_call' WHERE id = %s", [post])


def _open_posts(line: str, count: int) -> list[int]:
    """Two hundred posts for this line, each with its officer, all in calls."""
    from onetrip.core import clock
    from onetrip.core.ids import new_public_id
    from onetrip.domain.accounts.models import User
    from onetrip.domain.consultations.models import Post
    from onetrip.domain.venues.models import Desk, Venue

    venue, at = Venue.objects.order_by("pk")[0], clock.now()
    names = [f"bench-post-{number}" for number in range(count)]
    desks = Desk.objects.bulk_create(
        Desk(venue=venue, code=name[-12:], label=name, label_en=name, kind="video", competences=[line])
        for name in names
    )
    officers = User.objects.bulk_create(
        User(kind="staff", public_id=new_public_id(), username=name, name=name, joined_at=at)
        for name in names
    )
    posts = Post.objects.bulk_create(
        Post(
            desk=desk, label=desk.label, officer=officer, competences=[line], state="in_call",
            since=at, idle_since=at, seen_at=at,
        )
        for desk, officer in zip(desks, officers, strict=True)
    )  # fmt: skip
    return [post.pk for post in posts]


def news_ms(
    stage: Stage,
    server: Server,
    topics: list[list[str]],
    cookies: list[str],
    changes: Iterator[Callable[[], object]],
) -> list[float]:
    """Milliseconds from the begin of each use case until its news has come to every page; one event a page each."""
    took_ms = []
    plan = Listeners(topics, step=len(topics), port=server.port, cookies=cookies)
    with listening(plan, folder=stage.folder) as crowd:
        for change in changes:
            begin = time.perf_counter()
            change()
            crowd.wait_for("step")
            took_ms.append((time.perf_counter() - begin) * 1000)
            time.sleep(0.2)
    return took_ms


def _push(
    stage: Stage,
    server: Server,
    topics: list[list[str]],
    cookies: list[str],
    changes: Iterator[Callable[[], object]],
) -> Figure:
    """One joins or leaves."""
    took_ms = news_ms(stage, server, topics, cookies, changes)
    p99 = percentile(took_ms, 0.99)
    stage.tell(
        f"news of the line to {len(topics)} pages: median {statistics.median(took_ms):.0f} ms, p99 {p99:.0f} ms"
    )
    limit = f"{len(topics)} pages, until the last has it"
    return Figure("line_push_p99_ms", p99, "ms", PUSH_MS, limit, (AT_MOST, 1.0))


def _joins_and_leaves(citizen_pk: int, line: str, count: int) -> Iterator[Callable[[], object]]:
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.consultations import queries, services

    by = Actor.system("bench")
    for _turn in range(count // 2):
        yield lambda: services.join_line(
            citizen_id=citizen_pk,
            competence=line,
            item_code="bench",
            item_name="bench",
            by=by,
            at=clock.now(),
        )
        call = queries.live_consultation_of(citizen_id=citizen_pk)
        assert call is not None
        yield partial(services.leave, consultation_id=call, citizen_id=citizen_pk, by=by, at=clock.now())


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
