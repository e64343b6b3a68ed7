"""The self check-in: say that one is here by code, phone number or name and time, or take a number."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, limits
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as line
from onetrip.domain.booking.errors import HallClosed
from onetrip.domain.cases import services as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls.states import DeviceKind
from onetrip.domain.venues import queries as venues
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.kiosk.gates import actor_of_device, device_required

_TABLET = device_required(DeviceKind.TABLET)
WAYS = ("code", "phone", "name")
# Whoever tries numbers and names stands in front of the reception; this keeps it slow all the same.
_TRIES, _TRIES_PER_S = 30, 300
_NUMBERS, _NUMBERS_PER_S = 40, 300
_ITEMS_SHOWN = 8


@never_cache
@_TABLET
@require_GET
def hall(request: HttpRequest, device: halls.DeviceView) -> HttpResponse:
    """Ask who comes: somebody with an appointment, or without one."""
    return render(request, "kiosk/hall.html", _hall(request, device))


def _hall(request: HttpRequest, device: halls.DeviceView) -> dict[str, Any]:
    at = clock.now()
    way = request.POST.get("by") or request.GET.get("by") or "code"
    text = request.GET.get("q", "").strip()[:60]
    able = set(venues.competences_of(device.venue_code))
    return {
        "venue": venues.venue(device.venue_code),
        "hours": venues.hours(venue_code=device.venue_code, at=at),
        "load": booking.waiting_load(venue_codes=[device.venue_code], at=at)[device.venue_code],
        "rule": booking.hall_rule(device.venue_code),
        "way": way if way in WAYS else "code",
        "times": booking.booked_times(venue_code=device.venue_code, day=clock.city_day(at))
        if way == "name"
        else [],
        "text": text,
        "items": [item for item in catalog.search(text) if item.competence in able][:_ITEMS_SHOWN]
        if text
        else [],
    }


@never_cache
@_TABLET
@require_POST
def check_in(request: HttpRequest, device: halls.DeviceView) -> HttpResponse:
    """Check somebody in. The same words for whatever does not fit: nobody learns who is booked here."""
    at = clock.now()
    limits.take(key=f"device-try:{device.id}", limit=_TRIES, per_s=_TRIES_PER_S, at=at)
    try:
        ticket_id = _check_in(request, device, at)
    except NotFound:
        text = _(
            "No booking for today fits. Please check what you typed, try another way, or ask the reception."
        )
        return _again(request, device, text, status=404)
    except Refusal as refusal:
        return _again(request, device, refusal.text(), status=refusal.status)
    return _to_number(request, ticket_id, at)


def _check_in(request: HttpRequest, device: halls.DeviceView, at: datetime) -> str:
    typed, by = request.POST, actor_of_device(device)
    about: dict[str, Any] = {"venue_code": device.venue_code, "by": by, "at": at}
    way = typed.get("by")
    if way == "phone":
        return cases.check_in_by_phone(phone=typed.get("phone", ""), **about)
    if way == "name":
        try:
            starts_at = datetime.fromisoformat(typed.get("time", ""))
        except ValueError as error:
            raise NotFound() from error
        if starts_at.tzinfo is None:
            raise NotFound()
        return cases.check_in_by_name(name=typed.get("name", ""), starts_at=starts_at, **about)
    return cases.check_in_at_reception(arrival_code=typed.get("arrival_code", ""), **about)


def _again(request: HttpRequest, device: halls.DeviceView, text: str, *, status: int) -> HttpResponse:
    shown = {**_hall(request, device), "error": text, "typed": request.POST}
    return render(request, "kiosk/hall.html", shown, status=status)


@never_cache
@_TABLET
@require_POST
def take_number(request: HttpRequest, device: halls.DeviceView) -> HttpResponse:
    """Give a number to somebody without an appointment, while the hall is open."""
    at = clock.now()
    limits.take(key=f"device-number:{device.id}", limit=_NUMBERS, per_s=_NUMBERS_PER_S, at=at)
    try:
        ticket_id = cases.walk_in(
            venue_code=device.venue_code,
            item_code=request.POST.get("item", ""),
            by=actor_of_device(device),
            at=at,
        )
    except HallClosed as refusal:
        return _again(request, device, refusal.text(), status=refusal.status)
    return _to_number(request, ticket_id, at)


def _to_number(request: HttpRequest, ticket_id: str, at: datetime) -> HttpResponse:
    _print(request, ticket_id, at)
    return HttpResponseRedirect(reverse("kiosk:number", args=[ticket_id]))


def _print(request: HttpRequest, ticket_id: str, at: datetime) -> bool:
    address = request.build_absolute_uri(reverse("citizen:ticket", args=[ticket_id]))
    return line.print_ticket(ticket_id=ticket_id, address=address, at=at)


@never_cache
@_TABLET
@require_GET
def number(request: HttpRequest, ticket_id: str, device: halls.DeviceView) -> HttpResponse:
    """Show the number, how long it takes, and what to scan to follow it; printed or not, it is in the line."""
    at = clock.now()
    ticket = _here(ticket_id, device, at)
    address = request.build_absolute_uri(reverse("citizen:ticket", args=[ticket_id]))
    shown = {
        "ticket": ticket,
        "rule": booking.hall_rule(device.venue_code),
        "address": address,
        "slip": halls.slip_state(ticket_id),
        "printer": halls.printer_of(device.venue_code),
    }
    return render(request, "kiosk/number.html", shown)


@never_cache
@_TABLET
@require_POST
def print_number(request: HttpRequest, ticket_id: str, device: halls.DeviceView) -> HttpResponse:
    """Print it once more."""
    at = clock.now()
    _here(ticket_id, device, at)
    return _to_number(request, ticket_id, at)


def _here(ticket_id: str, device: halls.DeviceView, at: datetime) -> booking.TicketView:
    """Return a number of this hall that was given out a short while ago: the tablet is nobody's phone."""
    ticket = booking.ticket(ticket_id=ticket_id, at=at)
    if ticket.venue_code != device.venue_code or clock.city_day(ticket.taken_at) != clock.city_day(at):
        raise NotFound()
    return ticket
