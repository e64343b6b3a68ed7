"""Booked visitors for whom no window is left: who they are, where they could go, one tap that moves and tells them."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venues_services
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_LED = staff_required("lead_venue", venue_argument="venue_code")


def to_venue(venue_code: str) -> HttpResponseRedirect:
    """Go on after a change of hours or rosters: to whom it leaves without a window, else back to the venue."""
    clashing = booking.clash_count(venue_code=venue_code, at=clock.now())
    return HttpResponseRedirect(
        reverse("console:venue_clashes" if clashing else "console:venue", args=[venue_code])
    )


def day_of(request: HttpRequest) -> date:
    """Return the day a form names; raises Invalid."""
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError:
        day = None
    if day is None:
        raise Invalid(field="day")
    return day


@never_cache
@_LED
@require_GET
def clashes(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show who has no window any more, when they would come, and the nearest free places."""
    found = booking.clashes(venue_code=venue_code, by=actor_of(request), at=clock.now())
    proposed = [clash for clash in found if clash.proposals]
    shown = {"venue": venues.venue(venue_code), "clashes": found, "proposed": proposed}
    return render(request, "console/venues/clashes.html", shown)


@_LED
@require_POST
def move(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Move one visitor, or all as proposed; each is told. Where a place has gone meanwhile, nobody is moved."""
    moves = dict(_pair(text) for text in request.POST.getlist("move"))
    try:
        count = services.move_all_for_venue(
            moves=moves, venue_code=venue_code, by=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return HttpResponseRedirect(reverse("console:venue_clashes", args=[venue_code]))
    moved = ngettext(
        "%(count)s visitor was moved and told.", "%(count)s visitors were moved and told.", count
    )
    messages.success(request, moved % {"count": count})
    return to_venue(venue_code)


def _pair(text: str) -> tuple[str, str]:
    appointment_id, _space, slot_id = text.partition(" ")
    if not slot_id:
        raise Invalid(field="move")
    return appointment_id, slot_id


@_LED
@require_POST
def leave_unstaffed(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Somebody is away: leave a desk of this venue empty on one day."""
    desks = {str(desk.id): desk.id for desk in venues.desks_of(venue_code)}
    desk_id = desks.get(request.POST.get("desk", ""))
    if desk_id is None:
        raise Invalid(field="desk")
    venues_services.leave_unstaffed(
        desk_id=desk_id, day=day_of(request), by=actor_of(request), at=clock.now()
    )
    return to_venue(venue_code)
