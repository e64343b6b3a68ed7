"""`next_ticket_p99_ms`: how long a window waits for its next number when 500 people are in line."""

import time
from datetime import timedelta

from bench.figures import AT_MOST, Figure
from bench.stage import Stage, stage_database

IN_LINE = 500
LIMIT_MS = 5.0
CALLS = 400


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Call and finish, again and again, the line being filled up to 500: the call alone is timed, commit and all."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.booking import services

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
    took_ms: list[float] = []
    for _number in range(stage.count(CALLS)):
        services.take_ticket(**take, at=clock.now())
        begin = time.perf_counter()
        called = services.call_next(desk_id=desk, by=by, at=clock.now())
        took_ms.append((time.perf_counter() - begin) * 1000)
        services.finish_ticket(ticket_id=called, desk_id=desk, by=by, at=clock.now())
    took_ms.sort()
    p99 = took_ms[int(len(took_ms) * 0.99)]
    stage.tell(f"next ticket: median {took_ms[len(took_ms) // 2]:.1f} ms, p99 {p99:.1f} ms")
    return [Figure("next_ticket_p99_ms", p99, "ms", LIMIT_MS, f"{IN_LINE} in line", (AT_MOST, 1.0))]
