"""Open data: the one-trip rate for everybody and every machine. The form is described in docs/how-to/open-data.md."""

import csv
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import condition, require_safe

from onetrip.core import clock
from onetrip.domain.insights import queries as insights
from onetrip.domain.insights.queries import OpenFigures

_CACHE = "public, max-age=3600, stale-while-revalidate=86400"
# What a spreadsheet would take for a formula never begins a cell: keys are codes, labels come from the catalogue.
_FIELDS = ("by", "key", "label", "errands", "one_trip")


@lru_cache(maxsize=4)
def _figures(_month: str, language: str) -> OpenFigures:
    """A closed month never changes: one reading a month, a language and a process."""
    with translation.override(language):
        return insights.open_figures(at=clock.now())


def _now(request: HttpRequest) -> OpenFigures:
    language = "en" if request.GET.get("lang") == "en" else "zh-hans"
    return _figures(clock.city_day(clock.now()).strftime("%Y-%m"), language)


def _tag(request: HttpRequest) -> str:
    return f'"{_now(request).last}-{request.GET.get("lang") == "en"}"'


def _cached(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["Cache-Control"] = _CACHE
        response["Access-Control-Allow-Origin"] = "*"
        return response

    tagged: Callable[..., HttpResponse] = require_safe(condition(etag_func=_tag)(answer))
    return tagged


@_cached
def one_trip_json(request: HttpRequest) -> HttpResponse:
    """Answer with the figures and what one has to know to read them."""
    found = _now(request)
    body = {
        "version": 1,
        "title": "One-trip rate / 一次办结率",
        "period": {"first": found.first.isoformat(), "last": found.last.isoformat()},
        "least_cell": insights.MIN_SAMPLE,
        "licence": "CC BY 4.0",
        "fields": {
            "by": "month, item, venue, came (channel) or consulted (an officer was asked before: yes or no)",
            "errands": "errands whose first visit was in the period; null where too few to be published",
            "one_trip": "those of them that were done at that visit",
        },
        "rows": [{name: getattr(row, name) for name in _FIELDS} for row in found.rows],
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@_cached
def one_trip_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the same rows as CSV (RFC 4180, UTF-8); what is not published is empty."""
    response = HttpResponse(content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = 'inline; filename="one-trip-v1.csv"'
    rows = csv.writer(response)
    rows.writerow(_FIELDS)
    for row in _now(request).rows:
        rows.writerow(["" if getattr(row, name) is None else getattr(row, name) for name in _FIELDS])
    return response
