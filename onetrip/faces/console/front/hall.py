"""The reception: who has booked arrives, who has not takes a number, and the hall as it stands."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, live
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as line
from onetrip.domain.cases import services as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.halls import queries as halls
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.access import reach_of, venues_for
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_AT_VENUE = staff_required("reception", venue_argument="venue_code")
ITEMS_SHOWN = 12


@never_cache
@staff_required("reception")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show the halls of this person; whoever has one only goes straight to it."""
    codes = reach_of(request, "reception")
    if codes is not None and len(codes) == 1:
        return HttpResponseRedirect(reverse("console:hall", args=codes))
    halls = venues_for(request, "reception")
    loads = booking.waiting_load(venue_codes=[hall.code for hall in halls], at=clock.now())
    return render(
        request, "console/hall/choose.html", {"halls": [(hall, loads.get(hall.code)) for hall in halls]}
    )


@never_cache
@_AT_VENUE
@require_GET
def hall(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the reception of one hall."""
    return render(request, "console/hall/page.html", _hall(venue_code, query=request.GET.get("q", "")))


@never_cache
@_AT_VENUE
@require_GET
def state(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the live part: the line of each kind, and the windows."""
    return render(
        request, "console/hall/state.html", {"venue": venues.venue(venue_code), **_state(venue_code)}
    )


@never_cache
@_AT_VENUE
@require_GET
def arrivals(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the day's list of booked visitors."""
    shown = {"venue": venues.venue(venue_code), "day_list": _day_list(venue_code)}
    return render(request, "console/hall/arrivals.html", shown)


@never_cache
@_AT_VENUE
@require_GET
def items(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the items that fit what was typed, for a visitor without an appointment."""
    shown = {"venue": venues.venue(venue_code), **_items(venue_code, request.GET.get("q", ""))}
    return render(request, "console/hall/items.html", shown)


@_AT_VENUE
@require_POST
def check_in(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Check a visitor in by the code on their phone and hand out the number."""
    typed = request.POST.get("arrival_code", "")
    try:
        ticket_id = cases.check_in_at_reception(
            venue_code=venue_code, arrival_code=typed, by=actor_of(request), at=clock.now()
        )
    except NotFound:
        text = _("No booking for today has this code. Please check the code and the day.")
        shown = {**_hall(venue_code), "typed": typed, "code_error": text}
        return render(request, "console/hall/page.html", shown, status=404)
    except Refusal as refusal:
        shown = {**_hall(venue_code), "typed": typed, "code_error": refusal.text()}
        return render(request, "console/hall/page.html", shown, status=refusal.status)
    _print(request, ticket_id)
    return _to_ticket(venue_code, ticket_id)


@_AT_VENUE
@require_POST
def walk_in(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Give a number to somebody without an appointment."""
    item_code = request.POST.get("item", "")
    ticket_id = cases.walk_in(
        venue_code=venue_code, item_code=item_code, by=actor_of(request), at=clock.now()
    )
    _print(request, ticket_id)
    return _to_ticket(venue_code, ticket_id)


@never_cache
@_AT_VENUE
@require_GET
def ticket(request: HttpRequest, venue_code: str, ticket_id: str) -> HttpResponse:
    """Show the number to hand out or print."""
    found = booking.ticket(ticket_id=ticket_id, at=clock.now())
    if found.venue_code != venue_code:
        raise NotFound()
    shown = {
        "ticket": found,
        "printer": halls.printer_of(venue_code),
        "slip": halls.slip_state(ticket_id),
    }
    return render(request, "console/hall/ticket.html", shown)


@_AT_VENUE
@require_POST
def give_priority(request: HttpRequest, venue_code: str, ticket_id: str) -> HttpResponse:
    """Let somebody old, disabled or pregnant stand less long."""
    if booking.ticket(ticket_id=ticket_id).venue_code != venue_code:
        raise NotFound()
    line.give_priority(ticket_id=ticket_id, by=actor_of(request), at=clock.now())
    return _to_ticket(venue_code, ticket_id)


@_AT_VENUE
@require_POST
def print_slip(request: HttpRequest, venue_code: str, ticket_id: str) -> HttpResponse:
    """Print a number, once more if need be."""
    if booking.ticket(ticket_id=ticket_id).venue_code != venue_code:
        raise NotFound()
    _print(request, ticket_id)
    return _to_ticket(venue_code, ticket_id)


def _print(request: HttpRequest, ticket_id: str) -> None:
    address = request.build_absolute_uri(reverse("citizen:ticket", args=[ticket_id]))
    line.print_ticket(ticket_id=ticket_id, address=address, at=clock.now())


def _to_ticket(venue_code: str, ticket_id: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:hall_ticket", args=[venue_code, ticket_id]))


def _hall(venue_code: str, query: str = "") -> dict[str, Any]:
    topic = f"hall:{venue_code}"
    return {
        "venue": venues.venue(venue_code),
        "topic": topic,
        "seq": live.heads([topic]).get(topic, 0),
        "day_list": _day_list(venue_code),
        **_state(venue_code),
        **(_items(venue_code, query) if query else {"query": "", "items": []}),
    }


def _day_list(venue_code: str) -> list[Any]:
    """Return today's bookings: those still to come first, by time."""
    found = booking.day_list(venue_code=venue_code, day=clock.city_day(clock.now()))
    return sorted(found, key=lambda booked: (booked.state != "booked", booked.starts_at))


def _state(venue_code: str) -> dict[str, Any]:
    """Return the windows with their numbers, and the lines: (competence, numbers in order)."""
    board = booking.board(venue_code=venue_code)
    lines: dict[str, list[str]] = {}
    for number, competence in board.waiting:
        lines.setdefault(competence, []).append(number)
    load = booking.waiting_load(venue_codes=[venue_code], at=clock.now()).get(venue_code)
    return {
        "called": board.called,
        "lines": sorted(lines.items()),
        "waiting_count": len(board.waiting),
        "load": load,
        "says": booking.windows_that_say(venue_code),
    }


def _items(venue_code: str, query: str) -> dict[str, Any]:
    """Return the items found, those this hall can do first; the others are shown so that nobody searches in vain."""
    able = set(venues.competences_of(venue_code))
    found = catalog.search(query, limit=ITEMS_SHOWN) if query.strip() else []
    ranked = sorted(found, key=lambda item: item.competence not in able)
    return {"query": query, "items": [(item, item.competence in able) for item in ranked]}
