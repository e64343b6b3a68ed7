"""The dashboard: the one-trip rate and its causes, for the venues within this person's reach."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.insights import queries as insights
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.access import reach_of
from onetrip.faces.frame.gates import staff_required
from onetrip.faces.frame.headers import never_cache

PRESETS = (
    (1, gettext_lazy("Today")),
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
)
DEFAULT_DAYS = 30
LONGEST_DAYS = 400


@dataclass(frozen=True)
class Period:
    """City days, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), clock.CITY_TZ)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), clock.CITY_TZ)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_of(request: HttpRequest, *, today: date) -> Period:
    """Return the period asked for; what makes no sense falls back to the last 30 days."""
    first, last = _day(request.GET.get("first")), _day(request.GET.get("last"))
    if first is None or last is None or not 0 <= (last - first).days < LONGEST_DAYS:
        return Period(today - timedelta(days=DEFAULT_DAYS - 1), today)
    return Period(first, last)


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@dataclass(frozen=True)
class View:
    """What is looked at: a period and the venues (None: all that there are)."""

    period: Period
    venue_codes: list[str] | None

    @property
    def scope(self) -> dict[str, Any]:
        return {"since": self.period.since, "until": self.period.until, "venue_codes": self.venue_codes}


def view_of(request: HttpRequest) -> tuple[View, str]:
    """Return the view and the venue that was picked; a venue out of reach does not exist."""
    reach = reach_of(request, "see_insights")
    picked = request.GET.get("venue", "")
    if picked and reach is not None and picked not in reach:
        raise NotFound()
    codes = [picked] if picked else reach
    return View(period_of(request, today=clock.city_day(clock.now())), codes), picked


@never_cache
@staff_required("see_insights")
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period."""
    view, picked = view_of(request)
    return render(
        request, "console/insights/page.html", {**frame_of(request, view, picked), **figures_of(view)}
    )


def frame_of(request: HttpRequest, view: View, picked: str) -> dict[str, Any]:
    """Return what the form for period and venue shows."""
    period, today = view.period, clock.city_day(clock.now())
    reach = reach_of(request, "see_insights")
    return {
        "period": period,
        "today": today,
        "presets": [_preset(days, title, period, today, picked) for days, title in PRESETS],
        "picked": picked,
        "venues": [venue for venue in venues.venues() if reach is None or venue.code in reach],
        "base": urlencode({"first": period.first, "last": period.last, "venue": picked}),
    }


def _preset(days: int, title: Any, period: Period, today: date, picked: str) -> dict[str, Any]:
    first = today - timedelta(days=days - 1)
    query = urlencode({"first": first, "last": today, "venue": picked})
    return {"title": title, "query": query, "here": (period.first, period.last) == (first, today)}


_TABLES = ("none", "consulted", "day", "week", "item", "venue", "came", "version")


def figures_of(view: View) -> dict[str, Any]:
    """Return everything the dashboard shows of a period and its venues."""
    scope = view.scope
    rates = insights.rates(by=_TABLES, **scope)
    total = rates["none"][0]
    consulted = {row.key: row for row in rates["consulted"]}
    grain = _grain(rates)
    return {
        "total": total,
        "in_order": insights.share_of(total.in_order, total.finished),
        "unfit": total.finished - total.in_order,
        "consulted": consulted.get("yes"),
        "alone": consulted.get("no"),
        "saved": insights.trips_saved(**scope),
        "trips": insights.trips_per_errand(**scope),
        "grain": grain,
        "by_time": rates[grain],
        "by_item": rates["item"],
        "by_venue": rates["venue"],
        "by_came": rates["came"],
        "by_version": rates["version"],
        "returns": insights.why_returned(**scope),
        "failing": insights.guides_that_send_home(limit=10, **scope),
        "hall_waits": insights.waits(of="hall", **scope),
        "line_waits": insights.waits(of="line", **scope),
        "calls": insights.calls_per_post(**scope),
        "agreement": insights.agreement(**scope),
        "satisfaction": insights.satisfaction(**scope),
        "complaints": insights.complaints_answered(at=clock.now(), **scope),
        "chart_time": _rate_chart(rates[grain]),
        "chart_item": _bar_chart(rates["item"]),
        "min_sample": insights.MIN_SAMPLE,
    }


def _grain(rates: dict[str, list[Any]]) -> str:
    """Return the finer of day and week in which at least half of the points stand on enough errands."""
    thick = sum(not row.is_thin for row in rates["day"])
    return "day" if 2 * thick >= len(rates["day"]) else "week"


def _rate_chart(rows: list[Any]) -> dict[str, Any]:
    series = [
        {
            "name": name,
            "values": [_percent(row, value) for row, value in zip(rows, values, strict=True)],
            "unit": "%",
        }
        for name, values in (
            (_("One-trip rate"), [row.rate for row in rows]),
            (_("lower end"), [row.low for row in rows]),
            (_("upper end"), [row.high for row in rows]),
        )
    ]
    return {"x": [row.label for row in rows], "series": series}


def _bar_chart(rows: list[Any]) -> dict[str, Any]:
    """Return the rates of the largest groups that stand on enough, the lowest first: where to begin."""
    shown = sorted((row for row in rows if row.rate is not None), key=lambda row: row.rate)[:12]
    series = [{"name": _("One-trip rate"), "values": [_percent(row, row.rate) for row in shown], "unit": "%"}]
    return {"x": [row.label for row in shown], "series": series}


def _percent(row: Any, value: float | None) -> float | None:
    """Below the least sample there is a gap in the line, not a number that says nothing."""
    return None if row.is_thin or value is None else round(value * 100, 1)


@never_cache
@staff_required("see_insights")
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Show picture and sound of the calls, by day and by post."""
    view, picked = view_of(request)
    by_day = insights.call_quality(by="day", **view.scope)
    shown = {
        **frame_of(request, view, picked),
        "total": next(iter(insights.call_quality(by="all", **view.scope)), None),
        "by_day": by_day,
        "by_post": insights.call_quality(by="post", **view.scope),
        "chart_setup": _quality_chart(by_day, (_("Set-up"), "s", lambda row: _rounded(row.setup_ms, 0.001))),
        "chart_loss": _quality_chart(
            by_day,
            (_("Packets lost"), "%", lambda row: _rounded(row.loss, 100)),
            (_("Time frozen"), "%", lambda row: _rounded(row.frozen, 100)),
        ),
    }
    return render(request, "console/insights/calls.html", shown)


def _quality_chart(rows: list[Any], *series: tuple[str, str, Any]) -> dict[str, Any]:
    drawn = [
        {"name": name, "values": [value(row) for row in rows], "unit": unit} for name, unit, value in series
    ]
    return {"x": [row.label for row in rows], "series": drawn}


def _rounded(value: float | None, times: float) -> float | None:
    return None if value is None else round(value * times, 2)


@never_cache
@staff_required("see_insights")
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """Show the cases behind one figure, page by page."""
    view, picked = view_of(request)
    page = request.GET.get("page", "1")
    found = insights.cases_behind(
        figure=request.GET.get("figure", ""),
        key=request.GET.get("key", ""),
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        **view.scope,
    )
    base = {"first": view.period.first, "last": view.period.last, "venue": picked}
    here = {**base, "figure": found.figure, "key": found.key}
    shown = {"found": found, "period": view.period, "base": urlencode(base), "here": urlencode(here)}
    return render(request, "console/insights/behind.html", shown)
