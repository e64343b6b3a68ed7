"""Questions left to be answered in writing: those that wait for this officer, and the one in hand."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.states import ConclusionKind
from onetrip.faces.console.access import person
from onetrip.faces.console.post.desk import Call, about, before
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("take_calls")
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Show the question in hand, and below it those that wait."""
    at = clock.now()
    call = _in_hand(request, at)
    shown = {
        "call": call,
        "before": before(request, call, at=at),
        "letters": queries.letters_for(officer_id=person(request).pk),
        "kinds": ConclusionKind.choices,
    }
    return render(request, "console/post/letters.html", shown)


def _in_hand(request: HttpRequest, at: datetime) -> Call | None:
    officer_id = person(request).pk
    consultation_id = queries.letter_in_hand(officer_id=officer_id)
    if consultation_id is None:
        return None
    consultation = queries.consultation(consultation_id=consultation_id, user_id=officer_id)
    return about(request, consultation, at=at)


@staff_required("take_calls")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take one in hand."""
    services.take_letter(
        consultation_id=request.POST.get("consultation", ""),
        officer_id=person(request).pk,
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:letters"))


@staff_required("take_calls")
@require_POST
def put_back(request: HttpRequest) -> HttpResponse:
    """Give it back, for a colleague."""
    services.put_letter_back(officer_id=person(request).pk, by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("console:letters"))


@staff_required("take_calls")
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Send the answer: a conclusion in writing, as after a call."""
    services.conclude(
        consultation_id=request.POST.get("consultation", ""),
        officer_id=person(request).pk,
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:letters"))
