"""`board_p99_ms`: from a call at a window to the last of fifty boards, through real sockets."""

import statistics
from collections.abc import Callable, Iterator
from functools import partial

from bench.figures import AT_MOST, Figure
from bench.line import news_ms, percentile
from bench.stage import Stage, stage_database

BOARDS, CALLS, LIMIT_MS = 50, 100, 500.0


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """A board follows its hall without anybody signed in; every call and every end of one changes it."""
    server = stage.serve("onetrip", "serve", "live")
    with stage_database(stage) as connection:
        desk, venue, competence = connection.execute(
            "SELECT d.id, v.code, d.competences[1] FROM venues_desk d JOIN venues_venue v ON v.id = d.venue_id"
            " WHERE d.kind = 'window' AND NOT v.demonstration ORDER BY d.id DESC LIMIT 1"
        ).fetchone()
    changes = _calls(desk, venue, competence, stage.count(CALLS))
    took_ms = news_ms(stage, server, [[f"hall:{venue}"]] * BOARDS, [""] * BOARDS, changes)
    p99 = percentile(took_ms, 0.99)
    stage.tell(
        f"a call on {BOARDS} boards: median {statistics.median(took_ms):.0f} ms, p99 {p99:.0f} ms of {len(took_ms)}"
    )
    limit = f"{BOARDS} boards, until the last has it"
    return [Figure("board_p99_ms", p99, "ms", LIMIT_MS, limit, (AT_MOST, 1.0))]


def _calls(desk: int, venue: str, competence: str, count: int) -> Iterator[Callable[[], object]]:
    """The numbers are taken beforehand: what is timed is a call, then its end, one change of the board each."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.booking import services

    by = Actor.system("bench")
    for _number in range(count):
        services.take_ticket(
            venue_code=venue,
            competence=competence,
            item_code="bench",
            item_name="bench",
            by=by,
            at=clock.now(),
        )
    called: list[str] = []
    for _number in range(count):
        yield lambda: called.append(services.call_next(desk_id=desk, by=by, at=clock.now()))
        yield partial(services.finish_ticket, ticket_id=called[-1], desk_id=desk, by=by, at=clock.now())
