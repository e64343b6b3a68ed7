"""The citizen and recordings of their calls: yes or no, seeing what was kept and who looked, having it deleted."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.recordings import queries, services
from onetrip.faces.frame.drawing.films import send_film
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.network import wants_json


def _say(request: HttpRequest, consultation_id: str) -> None:
    """Take the answer of whoever is in the call; one that comes when nothing is asked any more changes nothing."""
    recording_id = queries.open_in(consultation_id=consultation_id, user_id=person_id(request))
    if recording_id is not None:
        services.answer(
            recording_id=recording_id,
            user_id=person_id(request),
            agrees=request.POST.get("answer") == "yes",
            by=actor_of(request),
            at=clock.now(),
        )


def _is_mine(request: HttpRequest, consultation_id: str) -> None:
    found = consultations.consultation(consultation_id=consultation_id, user_id=person_id(request))
    if found.party != "citizen":
        raise NotFound()


@require_POST
@citizen_required
def answer(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Say yes, or no; a no ends it at any moment."""
    _is_mine(request, consultation_id)
    _say(request, consultation_id)
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect("citizen:call", consultation_id=consultation_id)


@require_POST
@citizen_required
def answer_as_guest(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Say yes or no as somebody who helps in a call."""
    company = consultations.company(guest_id=guest_id, user_id=person_id(request))
    _say(request, company.guest.consultation_id)
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect("citizen:company", guest_id=guest_id)


@never_cache
@require_GET
@citizen_required
def recordings(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Show what was recorded of one's call: until when it is kept, who looked and for what."""
    _is_mine(request, consultation_id)
    shown = {
        "consultation_id": consultation_id,
        "recordings": queries.recordings_of(consultation_id=consultation_id, citizen_id=person_id(request)),
    }
    return render(request, "citizen/recordings.html", shown)


@require_GET
@citizen_required
def film(request: HttpRequest, consultation_id: str, recording_id: str, segment: int) -> HttpResponseBase:
    """Send one film of a recording of one's own call."""
    return send_film(
        request,
        lambda begins: queries.film_for_citizen(
            consultation_id=consultation_id,
            recording_id=recording_id,
            segment=segment,
            citizen_id=person_id(request),
            begins=begins,
            by=actor_of(request),
            at=clock.now(),
        ),
    )


@require_POST
@citizen_required
def erase(request: HttpRequest, consultation_id: str, recording_id: str) -> HttpResponse:
    """Have a recording deleted, at once and without a reason."""
    _is_mine(request, consultation_id)
    services.erase(
        recording_id=recording_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return redirect("citizen:recordings", consultation_id=consultation_id)
