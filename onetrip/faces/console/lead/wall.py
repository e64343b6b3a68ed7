"""The live wall: how the video lines stand, who is at which post, and how many posts the next hours need."""

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onetrip.core import clock, live
from onetrip.domain.consultations import queries
from onetrip.domain.venues.states import Competence
from onetrip.faces.console.access import reach_of
from onetrip.faces.frame.gates import staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("see_insights")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the wall; it follows all lines, and looks again by itself."""
    at = clock.now()
    midnight = datetime.combine(clock.city_day(at), time(), clock.CITY_TZ)
    now_shown = _now(request, at)
    busiest = max(now_shown["wall"].lines, key=lambda one: one.waiting).competence
    asked = request.GET.get("line", "")
    chosen = asked if asked in Competence.values else busiest
    shown = {
        **now_shown,
        "topics": _topics(),
        "chosen": chosen,
        "competences": Competence.values,
        "needs": queries.staffing(competence=chosen, at=at),
        "duty": queries.duty_of(day_start=midnight, venue_codes=reach_of(request, "see_insights"), at=at),
    }
    return render(request, "console/wall/page.html", shown)


@never_cache
@staff_required("see_insights")
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Show the part of the wall that changes from moment to moment."""
    return render(request, "console/wall/now.html", _now(request, clock.now()))


def _now(request: HttpRequest, at: datetime) -> dict[str, Any]:
    shown = queries.wall(venue_codes=reach_of(request, "see_insights"), at=at)
    alarms = sum(bool(one.alarm) for one in shown.lines) + sum(bool(one.alarm) for one in shown.posts)
    return {"wall": shown, "alarms": alarms, "at": at}


def _topics() -> list[tuple[str, int]]:
    topics = [f"line:{competence}" for competence in Competence.values]
    heads = live.heads(topics)
    return [(topic, heads.get(topic, 0)) for topic in topics]
