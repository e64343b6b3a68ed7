"""Reads of cases, named by the question they answer."""

from onetrip.domain.cases.queries.errands import (
    case,
    case_document,
    case_entry,
    case_for_staff,
    case_of_appointment,
    case_of_consultation,
    case_of_ticket,
    cases_of,
    errand_to_book,
    may_watch,
    verdict_entry,
)
from onetrip.domain.cases.queries.figures import (
    cases_consulted_at,
    first_visits,
    return_reasons,
    trips_needed,
    visit_stars,
    visits_behind,
)
from onetrip.domain.cases.views import (
    CaseMaterialView,
    CaseSummary,
    CaseView,
    ErrandToBook,
    TripCount,
    VisitRow,
    VisitView,
)

__all__ = [
    "CaseMaterialView",
    "CaseSummary",
    "CaseView",
    "ErrandToBook",
    "TripCount",
    "VisitRow",
    "VisitView",
    "case",
    "case_document",
    "case_entry",
    "case_for_staff",
    "case_of_appointment",
    "case_of_consultation",
    "case_of_ticket",
    "cases_consulted_at",
    "cases_of",
    "errand_to_book",
    "first_visits",
    "may_watch",
    "return_reasons",
    "trips_needed",
    "verdict_entry",
    "visit_stars",
    "visits_behind",
]
