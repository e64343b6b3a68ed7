"""Sums for insights. An errand counts in the period of its first visit, so that a closed month never changes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from onetrip.core import clock
from onetrip.domain.cases.models import Case, Visit
from onetrip.domain.cases.states import Outcome
from onetrip.domain.cases.views import TripCount, VisitRow
from onetrip.domain.venues import queries as venues


def _visits(since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> "QuerySet[Visit]":
    rows = Visit.objects.filter(at__gte=since, at__lt=until)
    return rows if venue_codes is None else rows.filter(venue__code__in=venue_codes)


def first_visits(
    *, since: datetime, until: datetime, by: str, venue_codes: Sequence[str] | None
) -> list[TripCount]:
    """Return, by item, venue, consulted, day or none of them, how many first visits there were and finished it.

    One query. A case is finished in one trip exactly when its first visit ended with “done”.
    """
    groups = {
        "none": Value("all"),
        "item": F("case__item_code"),
        "venue": F("venue__code"),
        "consulted": F("consulted"),
        "day": TruncDate("at", tzinfo=clock.CITY_TZ),
    }
    rows = _visits(since, until, venue_codes).filter(number=1).annotate(group=groups[by]).values("group")
    counted = rows.annotate(all=Count("pk"), hits=Count("pk", filter=Q(outcome=Outcome.DONE))).order_by(
        "group"
    )
    return [TripCount(key=row["group"], one_trip=row["hits"], finished=row["all"]) for row in counted]


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


def visits_behind(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return visits, the latest first; `where`: number, outcome, item, venue, consulted, day, reason, stars."""
    rows = _visits(since, until, venue_codes)
    columns = {"item": "case__item_code", "venue": "venue__code"}
    for name, value in where.items():
        if name == "day":
            rows = rows.annotate(day=TruncDate("at", tzinfo=clock.CITY_TZ)).filter(
                day=date.fromisoformat(value)
            )
        else:
            rows = rows.filter(**{columns.get(name, name): value})
    found = rows.select_related("case", "venue").order_by("-at", "-pk")[offset : offset + limit]
    return [_visit_row(row.case, venues.named(row.venue), row) for row in found]


def cases_consulted_at(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return cases whose last consultation was in the period, narrowed by desk (row number), competence or stars."""
    columns = {
        "desk": "consultation__post__desk_id",
        "competence": "consultation__competence",
        "stars": "consultation__stars",
    }
    rows = Case.objects.filter(consultation__connected_at__gte=since, consultation__connected_at__lt=until)
    if venue_codes is not None:
        rows = rows.filter(consultation__post__desk__venue__code__in=venue_codes)
    rows = rows.filter(**{columns[name]: value for name, value in where.items()})
    found = rows.select_related("consultation__post__desk__venue").order_by(
        "-consultation__connected_at", "-pk"
    )
    return [_consulted_row(row) for row in found[offset : offset + limit]]


def _consulted_row(row: Case) -> VisitRow:
    consultation = row.consultation
    post = consultation.post if consultation else None
    at = consultation.connected_at if consultation and consultation.connected_at else row.changed_at
    return VisitRow(
        row.public_id, row.item_code, venues.named(post.desk.venue) if post else "", at, None, "", True, 0
    )


def _visit_row(case: Case, venue_name: str, visit: Visit) -> VisitRow:
    return VisitRow(
        case_id=case.public_id,
        item_code=case.item_code,
        venue_name=venue_name,
        at=visit.at,
        outcome=visit.outcome,
        reason=visit.reason,
        consulted=visit.consulted,
        number=visit.number,
    )
