"""`slot_search` and `booking`: the pages in the production topology, against the bare floor and against pgbench.

Both servers are granian with the same settings, both are asked by the same generator, in turns: A B A B.
"""

import pickle
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

from bench.errands import Errand, booked, make_errands, raise_row_numbers, take_everything_back
from bench.figures import AT_LEAST, Figure
from bench.floor import PROGRAMS, understood
from bench.load import Plan, Result, fire
from bench.program import Program, check, made_from
from bench.recording import record
from bench.stage import WEB_PROCESSES, Server, Stage, stage_database
from bench.statements import require_same, statements_during

CONNECTIONS = 16  # twice as many as there are threads: 2 processes with 4 each
ROUNDS = 2
WARM_UP = 100
WANTED = 0.6
LIMITS = {"slot_search": "pgbench, its one statement", "booking": "pgbench, hold and confirm: two commits"}
OF_PGBENCH = {"slot_search": 0.07, "booking": 0.10}


@dataclass
class Pair:
    """The pages and their floor, both running; `samples` are errands to compare them with."""

    django: Server
    floor: Server
    errands: list[Errand]


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """Both figures, with pgbench beside them."""
    stage.tell("citizens with errands")
    raise_row_numbers(stage)
    errands = make_errands(stage, count=stage.count(1600) + 4, first=0)
    pair = _open(stage, errands)
    figures: list[Figure] = []
    if "slot_search" in wanted:
        figures += _figures(stage, pair, "slot_search", "searches/s", *_searches(stage, pair))
    if "booking" in wanted:
        figures += _figures(stage, pair, "booking", "bookings/s", *_bookings(stage, pair))
    stage.stop(pair.floor)
    stage.stop(pair.django)
    return figures


def _figures(stage: Stage, pair: Pair, name: str, unit: str, django: float, floor: float) -> list[Figure]:
    stage.tell(f"{name}: pgbench")
    bare = _pgbench(stage, name, pair.errands)
    found = [
        Figure(name, django, unit, floor, "bare floor: same SQL, same granian", (AT_LEAST, WANTED)),
        Figure(f"{name}_pgbench", django, unit, bare, LIMITS[name], (AT_LEAST, OF_PGBENCH[name])),
    ]
    if name == "booking":  # no booking of ours, but the most that the database does
        once = _pgbench(stage, "booking_once", pair.errands)
        found.append(Figure("booking_once", django, unit, once, "pgbench, one commit: only the hold"))
    return found


def _open(stage: Stage, errands: list[Errand]) -> Pair:
    """Record, make the floor out of the recording, start both, and prove that they do the same."""
    stage.tell("recording what Django asks")
    programs = _programs(errands[:2])
    take_everything_back(stage)
    path = stage.folder / "programs.pickle"
    path.write_bytes(pickle.dumps((programs, {one.citizen.cookie: one.citizen.user_pk for one in errands})))
    django = stage.serve_web()
    processes = ["--workers", str(WEB_PROCESSES)]
    floor = stage.serve("bench.floor", *processes, environ={PROGRAMS: str(path)})
    for server in (django, floor):
        take_everything_back(stage)
        for _name, request in errands[
            2
        ].requests:  # every thread and process of both has seen everything once
            fire(Plan(server.port, [[request.wire]] * CONNECTIONS, CONNECTIONS))
    _require_twins(stage, django, floor, errands[3])  # of the one before, a process remembers who was refused
    take_everything_back(stage)
    return Pair(django, floor, errands[4:])


def _programs(errands: list[Errand]) -> dict[str, Program]:
    """The programs of the first errand, checked against the second."""
    from onetrip.core import clock

    record(errands[0].search)  # what a process keeps once it has read it
    programs: dict[str, Program] = {}
    for errand in errands:
        for name, request in errand.requests:
            at = clock.now()
            recorded = record(request)
            _understood, given = understood(request.environ)
            given["user"] = errand.citizen.user_pk
            if name in programs:
                check(programs[name], recorded, given=given, at=at)
            else:
                programs[name] = made_from(recorded, given=given, at=at)
    return programs


def _require_twins(stage: Stage, django: Server, floor: Server, errand: Errand) -> None:
    """PostgreSQL's own log must show the same statements for both, and both answers the same status and headers."""
    seen: list[dict[str, tuple[list[str], Result]]] = []
    for server in (django, floor):
        take_everything_back(stage)
        seen.append({name: _asked(stage, server, request.wire) for name, request in errand.requests})
    for name, (statements, answer) in seen[0].items():
        others, other = seen[1][name]
        require_same(statements, others)
        if (answer.statuses, answer.places) != (other.statuses, other.places):
            raise RuntimeError(f"{name}: Django answers {answer}, the floor {other}")
        stage.tell(f"{name}: the floor asks the same {len(statements)} statements")


