"""A recording of the call at hand: asking for it, taking the pieces that the page sends, ending it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from onetrip.core import clock
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.recordings import queries, services
from onetrip.faces.console.access import person
from onetrip.faces.console.post.actions import action, consultation_named, officer_of
from onetrip.faces.console.post.desk import Call
from onetrip.faces.frame.gates import actor_of, staff_required


def shown_of(call: Call | None) -> dict[str, Any]:
    """Return what the page shows of a recording: its terms where the guide allows one, and how it stands."""
    terms = queries.terms_for(call.consultation.item_code) if call else None
    if call is None or terms is None:
        return {}
    return {"terms": terms, "recording": queries.recording_document(call.consultation.id)}


@action
def propose(request: HttpRequest, now: dict[str, Any]) -> None:
    """Ask everybody in the call whether it may be recorded."""
    services.propose(consultation_id=consultation_named(request), officer_id=officer_of(request), **now)


@action
def stop(request: HttpRequest, now: dict[str, Any]) -> None:
    """End the recording, or take the question back; nothing to end is no error."""
    _say(request, consultation_named(request), agrees=False, **now)


def _say(request: HttpRequest, consultation_id: str, *, agrees: bool, **now: Any) -> None:
    user_id = officer_of(request)
    recording_id = queries.open_in(consultation_id=consultation_id, user_id=user_id)
    if recording_id is not None:
        services.answer(recording_id=recording_id, user_id=user_id, agrees=agrees, **now)


@staff_required()
@require_POST
def answer_as_guest(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Say yes or no as a colleague or a supervisor in the call."""
    company = consultations.company(guest_id=guest_id, user_id=officer_of(request))
    agrees = request.POST.get("answer") == "yes"
    _say(request, company.guest.consultation_id, agrees=agrees, by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("console:company", args=[guest_id]))


@staff_required("take_calls")
@require_POST
def begin_segment(request: HttpRequest, recording_id: str) -> JsonResponse:
    """Begin a stretch of the recording."""
    segment = services.begin_segment(
        recording_id=recording_id,
        officer_id=person(request).pk,
        content_type=request.POST.get("type", ""),
        at=clock.now(),
    )
    return JsonResponse({"segment": segment})


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 10 else 0


@staff_required("take_calls")
@require_POST
def take_chunk(request: HttpRequest, recording_id: str) -> JsonResponse:
    """Take the next piece, the request's body; Django itself refuses bodies above 2.5 MB."""
    taken = services.take_chunk(
        recording_id=recording_id,
        officer_id=person(request).pk,
        segment=_number(request.GET.get("segment", "")),
        number=_number(request.GET.get("number", "")),
        digest=request.GET.get("digest", ""),
        content=request.body,
        by=actor_of(request),
        at=clock.now(),
    )
    return JsonResponse({"next": taken.next, "goes_on": taken.goes_on})


@staff_required("take_calls")
@require_POST
def finish(request: HttpRequest, recording_id: str) -> JsonResponse:
    """All pieces are sent: close the list."""
    services.finish(
        recording_id=recording_id, officer_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return JsonResponse({})
