"""Recordings within one's reach: that there are such, who agreed and who looked; playing one needs a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.recordings import queries, services
from onetrip.domain.recordings.states import LookReason
from onetrip.faces.console.access import person, reach_of
from onetrip.faces.frame.drawing.films import send_film
from onetrip.faces.frame.gates import actor_of, staff_required

_PAGE = 50


def _reach(request: HttpRequest) -> list[str] | None:
    """Return the venues whose recordings this person answers for; an officer has their own calls only."""
    if not accounts.may(person(request).roles, "see_recordings"):
        return []
    return reach_of(request, "see_recordings")


def _gate(request: HttpRequest) -> None:
    roles = person(request).roles
    if not (accounts.may(roles, "see_recordings") or accounts.may(roles, "take_calls")):
        raise NotFound()


@never_cache
@staff_required()
@require_GET
def recordings(request: HttpRequest) -> HttpResponse:
    """List the recordings, the latest first; `?page=` from 1."""
    _gate(request)
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found = queries.recordings_for_staff(
        staff_id=person(request).pk,
        venue_codes=_reach(request),
        limit=_PAGE + 1,
        offset=(page - 1) * _PAGE,
    )
    shown = {
        "recordings": found[:_PAGE],
        "before": page - 1,
        "after": page + 1 if len(found) > _PAGE else 0,
    }
    return render(request, "console/recordings/list.html", shown)


@never_cache
@staff_required()
@require_http_methods(["GET", "POST"])
def recording(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Show one: answers and looks; `?look=` plays it, `?check=1` proves it. A POST gives the reason for a look."""
    _gate(request)
    now: dict[str, Any] = {"by": actor_of(request), "at": clock.now()}
    mine = {"recording_id": recording_id, "staff_id": person(request).pk, "venue_codes": _reach(request)}
    error = ""
    if request.method == "POST":
        try:
            look = services.look(
                reason=request.POST.get("reason", ""), words=request.POST.get("words", ""), **mine, **now
            )
        except NotFound:
            raise
        except Refusal as refusal:
            error = refusal.text()
        else:
            return redirect(f"{reverse('console:recording', args=[recording_id])}?look={look}")
    found = queries.recording_for_staff(**mine, **now)
    shown = {
        "recording": found,
        "look": request.GET.get("look", ""),
        "proof": queries.proof(recording_id) if request.GET.get("check") == "1" else None,
        "reasons": LookReason.choices,
        "given": request.POST,
        "error": error,
    }
    return render(request, "console/recordings/one.html", shown, status=422 if error else 200)


@staff_required()
@require_GET
def film(request: HttpRequest, recording_id: str, look_id: str, segment: int) -> HttpResponseBase:
    """Send one film to who gave a reason within the hour."""
    return send_film(
        request,
        lambda begins: queries.film_for_staff(
            recording_id=recording_id,
            look_id=look_id,
            segment=segment,
            staff_id=person(request).pk,
            begins=begins,
            by=actor_of(request),
            at=clock.now(),
        ),
    )
