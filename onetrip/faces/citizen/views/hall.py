"""Visit: arrive, take a number, follow the line, and the board on the wall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, limits
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as line
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.faces.citizen.qr import qr_response
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.citizen.views import presence
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import is_htmx

_TICKETS_AN_HOUR = 6


@never_cache
@require_GET
def arrive(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Welcome somebody at the door: check in to today's appointment, or search the errand and take a number."""
    place = venues.venue(venue_code)
    if "h" in request.GET:
        return _show_code(request, venue_code)
    at = clock.now()
    text = request.GET.get("q", "").strip()[:60]
    competences = set(venues.competences_of(venue_code))
    found = [item for item in catalog.search(text) if item.competence in competences] if text else []
    context = {
        "venue": place,
        "hours": venues.hours(venue_code=venue_code, at=at),
        "load": booking.waiting_load(venue_codes=[venue_code], at=at).get(venue_code),
        "text": text,
        "items": found,
        "appointments": _todays(request, venue_code),
        "rule": booking.hall_rule(venue_code),
        "asks_code": presence.is_asked(request, venue_code),
        "steps": STEPS,
    }
    return render(request, "citizen/arrive.html", context)


def _show_code(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Take the code of the hall's screen, scanned or typed, and go on without it in the address."""
    try:
        presence.show_code(request, venue_code=venue_code, code=request.GET["h"])
    except Refusal as refusal:
        messages.error(request, refusal.text())
    else:
        messages.success(request, _("You are in the hall. You can check in or take a number now."))
    return redirect("citizen:arrive", venue_code=venue_code)


def _todays(request: HttpRequest, venue_code: str) -> list[tuple[booking.AppointmentView, str]]:
    """Return my appointments of today at this venue, each with the id of its errand."""
    if not request.user.is_authenticated:
        return []
    today = clock.city_day(clock.now())
    own = [
        appointment
        for appointment in booking.appointments_of(citizen_id=person_id(request))
        if appointment.venue_code == venue_code
        and appointment.state in ("booked", "checked_in")
        and clock.city_day(appointment.starts_at) == today
    ]
    errands = cases.cases_of_appointments(appointment.id for appointment in own)
    return [(appointment, errands[appointment.id]) for appointment in own if appointment.id in errands]


@require_GET
def arrive_qr(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Draw the QR code for the entrance: check in, or take a number, on one's own phone."""
    place = venues.venue(venue_code)
    return qr_response(request.build_absolute_uri(reverse("citizen:arrive", args=[place.code])))


@require_POST
@citizen_required
def walk_in(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Take a number without an appointment."""
    at = clock.now()
    limits.take(key=f"walk-in:{person_id(request)}", limit=_TICKETS_AN_HOUR, per_s=3600, at=at)
    try:
        ticket_id = services.walk_in(
            venue_code=venue_code,
            item_code=request.POST.get("item", ""),
            citizen_id=person_id(request),
            presence=presence.proof_of(request, venue_code),
            by=actor_of(request),
            at=at,
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return redirect("citizen:arrive", venue_code=venue_code)
    return redirect("citizen:ticket", ticket_id=ticket_id)


@never_cache
@require_GET
def ticket(request: HttpRequest, ticket_id: str) -> HttpResponse:
    """Show a number's place in the line. The unguessable address is the ticket; there is no name on it."""
    mine = booking.ticket(ticket_id=ticket_id, at=clock.now())
    context = {"ticket": mine, "case_id": _case_of(request, ticket_id), "steps": STEPS}
    return render(
        request, "citizen/parts/ticket_state.html" if is_htmx(request) else "citizen/ticket.html", context
    )


def _case_of(request: HttpRequest, ticket_id: str) -> str | None:
    """Return the errand of the ticket if it is this person's own."""
    case_id = cases.case_of_ticket(ticket_id=ticket_id)
    if case_id is None or not request.user.is_authenticated:
        return None
    try:
        return cases.case(case_id=case_id, citizen_id=person_id(request)).id
    except NotFound:
        return None


@require_POST
@citizen_required
def leave_line(request: HttpRequest, ticket_id: str) -> HttpResponse:
    """Give the number back; only who took it can."""
    if _case_of(request, ticket_id) is None:
        raise NotFound()
    line.leave_line(ticket_id=ticket_id, by=actor_of(request), at=clock.now())
    return redirect("citizen:ticket", ticket_id=ticket_id)


@never_cache
@require_GET
def board(request: HttpRequest, venue_code: str) -> HttpResponse:
    """Show the numbers called and waiting, for the wall: no names, readable from ten metres."""
    shown = booking.board(venue_code=venue_code)
    context = {
        "board": shown,
        "theme": "light" if request.GET.get("theme") == "light" else "dark",
        "other_theme": "dark" if request.GET.get("theme") == "light" else "light",
    }
    return render(request, "citizen/board.html", context)
