"""A time for a video call: choosing one, and giving it back."""

from datetime import datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.consultations import queries, services
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache


@never_cache
@require_GET
@citizen_required
def call_time(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the times that are free, or the one that is agreed."""
    return _page(request, case_id)


@require_POST
@citizen_required
def agree(request: HttpRequest, case_id: str) -> HttpResponse:
    """Agree on one."""
    cases.case(
        case_id=case_id, citizen_id=person_id(request)
    )  # a stranger's does not exist, whatever was sent
    try:
        starts_at = parse_datetime(request.POST.get("time", ""))
    except ValueError:
        starts_at = None
    if starts_at is None or starts_at.tzinfo is None:
        return redirect("citizen:call_time", case_id=case_id)
    try:
        case_services.agree_on_call_time(
            case_id=case_id,
            citizen_id=person_id(request),
            starts_at=starts_at,
            by=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        response = _page(request, case_id, refusal)
        response.status_code = refusal.status
        return response
    return redirect("citizen:call_time", case_id=case_id)


@require_POST
@citizen_required
def give_back(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the agreed time back."""
    cases.case(case_id=case_id, citizen_id=person_id(request))
    agreed = queries.agreed_time_of(citizen_id=person_id(request))
    if agreed is not None:
        services.cancel_time(
            agreed_id=agreed.id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
        )
    return redirect("citizen:call_time", case_id=case_id)


def _page(request: HttpRequest, case_id: str, refusal: Refusal | None = None) -> HttpResponse:
    case = cases.case(case_id=case_id, citizen_id=person_id(request))
    agreed = queries.agreed_time_of(citizen_id=person_id(request))
    times: list[datetime] = [] if agreed else queries.free_times(competence=case.competence, at=clock.now())
    days = [(day, list(found)) for day, found in groupby(times, key=clock.city_day)]
    shown = {"case": case, "agreed": agreed, "days": days, "refusal": refusal}
    return render(request, "citizen/call_time.html", shown)
