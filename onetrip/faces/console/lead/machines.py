"""The machines of a hall: screens and tablets that a lead trusts, and the printer of numbers."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls import services
from onetrip.domain.halls.states import DeviceKind
from onetrip.domain.venues import queries as venues
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_LEADS = staff_required("lead_venue", venue_argument="venue_code")


@never_cache
@_LEADS
@require_GET
def machines(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show what stands in the hall, and what is silent."""
    return render(request, "console/hall/machines.html", _machines(venue_code))


def _machines(venue_code: str) -> dict[str, Any]:
    return {
        "venue": venues.venue(venue_code),
        "devices": halls.devices_of(venue_code=venue_code, at=clock.now()),
        "printer": halls.printer_of(venue_code),
        "kinds": DeviceKind.choices,
    }


def _refused(request: HttpRequest, venue_code: str, refusal: Refusal) -> HttpResponse:
    shown = {
        **_machines(venue_code),
        "refusal": refusal.text(),
        "field": refusal.field,
        "typed": request.POST,
    }
    return render(request, "console/hall/machines.html", shown, status=refusal.status)


@never_cache
@_LEADS
@require_POST
def add(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Set a machine up; its link is shown this once, to be opened on the machine itself."""
    try:
        key = services.add_device(
            venue_code=venue_code, kind=request.POST.get("kind", ""), label=request.POST.get("label", ""),
            by=actor_of(request), at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(request, venue_code, refusal)
    address = request.build_absolute_uri(reverse("kiosk:enrol", args=[key]))
    picture = segno.make(address, error="m", micro=False).svg_data_uri(border=3, light="#fff")
    shown = {**_machines(venue_code), "address": address, "picture": picture}
    return render(request, "console/hall/machines.html", shown)


@_LEADS
@require_POST
def remove(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Trust a machine no longer."""
    services.remove_device(
        venue_code=venue_code, device_id=request.POST.get("device", ""), by=actor_of(request), at=clock.now()
    )
    return _back(venue_code)


@_LEADS
@require_POST
def printer(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Say where the printer stands; an empty address takes it away."""
    host, port = request.POST.get("host", "").strip(), request.POST.get("port", "")
    about: dict[str, Any] = {"venue_code": venue_code, "by": actor_of(request), "at": clock.now()}
    if not host:
        services.remove_printer(**about)
        return _back(venue_code)
    try:
        services.set_printer(host=host, port=int(port) if port.isascii() and port.isdigit() else 0, **about)
    except Refusal as refusal:
        return _refused(request, venue_code, refusal)
    return _back(venue_code)


def _back(venue_code: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:hall_machines", args=[venue_code]))
