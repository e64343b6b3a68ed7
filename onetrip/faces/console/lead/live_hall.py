"""The live hall for its lead: windows, lines, alarms; opening and closing windows, and closing early."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, live
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.cases import services as cases
from onetrip.domain.halls import queries as halls
from onetrip.domain.venues import queries as venues
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_LEADS = staff_required("lead_venue", venue_argument="venue_code")


@never_cache
@_LEADS
@require_GET
def page(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the live hall; it follows the hall's document and looks again by itself."""
    topic = f"hall:{venue_code}"
    shown = {**_now(venue_code), "topic": topic, "seq": live.heads([topic]).get(topic, 0)}
    return render(request, "console/hall/lead.html", shown)


@never_cache
@_LEADS
@require_GET
def now(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the part that changes from moment to moment."""
    return render(request, "console/hall/lead_now.html", _now(venue_code))


def _now(venue_code: str) -> dict[str, Any]:
    at = clock.now()
    silent = [device for device in halls.devices_of(venue_code=venue_code, at=at) if device.silent]
    printer = halls.printer_of(venue_code)
    failing = printer if printer is not None and printer.failing_since is not None else None
    hall = booking.hall_now(venue_code=venue_code, at=at)
    return {
        "venue": venues.venue(venue_code),
        "hours": venues.hours(venue_code=venue_code, at=at),
        "hall": hall,
        "silent": silent,
        "failing": failing,
        "alarms": hall.alarms + len(silent) + bool(failing),
        "at": at,
    }


@_LEADS
@require_POST
def set_window(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Open or close a window; the number that is there is finished first."""
    desk = request.POST.get("desk", "")
    service = {"open": booking_services.open_window, "close": booking_services.close_window}.get(
        request.POST.get("window", "")
    )
    if service is None or not desk.isdecimal():
        raise Invalid(field="window")
    service(desk_id=int(desk), venue_code=venue_code, by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("console:hall_lead", args=[venue_code]))


@_LEADS
@require_POST
def close_early(request: HttpRequest, venue_code: str) -> HttpResponse:
    """End the day early; who cannot be served any more is moved and told."""
    try:
        until = parse_time(request.POST.get("until", ""))
        if until is None:
            raise Invalid(field="until")
        found = cases.close_early(
            venue_code=venue_code, until=until, reason=request.POST.get("reason", ""), by=actor_of(request),
            at=clock.now(),
        )  # fmt: skip
    except (Refusal, ValueError) as refusal:
        said = refusal.text() if isinstance(refusal, Refusal) else Invalid(field="until").text()
        messages.error(request, said)
    else:
        counts = {"moved": found.moved, "home": found.sent_home, "left": found.to_speak_to}
        messages.success(
            request,
            _(
                "Closed early. Moved and told: %(moved)s booked, %(home)s in line. "
                "Please speak to %(left)s people whom we cannot reach or place."
            )
            % counts,
        )
    return HttpResponseRedirect(reverse("console:hall_lead", args=[venue_code]))