def _asked(stage: Stage, server: Server, wire: bytes) -> tuple[list[str], Result]:
    answers: list[Result] = []
    statements = statements_during(
        stage, lambda: answers.append(fire(Plan(server.port, [[wire]], connections=1)))
    )
    return statements, answers[0]


def _in_turns(stage: Stage, pair: Pair, name: str, run: Callable[[Server], Result]) -> tuple[float, float]:
    rates: dict[int, list[float]] = {pair.django.port: [], pair.floor.port: []}
    for number in range(ROUNDS):
        for label, server in (("Django", pair.django), ("floor", pair.floor)):
            result = run(server)
            rates[server.port].append(result.rate)
            stage.tell(
                f"{name} {number + 1}/{ROUNDS} {label}: {result.rate:.0f}/s, "
                f"p99 {result.percentile(0.99) * 1000:.0f} ms"
            )
    return median(rates[pair.django.port]), median(rates[pair.floor.port])


def _searches(stage: Stage, pair: Pair) -> tuple[float, float]:
    chains = [[errand.search.wire] for errand in pair.errands]

    def run(server: Server) -> Result:
        result = fire(Plan(server.port, chains, CONNECTIONS, seconds=stage.seconds(6)))
        if set(result.statuses) != {"200"}:
            raise RuntimeError(f"slot search: {result.statuses}")
        return result

    fire(Plan(pair.django.port, chains, CONNECTIONS, seconds=1))
    fire(Plan(pair.floor.port, chains, CONNECTIONS, seconds=1))
    return _in_turns(stage, pair, "slot_search", run)


def book_all(stage: Stage, server: Server, errands: list[Errand]) -> Result:
    """Hold and confirm a place for every errand; all must have theirs."""
    take_everything_back(stage)
    result = fire(
        Plan(server.port, [[errand.hold.wire, errand.confirm.wire] for errand in errands], CONNECTIONS)
    )
    if set(result.statuses) != {"302"} or booked(stage) != len(errands):
        raise RuntimeError(f"{len(errands)} bookings: {result.statuses}, {booked(stage)} booked")
    return result


def _bookings(stage: Stage, pair: Pair) -> tuple[float, float]:
    figures = _in_turns(stage, pair, "booking", lambda server: book_all(stage, server, pair.errands))
    take_everything_back(stage)
    return figures


# What a booking is to the database at the least. It is two transactions, whoever makes it: a place is counted and an
# appointment written that holds it; when its holder has said yes, that is booked.
_HOLD = """\\set place random(400000001, 400050000)
BEGIN;
UPDATE booking_slot SET taken = taken + 1 WHERE id = :place AND taken < capacity;
INSERT INTO booking_appointment (public_id, slot_id, citizen_id, channel, competence, item_code, item_name,
  state, held_until, arrival_code, made_at, changed_at) VALUES (substr(md5(random()::text), 1, 16), :place,
  (SELECT min(id) FROM accounts_user WHERE id > 100000000), 'phone', 'id_card', md5(random()::text), '', 'held',
  now() + interval '5 minutes', '00000000', now(), now()) RETURNING id AS held \\gset
COMMIT;
"""
_CONFIRM = "UPDATE booking_appointment SET state = 'booked', changed_at = now() WHERE id = :held AND state = 'held';\n"
_BOOKINGS = {"booking": _HOLD + _CONFIRM, "booking_once": _HOLD}
# How many venues and days pgbench asks about, in turns.
_QUESTIONS = 48


def _scripts(stage: Stage, name: str, errands: list[Errand]) -> list[str]:
    """A search is the statement that the page asks for days and times, word for word, with each errand's values."""
    if name in _BOOKINGS:
        return [_BOOKINGS[name]]
    from psycopg import ClientCursor

    from onetrip.domain.booking.queries.times import FREE

    with stage_database(stage) as connection:
        cursor = ClientCursor(connection)
        asked = [
            step
            for errand in errands[:_QUESTIONS]
            for step in record(errand.search).steps
            if step.sql == FREE
        ]
        return [f"{cursor.mogrify(step.sql, step.params).strip()};\n" for step in asked]


def _pgbench(stage: Stage, name: str, errands: list[Errand]) -> float:
    """Transactions per second of the one statement that the figure is about, as fast as PostgreSQL does it alone."""
    assert stage.engines.postgres is not None
    program: Path = stage.engines.postgres.programs / "pgbench"
    files: list[str | Path] = []
    for number, script in enumerate(_scripts(stage, name, errands)):
        file = stage.folder / f"{name}-{number}.sql"
        file.write_text(script, encoding="utf-8")
        files += ["-f", file]
    url = urlsplit(stage.engines.database_url)
    done = subprocess.run(
        [program, "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(round(stage.seconds(4) + 0.5)), *files,
         "-h", parse_qs(url.query)["host"][0], "-U", url.username or "", url.path.removeprefix("/")],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"pgbench failed: {done.stderr[-500:]}")
    if name in _BOOKINGS:
        take_everything_back(stage)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
