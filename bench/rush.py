"""`rush_*`: at eight 10,000 citizens want 500 places of one hall, by HTTP, through 200 connections at a time."""

from dataclasses import replace

from bench.errands import Errand, make_errands, take_everything_back
from bench.figures import AT_MOST, Figure
from bench.load import Plan, Result, fire
from bench.stage import Stage, stage_database

CLIENTS = 10_000
PLACES = 500
SLOTS = 50
CONNECTIONS = 200
LIMIT_S = 2.0


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """The slowest hundredth of all answers, places given twice, and answers that were errors."""
    server = stage.serve_web()
    stage.tell("citizens for the rush")
    errands = make_errands(stage, count=stage.count(CLIENTS), first=700_000)
    take_everything_back(stage)
    slots = _one_hall(stage, errands)
    fire(Plan(server.port, [[errand.search.wire] for errand in errands[:64]], connections=16))  # warm
    chains = [
        [replace(errand, slot=slots[number % len(slots)]).hold.wire] for number, errand in enumerate(errands)
    ]
    result = fire(Plan(server.port, chains, connections=CONNECTIONS))
    given, counted = _given(stage, slots)
    stage.tell(f"{result.statuses} {result.places}, {given} given, {counted} counted")
    _require_all_answered(result, len(errands))
    wanted = min(PLACES, len(errands))
    failed = sum(count for status, count in result.statuses.items() if status.startswith("5"))
    clients = f"{len(errands)} clients, {wanted} places"
    return [
        Figure("rush_p99_s", result.percentile(0.99), "s", LIMIT_S, clients, (AT_MOST, 1.0)),
        Figure(
            "rush_oversold", abs(given - wanted) + abs(given - counted), "places", 1, clients, (AT_MOST, 0.0)
        ),
        Figure("rush_5xx", failed, "answers", 1, clients, (AT_MOST, 0.0)),
    ]


def _one_hall(stage: Stage, errands: list[Errand]) -> list[str]:
    """Give one hall 50 slots with ten places each, and let everybody be registered where it is competent."""
    with stage_database(stage) as connection:
        rows = connection.execute(
            "UPDATE booking_slot SET capacity = %s WHERE id IN (SELECT s.id FROM booking_slot s"
            " JOIN booking_schedule d ON d.id = s.schedule_id JOIN venues_venue v ON v.id = d.venue_id"
            " WHERE v.code = %s AND 'id_card' = ANY (d.competences) AND s.day > current_date + 1"
            " AND s.opens_at <= now() ORDER BY s.id LIMIT %s) RETURNING public_id",
            [PLACES // SLOTS, errands[0].venue, SLOTS],
        ).fetchall()
        connection.execute(
            "UPDATE cases_case SET subdistrict_code = %s WHERE id = ANY(%s)",
            [errands[0].subdistrict, [errand.citizen.case_pk for errand in errands]],
        )
    if len(rows) != SLOTS:
        raise RuntimeError(f"{SLOTS} slots are wanted, the hall has {len(rows)}")
    return [row[0] for row in rows]


def _given(stage: Stage, slots: list[str]) -> tuple[int, int]:
    """How many people hold a place, and how many places are counted as taken."""
    with stage_database(stage) as connection:
        row = connection.execute(
            "SELECT sum((SELECT count(*) FROM booking_appointment WHERE slot_id = s.id AND state = 'held')), sum(taken)"
            " FROM booking_slot s WHERE public_id = ANY(%s)",
            [slots],
        ).fetchone()
    return int(row[0]), int(row[1])


def _require_all_answered(result: Result, clients: int) -> None:
    if len(result.took_s) != clients:
        raise RuntimeError(f"{clients} asked, {len(result.took_s)} were answered: {result.statuses}")
