"""The window: call the next number, serve, write down how the visit ended. The live hall keeps the lists fresh."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, live
from onetrip.core.audit import Actor
from onetrip.core.errors import Invalid
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.access import desks_of, own_desk, person
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

# Reasons that have nothing to do with one paper; the other two are offered beside every paper.
PLAIN_REASONS = ("guide_wrong", "not_competent", "system_down", "other")


@never_cache
@staff_required("serve_window")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Show the windows of this officer; whoever has one only goes straight to it."""
    desks = desks_of(request, "window")
    if len(desks) == 1:
        return HttpResponseRedirect(reverse("console:window_desk", args=[desks[0].id]))
    return render(request, "console/window/choose.html", {"desks": desks})


@never_cache
@staff_required("serve_window")
@require_GET
def desk(request: HttpRequest, desk_id: int) -> HttpResponse:
    """Show the window: the number that is here with its case, and the line behind it."""
    return render(request, "console/window/page.html", _desk(request, desk_id))


@never_cache
@staff_required("serve_window")
@require_GET
def now(request: HttpRequest, desk_id: int) -> HttpResponse:
    """Show the part about the number that is here; fetched again when it changes."""
    return render(request, "console/window/now.html", _desk(request, desk_id))


@never_cache
@staff_required("serve_window")
@require_GET
def waiting(request: HttpRequest, desk_id: int) -> HttpResponse:
    """Show the line; fetched again when the hall changes."""
    own_desk(request, desk_id, "window")
    return render(
        request, "console/window/waiting.html", {"window": booking.window(desk_id=desk_id, at=clock.now())}
    )


def _desk(request: HttpRequest, desk_id: int) -> dict[str, Any]:
    mine = own_desk(request, desk_id, "window")
    found = booking.window(desk_id=desk_id, at=clock.now())
    topic = f"hall:{mine.venue_code}"
    return {
        "desk": mine,
        "window": found,
        "case": _case_of(request, found.current),
        "topic": topic,
        "seq": live.heads([topic]).get(topic, 0),
        "plain_reasons": PLAIN_REASONS,
        "elsewhere": sorted(set(venues.competences_of(mine.venue_code)) - set(mine.competences)),
    }


def _case_of(request: HttpRequest, ticket: Any | None) -> Any | None:
    """Return the case behind the number, if its holder has one. The look is audited."""
    case_id = cases.case_of_ticket(ticket_id=ticket.id) if ticket else None
    if case_id is None:
        return None
    return cases.case_for_staff(
        case_id=case_id, by_user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )


Act = Callable[[HttpRequest, int, Actor, datetime], object]


def _action(act: Act) -> Callable[..., HttpResponseBase]:
    @staff_required("serve_window")
    @require_POST
    def view(request: HttpRequest, desk_id: int) -> HttpResponse:
        own_desk(request, desk_id, "window")
        act(request, desk_id, actor_of(request), clock.now())
        return HttpResponseRedirect(reverse("console:window_desk", args=[desk_id]))

    return view


def _with_ticket(service: Callable[..., object]) -> Callable[..., HttpResponseBase]:
    def act(request: HttpRequest, desk_id: int, by: Actor, at: datetime) -> None:
        service(ticket_id=request.POST.get("ticket", ""), desk_id=desk_id, by=by, at=at)

    return _action(act)


@_action
def call_next(_request: HttpRequest, desk_id: int, by: Actor, at: datetime) -> None:
    booking_services.call_next(desk_id=desk_id, by=by, at=at)


recall = _with_ticket(booking_services.recall_ticket)
skip = _with_ticket(booking_services.skip_ticket)
return_to_line = _with_ticket(booking_services.return_to_line)
serve = _with_ticket(booking_services.start_serving)


@_action
def transfer(request: HttpRequest, desk_id: int, by: Actor, at: datetime) -> None:
    """Send the number on to another line of the hall; it keeps its place."""
    booking_services.transfer_ticket(
        ticket_id=request.POST.get("ticket", ""),
        desk_id=desk_id,
        competence=request.POST.get("competence", ""),
        by=by,
        at=at,
    )


@_action
def say(request: HttpRequest, desk_id: int, by: Actor, at: datetime) -> None:
    """Pause or resume calling, call the lead or tell that it is settled."""
    services = {
        "pause": booking_services.pause_window,
        "resume": booking_services.resume_window,
        "help": booking_services.call_for_help,
        "settled": booking_services.end_help,
    }
    service = services.get(request.POST.get("say", ""))
    if service is None:
        raise Invalid(field="say")
    service(desk_id=desk_id, by=by, at=at)


@_action
def record_outcome(request: HttpRequest, desk_id: int, by: Actor, at: datetime) -> None:
    """Write down how it ended. A reason about a paper comes as `reason:material` from its button."""
    outcome, reason, material = request.POST.get("outcome", ""), "", ""
    if outcome == "returned":
        reason, _colon, material = request.POST.get("because", "").partition(":")
        if not reason:
            raise Invalid(field="because")
    case_services.record_outcome(
        ticket_id=request.POST.get("ticket", ""),
        desk_id=desk_id,
        outcome=outcome,
        reason=reason,
        material=material,
        note=request.POST.get("note", ""),
        officer_id=person(request).pk,
        by=by,
        at=at,
    )
