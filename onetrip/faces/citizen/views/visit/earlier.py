"""What becomes of a booked place: come earlier by the waitlist, and say that the papers are complete."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, NotFound, Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def earlier(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show how I stand on the waitlist; a POST joins or leaves it, or answers an offer."""
    if request.method == "POST":
        return _act(request, case_id)
    mine = cases.case(case_id=case_id, citizen_id=person_id(request))
    if mine.appointment_id is None:
        raise NotFound()
    about: dict[str, Any] = {"appointment_id": mine.appointment_id, "citizen_id": person_id(request)}
    context = {
        "case": mine,
        "appointment": booking.appointment(**about),
        "waiting": booking.waiting_of(**about, at=clock.now()),
        "steps": STEPS,
    }
    return render(request, "citizen/earlier.html", context)


def _act(request: HttpRequest, case_id: str) -> HttpResponse:
    mine: dict[str, Any] = {
        "case_id": case_id,
        "citizen_id": person_id(request),
        "by": actor_of(request),
        "at": clock.now(),
    }
    try:
        match request.POST.get("do", "ask"):
            case "ask":
                services.ask_for_earlier(**mine)
            case "stop":
                services.stop_waiting(**mine)
            case "take":
                services.accept_offer(offer_id=request.POST.get("offer", ""), **mine)
                messages.success(request, _("Your appointment has been moved."))
                return redirect("citizen:appointment", case_id=case_id)
            case "leave":
                services.decline_offer(offer_id=request.POST.get("offer", ""), **mine)
            case _:
                raise Invalid(field="do")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    return redirect("citizen:earlier", case_id=case_id)


@require_POST
@citizen_required
def complete(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that everything is there: the provisional place is firm."""
    try:
        services.say_complete(
            case_id=case_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
        )
        messages.success(request, _("Good: the place is yours. Bring everything on the list."))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    return redirect("citizen:appointment", case_id=case_id)
