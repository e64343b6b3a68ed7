"""Complaints: say what went wrong, read the answer, object to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.complaints import queries, services
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def complain(request: HttpRequest, case_id: str) -> HttpResponse:
    """Ask what went wrong; what was typed stays when something is missing."""
    mine = cases.case(case_id=case_id, citizen_id=person_id(request))
    error = ""
    if request.method == "POST":
        try:
            complaint_id = case_services.complain(
                case_id=case_id,
                citizen_id=person_id(request),
                about=request.POST.get("about", ""),
                words=request.POST.get("words", ""),
                by=actor_of(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            error = refusal.text()
        else:
            return redirect("citizen:complaint", complaint_id=complaint_id)
    open_to = cases.grievances(case_id=case_id, citizen_id=person_id(request), at=clock.now())
    chosen = request.POST.get("about") or request.GET.get("about", "")
    shown = {
        "case": mine,
        "grievances": open_to,
        "chosen": chosen if chosen in open_to.possible else next(iter(open_to.possible), ""),
        "words": request.POST.get("words", ""),
        "days": queries.ANSWER_WITHIN,
        "error": error,
    }
    return render(request, "citizen/complain.html", shown, status=422 if error else 200)


@never_cache
@require_GET
@citizen_required
def complaint(request: HttpRequest, complaint_id: str) -> HttpResponse:
    """Show what was said so far, and until when the city has to answer."""
    mine = queries.complaint(complaint_id=complaint_id, citizen_id=person_id(request), at=clock.now())
    return render(
        request, "citizen/complaint.html", {"complaint": mine, "case_id": cases.case_of_subject(mine.subject)}
    )


@require_POST
@citizen_required
def say(request: HttpRequest, complaint_id: str) -> HttpResponse:
    """Object to the answer, be content with it, or take the complaint back."""
    about: dict[str, Any] = {"complaint_id": complaint_id, "citizen_id": person_id(request)}
    verb = request.POST.get("verb", "")
    try:
        if verb == "object":
            words = request.POST.get("words", "")
            services.object_to(words=words, by=actor_of(request), at=clock.now(), **about)
        elif verb == "accept":
            services.accept(by=actor_of(request), at=clock.now(), **about)
        elif verb == "withdraw":
            services.withdraw(by=actor_of(request), at=clock.now(), **about)
        else:
            queries.complaint(at=clock.now(), **about)
            raise Invalid(field="verb")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    else:
        messages.success(request, _("Noted. Thank you."))
    return redirect("citizen:complaint", complaint_id=complaint_id)
