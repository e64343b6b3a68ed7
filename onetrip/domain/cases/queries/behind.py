"""The cases that a figure counts: every figure can be opened to them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from onetrip.core import clock
from onetrip.domain.cases.models import Case, CaseConsultation, CaseTicket, Visit
from onetrip.domain.cases.views import VisitRow
from onetrip.domain.venues import queries as venues

_COLUMNS = {
    "item": "item_code",
    "version": "guide_version",
    "venue": "venue__code",
    "reasons": "reason__in",
    "rated": "stars__gt",
}
_DAYS = {"day": 1, "week": 7, "month": 31}


def visits_behind(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return visits, the latest first.

    `where`: number, outcome, item, version, venue, came, consulted, reason, reasons, material, stars, rated (more
    than so many stars); day, week and month with the first day of it.
    """
    rows = Visit.objects.filter(at__gte=since, at__lt=until)
    if venue_codes is not None:
        rows = rows.filter(venue__code__in=venue_codes)
    for name, value in where.items():
        rows = (
            _within(rows, name, value) if name in _DAYS else rows.filter(**{_COLUMNS.get(name, name): value})
        )
    found = rows.select_related("case", "venue").order_by("-at", "-pk")[offset : offset + limit]
    return [_visit_row(row) for row in found]


def _within(rows: "QuerySet[Visit]", unit: str, first_day: str) -> "QuerySet[Visit]":
    first = parse_date(first_day) or date.min
    last = first + timedelta(days=_DAYS[unit])
    if unit == "month":
        last = last.replace(day=1)
    midnight = datetime.min.time()
    return rows.filter(at__gte=clock.city_moment(first, midnight), at__lt=clock.city_moment(last, midnight))


def cases_consulted_at(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return the cases of the consultations of a period, the latest first: a case that was asked about twice, twice.

    `where`: desk (row number), competence, state, stars, rated (more than so many stars), reported (False: of which
    a page told how picture and sound were).
    """
    columns = {
        "desk": "consultation__post__desk_id",
        "competence": "consultation__competence",
        "state": "consultation__state",
        "stars": "consultation__stars",
        "rated": "consultation__stars__gt",
        "reported": "consultation__qualities__isnull",
    }
    rows = CaseConsultation.objects.filter(
        consultation__connected_at__gte=since, consultation__connected_at__lt=until
    )
    if venue_codes is not None:
        rows = rows.filter(consultation__post__desk__venue__code__in=venue_codes)
    rows = rows.filter(**{columns[name]: value for name, value in where.items()})
    # Both parties report of one call: it is one row all the same.
    found = (
        rows.distinct()
        .select_related("case", "consultation__post__desk__venue")
        .order_by("-consultation__connected_at", "-pk")
    )
    return [_consulted_row(row) for row in found[offset : offset + limit]]


def cases_waiting_at(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return the cases whose number was called in the period, the latest first; `where`: venue."""
    rows = CaseTicket.objects.filter(ticket__called_at__gte=since, ticket__called_at__lt=until)
    if venue_codes is not None:
        rows = rows.filter(ticket__venue__code__in=venue_codes)
    rows = rows.filter(**{f"ticket__{name}__code": value for name, value in where.items()})
    found = rows.select_related("case", "ticket__venue").order_by("-ticket__called_at", "-pk")
    return [
        _row(row.case, venues.named(row.ticket.venue), row.ticket.called_at or row.case.changed_at)
        for row in found[offset : offset + limit]
    ]


def _consulted_row(row: CaseConsultation) -> VisitRow:
    consultation = row.consultation
    venue_name = venues.named(consultation.post.desk.venue) if consultation.post else ""
    return _row(row.case, venue_name, consultation.connected_at or consultation.joined_at, consulted=True)


def _row(case: Case, venue_name: str, at: datetime, *, consulted: bool | None = None) -> VisitRow:
    if consulted is None:
        consulted = case.consulted_at is not None
    return VisitRow(case.public_id, case.item_code, venue_name, at, None, "", consulted, 0)


def _visit_row(visit: Visit) -> VisitRow:
    return VisitRow(
        case_id=visit.case.public_id,
        item_code=visit.item_code,
        venue_name=venues.named(visit.venue),
        at=visit.at,
        outcome=visit.outcome,
        reason=visit.reason,
        consulted=visit.consulted,
        number=visit.number,
    )
