"""`booking_at_1m`: bookings a second with a million past appointments in the tables, against none.

Two databases that differ in nothing but the past, each with servers of its own, are asked in turns: what else the
machine does then hits both alike.
"""

from statistics import median

from bench.errands import make_errands, take_everything_back
from bench.figures import AT_LEAST, Figure
from bench.pages import book_all
from bench.stage import Stage, on_a_copy, stage_database

APPOINTMENTS, CITIZENS, ERRANDS, ROUNDS, WANTED = 1_000_000, 50_000, 600, 5, 0.9
_A_SLOT = 20  # appointments each

_PEOPLE = """
INSERT INTO accounts_user (public_id, password, kind, name, phone_hash, language, large_text, is_active, joined_at)
SELECT lpad(n::text, 16, 'X'), '', 'citizen', '', 'past' || n, '', false, true, now() - interval '400 days'
FROM generate_series(1, %(people)s) AS n
"""
_SLOTS = """
INSERT INTO booking_slot (public_id, schedule_id, day, starts_at, ends_at, capacity, taken, kept_hall, kept_hotline,
  taken_hall, taken_hotline, opens_at)
SELECT lpad((row_number() OVER ())::text, 16, 'Y'), s.id, begin::date, begin, begin + interval '15 minutes', %(each)s,
  %(each)s, 0, 0, 0, 0, begin - interval '14 days'
FROM booking_schedule s, generate_series(1, (%(slots)s / (SELECT count(*) FROM booking_schedule) + 1)::int) AS n,
  LATERAL (SELECT date_trunc('hour', now()) - interval '2 days' - n * interval '1 hour' AS begin) AS at
"""
# The past belongs to all citizens, also to those who book now. People are joined by number: an array of them would be
# copied into every one of a million rows.
_APPOINTMENTS = """
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
  FROM accounts_user WHERE kind = 'citizen'),
slots AS (SELECT id, starts_at, row_number() OVER (ORDER BY starts_at) AS n FROM booking_slot
  WHERE public_id LIKE 'YY%%'),
places AS (SELECT slots.id, starts_at, n * %(each)s + k AS one,
    (n * 7919 + k * 104729) %% (SELECT number FROM people LIMIT 1) AS place
  FROM slots, generate_series(1, %(each)s) AS k)
INSERT INTO booking_appointment (public_id, slot_id, citizen_id, channel, competence, item_code, item_name, state,
  arrival_code, made_at, changed_at)
SELECT lpad(one::text, 16, 'Z'), places.id, people.id, 'phone', 'id_card', 'i25-id-card-first', '', 'served',
  lpad((one %% 100000000)::text, 8, '0'), starts_at - interval '9 days', starts_at
FROM places JOIN people USING (place)
"""


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """The same errands on both sides; the past is spread over all citizens, theirs included."""
    errands = make_errands(stage, count=stage.count(ERRANDS), first=300_000)
    sides = {"no past": stage, "a past": on_a_copy(stage, "past")}
    count = _remember(sides["a past"])
    servers = {name: side.serve_web() for name, side in sides.items()}
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(ROUNDS + 1):
        for name in sorted(sides, reverse=number % 2 == 0):
            result = book_all(sides[name], servers[name], errands if number else errands[: len(errands) // 4])
            if number:  # the first time is to warm up
                rates[name].append(result.rate)
                stage.tell(f"{name}, {number}/{ROUNDS}: {result.rate:.0f} bookings/s")
    take_everything_back(stage)
    limit = f"the same without {count} past appointments"
    full, empty = median(rates["a past"]), median(rates["no past"])
    return [Figure("booking_at_1m", full, "bookings/s", empty, limit, (AT_LEAST, WANTED))]


def _remember(stage: Stage) -> int:
    """Write the past down, with every index in its place; only the foreign keys, right by making, are not checked."""
    stage.tell("a past for the city")
    values = {
        "people": stage.count(CITIZENS), "slots": stage.count(APPOINTMENTS) // _A_SLOT, "each": _A_SLOT,
    }  # fmt: skip
    with stage_database(stage) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in (_PEOPLE, _SLOTS, _APPOINTMENTS):
            connection.execute(statement, values)
        connection.execute("VACUUM ANALYZE")
        row = connection.execute("SELECT count(*) FROM booking_appointment WHERE state = 'served'").fetchone()
    stage.tell(f"{row[0]} past appointments")
    return int(row[0])
