"""Complaints: what waits for an answer, the most urgent first, and one of them with its case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.cases import queries as cases
from onetrip.domain.complaints import queries, services
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.access import person, reach_of
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("lead_venue")
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer; the words stand on a page of their own, where a look is written down."""
    at = clock.now()
    lines = queries.complaints_to_answer(
        venue_codes=reach_of(request, "lead_venue"), by_user_id=person(request).pk, at=at
    )
    names = {venue.code: venue.name for venue in venues.venues()}
    shown = {
        "lines": [(line, names.get(line.venue_code, "")) for line in lines],
        "overdue": sum(line.overdue for line in lines),
        "days": queries.ANSWER_WITHIN,
    }
    return render(request, "console/complaints/list.html", shown)


@never_cache
@staff_required("lead_venue")
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, complaint_id: str) -> HttpResponse:
    """Show one complaint with the way to its case; a POST takes it in hand or answers it."""
    words, error = request.POST.get("words", ""), ""
    if request.method == "POST":
        try:
            _act(request, complaint_id)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            error = refusal.text()
        else:
            return redirect("console:complaint", complaint_id=complaint_id)
    found = queries.complaint_for_staff(
        complaint_id=complaint_id, by_user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    shown = {
        "complaint": found,
        "venue": next((venue for venue in venues.venues() if venue.code == found.venue_code), None),
        "case_id": cases.case_of_subject(found.subject),
        "words": words,
        "error": error,
    }
    return render(request, "console/complaints/page.html", shown, status=422 if error else 200)


def _act(request: HttpRequest, complaint_id: str) -> None:
    about = {"complaint_id": complaint_id, "staff_id": person(request).pk}
    verb = request.POST.get("verb", "")
    if verb == "take":
        services.take(by=actor_of(request), at=clock.now(), **about)
    elif verb == "answer":
        services.answer(words=request.POST.get("words", ""), by=actor_of(request), at=clock.now(), **about)
        messages.success(request, _("Answered; the citizen has been told."))
    else:
        raise Invalid(field="verb")
