"""Sums for insights. An errand counts in the period of its first visit, so that a closed month never changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, QuerySet

from onetrip.core import clock
from onetrip.domain.cases.models import Visit
from onetrip.domain.cases.states import ABOUT_A_MATERIAL, ABOUT_THE_GUIDE, Outcome
from onetrip.domain.cases.views import FailCount, TripCount, VisitLine

# What first visits are counted by, and the columns of `_COUNT` that make up each group.
GROUPS: dict[str, tuple[str, ...]] = {
    "none": (),
    "item": ("item_code",),
    "version": ("guide_version",),
    "venue": ("venue",),
    "came": ("came",),
    "consulted": ("consulted",),
    "day": ("day",),
    "week": ("week",),
    "month": ("month",),
    "item_consulted": ("item_code", "consulted"),
}
_COLUMNS = ("item_code", "guide_version", "venue", "came", "consulted", "day", "week", "month")
# Whatever the dashboard asks is counted in one pass over the index `first_visits_by_time`.
_COUNT = """
WITH first AS (
  SELECT v.item_code, v.guide_version, p.code AS venue, v.came, v.consulted, v.outcome, v.reason,
    (v.at AT TIME ZONE %(zone)s)::date AS day,
    date_trunc('week', v.at AT TIME ZONE %(zone)s)::date AS week,
    date_trunc('month', v.at AT TIME ZONE %(zone)s)::date AS month
  FROM cases_visit AS v JOIN venues_venue AS p ON p.id = v.venue_id
  WHERE v.number = 1 AND v.at >= %(since)s AND v.at < %(until)s
    AND (%(venues)s::varchar[] IS NULL OR p.code = ANY(%(venues)s::varchar[]))
)
SELECT {columns}{mask}, count(*), count(*) FILTER (WHERE outcome = 'done'),
  count(*) FILTER (WHERE reason = ANY(%(unfit)s))
FROM first GROUP BY GROUPING SETS ({sets}) ORDER BY {columns}1
"""


def _visits(since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> "QuerySet[Visit]":
    rows = Visit.objects.filter(at__gte=since, at__lt=until)
    return rows if venue_codes is None else rows.filter(venue__code__in=venue_codes)


def first_visits(
    *, since: datetime, until: datetime, by: Sequence[str], venue_codes: Sequence[str] | None
) -> dict[str, list[TripCount]]:
    """Return, for each of the groups asked for, how many first visits there were and how they ended. One query.

    A case is finished in one trip exactly when its first visit ended with “done”. The key of `item_consulted` is a
    pair. Raises KeyError for an unknown group.
    """
    columns = [name for name in _COLUMNS if any(name in GROUPS[group] for group in by)]
    mask = {_mask(columns, GROUPS[group]): group for group in by}
    sets = ", ".join(f"({', '.join(GROUPS[group])})" for group in by)
    values: dict[str, Any] = {
        "zone": clock.CITY_TZ.key,
        "since": since,
        "until": until,
        "venues": None if venue_codes is None else list(venue_codes),
        "unfit": list(ABOUT_A_MATERIAL),
    }
    found: dict[str, list[TripCount]] = {group: [] for group in by}
    with connection.cursor() as cursor:
        cursor.execute(_statement(columns, sets), values)
        for row in cursor.fetchall():
            group = mask[row[len(columns)]]
            keys = tuple(row[columns.index(name)] for name in GROUPS[group])
            total, hits, unfit = row[len(columns) + 1 :]
            if total:  # the empty set has a row even when there is nothing
                found[group].append(TripCount(keys[0] if len(keys) == 1 else keys, hits, total, unfit))
    return found


def _statement(columns: Sequence[str], sets: str) -> str:
    mask = f"grouping({', '.join(columns)})" if columns else "0"
    return _COUNT.format(columns="".join(f"{name}, " for name in columns), mask=mask, sets=sets)


def _mask(columns: Sequence[str], used: Sequence[str]) -> int:
    """Return what SQL's grouping() says of a set: one bit a column, set where the column is summed over."""
    return sum(1 << place for place, name in enumerate(reversed(columns)) if name not in used)


def failing_rules(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None, limit: int
) -> list[FailCount]:
    """Return what people were sent home for that a guide could have told them, the most frequent first. Two queries.

    Each with the version they were told, and with all visits of people who were told that version.
    """
    rows = _visits(since, until, venue_codes)
    failed = rows.filter(outcome=Outcome.RETURNED, reason__in=ABOUT_THE_GUIDE)
    counted = (
        failed.values_list("item_code", "guide_version", "reason", "material")
        .annotate(count=Count("pk"))
        .order_by("-count", "item_code", "guide_version", "reason", "material")[:limit]
    )
    found: list[Any] = list(counted)
    told = rows.filter(guide_version__in={row[1] for row in found}).values_list("guide_version")
    visits = dict(told.annotate(count=Count("pk")))
    return [FailCount(*(*row, visits[row[1]])) for row in found]


def trips_needed(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None
) -> tuple[int, float | None]:
    """Return how many errands were done in the period, and how many visits each took on average."""
    done = _visits(since, until, venue_codes).filter(outcome=Outcome.DONE)
    found = done.aggregate(count=Count("pk"), trips=Avg("number"))
    return found["count"], found["trips"]


def return_reasons(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None
) -> list[tuple[str, int]]:
    """Return why visitors were sent back and how often, the most frequent first."""
    rows = _visits(since, until, venue_codes).filter(outcome=Outcome.RETURNED).values("reason")
    return list(rows.annotate(count=Count("pk")).order_by("-count", "reason").values_list("reason", "count"))


def visit_stars(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> dict[int, int]:
    """Return how often visits were rated with each number of stars."""
    rows = _visits(since, until, venue_codes).filter(stars__isnull=False).values("stars")
    counted = rows.annotate(count=Count("pk")).order_by("stars").values_list("stars", "count")
    return {stars: count for stars, count in counted if stars is not None}


def count_visits(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> int:
    """Return how many visits ended in the period."""
    return _visits(since, until, venue_codes).count()


def visits_after(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None, after: int, limit: int
) -> list[VisitLine]:
    """Return visits of the period in the order they were recorded, those after the given key: page by page."""
    rows = _visits(since, until, venue_codes).filter(pk__gt=after).order_by("pk")
    columns = ("pk", "at", "venue__code", "item_code", "guide_version", "came", "consulted", "number", "outcome",
               "reason", "material", "stars")  # fmt: skip
    return [VisitLine(*row) for row in rows.values_list(*columns)[:limit]]
