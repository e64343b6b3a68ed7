"""`booking_at_1m`: bookings a second with a million past appointments in the tables, against none."""

from statistics import median

from bench.errands import Errand, make_errands, take_everything_back
from bench.figures import AT_LEAST, Figure
from bench.pages import book_all
from bench.stage import Server, Stage, stage_database

APPOINTMENTS, CITIZENS, ERRANDS, ROUNDS, WANTED = 1_000_000, 50_000, 800, 3, 0.9
_A_SLOT = 20  # appointments each

_SLOTS = """
INSERT INTO booking_slot (public_id, schedule_id, day, starts_at, ends_at, capacity, taken, kept_hall, kept_hotline,
  taken_hall, taken_hotline, opens_at)
SELECT lpad((row_number() OVER ())::text, 16, 'Y'), s.id, begin::date, begin, begin + interval '15 minutes', %(each)s,
  %(each)s, 0, 0, 0, 0, begin - interval '14 days'
FROM booking_schedule s, generate_series(1, (%(slots)s / (SELECT count(*) FROM booking_schedule) + 1)::int) AS n,
  LATERAL (SELECT date_trunc('hour', now()) - interval '2 days' - n * interval '1 hour' AS begin) AS at
"""
_APPOINTMENTS = """
WITH people AS (SELECT array_agg(id) AS ids FROM accounts_user WHERE kind = 'citizen'),
slots AS (SELECT id, row_number() OVER (ORDER BY starts_at) AS n FROM booking_slot WHERE public_id LIKE 'YY%%')
INSERT INTO booking_appointment (public_id, slot_id, citizen_id, channel, competence, item_code, item_name, state,
  arrival_code, made_at, changed_at)
SELECT lpad((n * %(each)s + k)::text, 16, 'Z'), slots.id,
  ids[1 + (n * 7919 + k * 104729) %% cardinality(ids)], 'phone', 'id_card', 'i25-id-card-first', '', 'served',
  lpad(((n * %(each)s + k) %% 100000000)::text, 8, '0'), now() - interval '9 days', now() - interval '2 days'
FROM slots, people, generate_series(1, %(each)s) AS k
"""


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """The same server and the same errands before and after; the past is spread over all citizens, theirs included."""
    server = stage.serve_web()
    errands = make_errands(stage, count=stage.count(ERRANDS), first=300_000)
    book_all(stage, server, errands[: len(errands) // 4])  # warm
    empty = _rate(stage, server, errands, "no past")
    count = _remember(stage)
    full = _rate(stage, server, errands, f"{count} past appointments")
    take_everything_back(stage)
    limit = f"the same without {count} past appointments"
    return [Figure("booking_at_1m", full, "bookings/s", empty, limit, (AT_LEAST, WANTED))]


def _rate(stage: Stage, server: Server, errands: list[Errand], what: str) -> float:
    rates = []
    for number in range(ROUNDS):
        result = book_all(stage, server, errands)
        rates.append(result.rate)
        stage.tell(f"{what}, {number + 1}/{ROUNDS}: {result.rate:.0f} bookings/s")
    return median(rates)


def _remember(stage: Stage) -> int:
    from onetrip.core import clock
    from onetrip.domain.accounts.models import User

    stage.tell("a past for the city")
    people = (
        User(kind="citizen", phone_hash=f"past{number}", joined_at=clock.now())
        for number in range(stage.count(CITIZENS))
    )
    User.objects.bulk_create(people, batch_size=5000)
    values = {"slots": stage.count(APPOINTMENTS) // _A_SLOT, "each": _A_SLOT}
    with stage_database(stage) as connection:
        connection.execute(_SLOTS, values)
        connection.execute(_APPOINTMENTS, values)
        connection.execute("VACUUM ANALYZE")
        row = connection.execute("SELECT count(*) FROM booking_appointment WHERE state = 'served'").fetchone()
    return int(row[0])
