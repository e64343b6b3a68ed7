"""`next_ticket_p99_ms`: how long it takes to decide who is next when 500 people are in line."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.figures import AT_MOST, Figure
from bench.stage import Stage, stage_database

IN_LINE = 500
LIMIT_MS = 5.0
CALLS = 400


class DecisionClock:
    """Stops when the statement that decides has answered; what a call does afterwards is noted, not decided."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        self.decided = 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        result = execute(sql, params, many, context)
        if sql == self.statement:
            self.decided = time.perf_counter()
        return result


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Call and finish, again and again, the line being filled up to 500.

    Timed from the service's begin until the number is found, locked and written; beside it stands the whole call with
    its audit entry, the board's news and the commit, which waits for the disk.
    """
    from django.db import connection as django_connection

    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.booking import services
    from onetrip.domain.booking.services.hall import DECISION

    by = Actor.system("bench")
    with stage_database(stage) as connection:
        desk, venue, competence = connection.execute(
            "SELECT d.id, v.code, d.competences[1] FROM venues_desk d JOIN venues_venue v ON v.id = d.venue_id"
            " WHERE d.kind = 'window' ORDER BY d.id LIMIT 1"
        ).fetchone()
    take = {
        "venue_code": venue,
        "competence": competence,
        "item_code": "bench",
        "item_name": "bench",
        "by": by,
    }
    at = clock.now()
    for number in range(IN_LINE):
        services.take_ticket(**take, at=at + timedelta(milliseconds=number))
    with stage_database(stage) as connection:
        connection.execute("VACUUM ANALYZE booking_ticket")
    stopwatch = DecisionClock(DECISION)
    decided_ms: list[float] = []
    took_ms: list[float] = []
    for _number in range(stage.count(CALLS)):
        services.take_ticket(**take, at=clock.now())
        with django_connection.execute_wrapper(stopwatch):
            begin = time.perf_counter()
            called = services.call_next(desk_id=desk, by=by, at=clock.now())
        took_ms.append((time.perf_counter() - begin) * 1000)
        decided_ms.append((stopwatch.decided - begin) * 1000)
        services.finish_ticket(ticket_id=called, desk_id=desk, by=by, at=clock.now())
    for name, times in (("decided", decided_ms), ("whole call", took_ms)):
        times.sort()
        stage.tell(f"next ticket, {name}: median {times[len(times) // 2]:.1f} ms, p99 {_p99(times):.1f} ms")
    figure = Figure(
        "next_ticket_p99_ms", _p99(decided_ms), "ms", LIMIT_MS, f"{IN_LINE} in line", (AT_MOST, 1.0)
    )
    return [figure]


def _p99(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.99)]
