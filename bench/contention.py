"""`contention_p99_s`: 200 citizens want the last place at the same moment; by HTTP, PostgreSQL with its defaults."""

from collections import Counter
from dataclasses import replace

from bench.errands import Errand, make_errands, take_everything_back
from bench.figures import AT_MOST, Figure
from bench.load import Plan, Result, fire
from bench.stage import Server, Stage, stage_database

CLIENTS = 200
ROUNDS = 5
LIMIT_S = 1.0


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """The slowest hundredth of all answers, over several places; exactly one client may get each."""
    server = stage.serve_web()
    errands = make_errands(stage, count=CLIENTS, first=500_000)
    fire(Plan(server.port, [[errand.search.wire] for errand in errands[:64]], connections=16))  # warm
    rounds = 2 if stage.quick else ROUNDS
    took_s: list[float] = []
    for number in range(rounds):
        result = _round(stage, server, errands, number)
        took_s += result.took_s
        stage.tell(
            f"round {number + 1}/{rounds}: {result.statuses} {result.places}, p99 {result.percentile(0.99):.2f} s"
        )
    everything = Result(took_s=took_s)
    figure = Figure(
        "contention_p99_s", everything.percentile(0.99), "s", LIMIT_S, "200 clients, 1 place", (AT_MOST, 1.0)
    )
    return [figure]


def _round(stage: Stage, server: Server, errands: list[Errand], number: int) -> Result:
    """All want the place of one errand; the others are moved to its sub-district first."""
    take_everything_back(stage)
    wanted = errands[number]
    with stage_database(stage) as connection:
        connection.execute("UPDATE booking_slot SET capacity = 1 WHERE public_id = %s", [wanted.slot])
        connection.execute(
            "UPDATE cases_case SET subdistrict_code = %s WHERE id = ANY(%s)",
            [wanted.subdistrict, [errand.citizen.case_pk for errand in errands]],
        )
    chains = [[replace(wanted, citizen=one.citizen).hold.wire] for one in errands]
    result = fire(Plan(server.port, chains, connections=CLIENTS))
    _require_one(stage, wanted, result)
    return result


def _require_one(stage: Stage, wanted: Errand, result: Result) -> None:
    """One has the place and is sent on to confirm it; every other one is sent back to the times that are left."""
    with stage_database(stage) as connection:
        row = connection.execute(
            "SELECT taken, (SELECT count(*) FROM booking_appointment WHERE slot_id = s.id AND state = 'held')"
            " FROM booking_slot s WHERE public_id = %s",
            [wanted.slot],
        ).fetchone()
    clear = Counter(result.places) == {"appointment": 1, "book": CLIENTS - 1}
    if row != (1, 1) or not clear or set(result.statuses) != {"302"}:
        raise RuntimeError(
            f"{CLIENTS} on one place: taken and held {row}, {result.statuses}, {result.places}"
        )
