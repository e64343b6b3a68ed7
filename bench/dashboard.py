"""`insights_ms`: how long all figures of the dashboard take for 30 days of a city with 100,000 errands behind it."""

import time
from datetime import timedelta

from bench.figures import AT_MOST, Figure
from bench.stage import Stage, stage_database

ERRANDS = 100_000
LIMIT_MS = 500.0
LOOKS = 20
# Three hundred and sixty days of history: every errand with its number in the hall and its visit, every ninth returned.
_PAST = """
WITH place AS (SELECT array_agg(id ORDER BY id) AS venues FROM venues_venue),
officer AS (SELECT id FROM accounts_user WHERE kind = 'staff' ORDER BY id LIMIT 1),
guide AS (
  SELECT array_agg(i.code ORDER BY i.code) AS items, array_agg(v.public_id ORDER BY i.code) AS versions
  FROM catalog_serviceitem i JOIN catalog_guideversion v ON v.id = i.current_id
), drawn AS (
  SELECT n, now() - n * interval '311 seconds' AS at, place.venues[1 + n %% cardinality(place.venues)] AS venue_id,
    guide.items[1 + n %% cardinality(guide.items)] AS item, guide.versions[1 + n %% cardinality(guide.items)] AS version
  FROM generate_series(1, %(errands)s) AS n, place, guide
), tickets AS (
  INSERT INTO booking_ticket (public_id, venue_id, competence, day, number, rank, priority, state, item_code, item_name,
    taken_at, called_at, calls, served_from, finished_at)
  SELECT 'BT' || lpad(n::text, 14, '0'), venue_id, 'vehicle', at::date, 'B' || n, at, false, 'served', item, item,
    at - interval '12 minutes', at - interval '9 minutes', 1, at - interval '9 minutes', at FROM drawn
  RETURNING id, public_id
), cases AS (
  INSERT INTO cases_case (public_id, item_code, item_name, category_code, competence, guide_version, answers,
    subdistrict_code, state, trips, opened_at, changed_at, conclusion_kind, conclusion_text, guide_told)
  SELECT 'BC' || lpad(n::text, 14, '0'), item, item, 'bench', 'vehicle', version, '{}', '',
    CASE WHEN n %% 9 = 0 THEN 'returned' ELSE 'done' END, 1, at, at, '', '', version FROM drawn
  RETURNING id, public_id
)
INSERT INTO cases_visit (case_id, number, ticket_id, venue_id, item_code, guide_version, came, consulted, outcome,
  reason, material, note, officer_id, at, stars, rating_words)
SELECT c.id, 1, t.id, d.venue_id, d.item, d.version, CASE WHEN n %% 3 = 0 THEN 'walk_in' ELSE 'phone' END, n %% 2 = 0,
  CASE WHEN n %% 9 = 0 THEN 'returned' ELSE 'done' END, CASE WHEN n %% 9 = 0 THEN 'material_missing' ELSE '' END,
  CASE WHEN n %% 9 = 0 THEN 'id-card' ELSE '' END, '', officer.id, d.at, 1 + n %% 5, ''
FROM drawn d JOIN cases c ON c.public_id = 'BC' || lpad(n::text, 14, '0')
JOIN tickets t ON t.public_id = 'BT' || lpad(n::text, 14, '0'), officer
"""


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Count everything the page shows, again and again, in the page's own process; the median counts."""
    from onetrip.core import clock
    from onetrip.faces.console.lead.figures import DEFAULT_DAYS, Period, View, figures_of

    errands = 2_000 if stage.quick else ERRANDS
    with stage_database(stage) as connection:
        connection.execute(_PAST, {"errands": errands})
        connection.execute("VACUUM ANALYZE cases_visit")
        connection.execute("VACUUM ANALYZE booking_ticket")
    today = clock.city_day(clock.now())
    view = View(Period(today - timedelta(days=DEFAULT_DAYS - 1), today), None)
    took_ms: list[float] = []
    for _look in range(stage.count(LOOKS)):
        begin = time.perf_counter()
        shown = figures_of(view)
        took_ms.append((time.perf_counter() - begin) * 1000)
    took_ms.sort()
    stage.tell(f"dashboard: {shown['total'].finished} errands of 30 days, slowest look {took_ms[-1]:.0f} ms")
    median = took_ms[len(took_ms) // 2]
    return [Figure("insights_ms", median, "ms", LIMIT_MS, f"{errands:,} errands", (AT_MOST, 1.0))]
