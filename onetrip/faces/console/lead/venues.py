"""Opening hours and rosters, for whoever leads the venue."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services
from onetrip.domain.venues.states import Competence, DeskKind
from onetrip.faces.console.access import reach_of, venues_for
from onetrip.faces.console.lead.clashes import day_of, to_venue
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_LED = staff_required("lead_venue", venue_argument="venue_code")


@never_cache
@staff_required("lead_venue")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show the venues of this person; whoever leads one only goes straight to it."""
    codes = reach_of(request, "lead_venue")
    if codes is not None and len(codes) == 1:
        return HttpResponseRedirect(reverse("console:venue", args=codes))
    wanted = request.GET.get("q", "").strip().lower()
    found = [
        venue
        for venue in venues_for(request, "lead_venue")
        if wanted in f"{venue.name} {venue.code} {venue.address} {venue.district_name}".lower()
    ]
    return render(request, "console/venues/choose.html", {"venues": found, "query": request.GET.get("q", "")})


@never_cache
@_LED
@require_GET
def venue(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show hours, announced exceptions, desks and the week's roster."""
    at = clock.now()
    today = clock.city_day(at)
    card = venues.venue(venue_code)
    shown = {
        "venue": card,
        "hours": venues.hours(venue_code=venue_code, at=at),
        "week": _by_weekday(venues.weekly_hours(venue_code)),
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "rule": booking.hall_rule(venue_code),
        "shares": booking.shares_of(venue_code),
        "posts": venues.desks_of(venue_code, kind=DeskKind.VIDEO),
        "competences": Competence.values,
        "appeals": booking.open_appeals(venue_code=venue_code),
        "clashes": booking.clash_count(venue_code=venue_code, at=at),
        **_roster(venue_code, since=today),
    }
    return render(request, "console/venues/page.html", shown)


def _by_weekday(spans: list[Any]) -> list[tuple[int, list[Any]]]:
    return [(weekday, [span for span in spans if span.weekday == weekday]) for weekday in range(7)]


def _roster(venue_code: str, *, since: Any) -> dict[str, Any]:
    """Return the desks with their weekly lines in seven columns, and the lines of single days apart."""
    lines = venues.roster_of(venue_code=venue_code, since=since)
    rows = [
        (
            desk,
            [
                [line for line in lines if line.desk_id == desk.id and line.weekday == weekday]
                for weekday in range(7)
            ],
        )
        for desk in venues.desks_of(venue_code)
    ]
    return {"desks": rows, "single_days": [line for line in lines if line.day is not None]}


@_LED
@require_POST
def close_on(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Close the venue for one day; the reason is shown to citizens."""
    day, reason = day_of(request), request.POST.get("reason", "")
    services.close_on(venue_code=venue_code, day=day, reason=reason, by=actor_of(request), at=clock.now())
    return to_venue(venue_code)


@_LED
@require_POST
def reopen_on(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Let the usual hours hold again on a day."""
    services.withdraw_exception(
        venue_code=venue_code, day=day_of(request), by=actor_of(request), at=clock.now()
    )
    return HttpResponseRedirect(reverse("console:venue", args=[venue_code]))


@_LED
@require_POST
def set_rule(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Say how booked visitors, walk-ins and those who stand less long become one line."""
    names = ("booked_ahead_min", "priority_ahead_min", "late_after_min")
    booking_services.set_hall_rule(
        venue_code=venue_code,
        **{name: _number(request, name) for name in names},
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:venue", args=[venue_code]))


@_LED
@require_POST
def set_backs_up(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Say which other lines a video post helps out in."""
    services.set_backs_up(
        desk_id=_number(request, "desk"),
        venue_code=venue_code,
        competences=request.POST.getlist("backs_up"),
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:venue", args=[venue_code]))


@_LED
@require_POST
def set_shares(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Say how many places are kept for the hall and for the hotline."""
    hall, hotline = (_number(request, name) for name in ("hall_share", "hotline_share"))
    booking_services.set_shares(
        venue_code=venue_code, hall_share=hall, hotline_share=hotline, by=actor_of(request), at=clock.now()
    )
    return HttpResponseRedirect(reverse("console:venue", args=[venue_code]))


@_LED
@require_POST
def answer_appeal(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Forgive a missed appointment, or say why the note stays."""
    booking_services.answer_appeal(
        mark_id=request.POST.get("mark", ""),
        venue_code=venue_code,
        forgive=request.POST.get("verdict") == "forgive",
        words=request.POST.get("words", ""),
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:venue", args=[venue_code]))


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not text.isdecimal():
        raise Invalid(field=name)
    return int(text)
