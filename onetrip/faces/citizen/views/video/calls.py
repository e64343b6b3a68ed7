"""Face to face: waiting, the call, the chat, the conclusion. Media never pass through here (see frontend/README.md)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.queries import CaseView
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.queries import ConsultationView
from onetrip.domain.consultations.states import IN_LINE, LIVE
from onetrip.domain.recordings import queries as recordings
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.citizen.views.errands import stars_in
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache, picture_alone
from onetrip.faces.frame.ice import relays_for, take_quality
from onetrip.faces.frame.network import wants_json

_PHOTO_BYTES = 10 * 1024 * 1024


def _mine(request: HttpRequest, consultation_id: str) -> ConsultationView:
    mine = queries.consultation(consultation_id=consultation_id, user_id=person_id(request))
    if mine.party != "citizen":
        raise NotFound()
    return mine


@never_cache
@require_GET
@citizen_required
def call(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Show the consultation in whatever state it is; the live document moves the page on."""
    mine = _mine(request, consultation_id)
    case_id = cases.case_of_consultation(consultation_id=consultation_id)
    at = clock.now()
    case = cases.case(case_id=case_id, citizen_id=person_id(request)) if case_id else None
    grievances = cases.grievances(case_id=case_id, citizen_id=person_id(request), at=at) if case_id else None
    context = {
        "consultation": mine,
        "live": mine.state in LIVE,
        "grievances": grievances if mine.state not in LIVE else None,
        "ahead": mine.place - 1 if mine.place else 0,
        "case": case,
        **_still(case),
        "line": queries.line(competence=mine.competence, at=at),
        "wait_s": queries.expected_wait_s(competence=mine.competence, rank=mine.rank, at=at)
        if mine.state in IN_LINE
        else None,
        "call_config": {
            **relays_for(consultation_id, at=at).as_json(),
            "relays_url": reverse("citizen:relays", args=[consultation_id]),
            "quality_url": reverse("citizen:call_quality", args=["CONSULTATION"]),
        },
        "steps": STEPS,
        "recording_terms": recordings.terms_for(mine.item_code) if mine.state in LIVE else None,
        "recorded": mine.state not in LIVE
        and recordings.recordings_of(consultation_id=consultation_id, citizen_id=person_id(request)),
        "guests": queries.guests_of(consultation_id=consultation_id, user_id=person_id(request)),
    }
    return render(request, "citizen/call.html", context)


def _still(case: CaseView | None) -> dict[str, Any]:
    """Return the photograph that the officer asks for, and the names of what may be asked for."""
    if case is None:
        return {}
    names = {entry.line.key: entry.line.name for entry in case.materials}
    still = cases.still_asked_of(case_id=case.id)
    return {
        "still": still,
        "still_name": names.get(still["material"], "") if still else "",
        "material_words": json.dumps(names, ensure_ascii=False),
    }


@never_cache
@require_GET
@citizen_required
def relays(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Tell the page the relays for this consultation, for some minutes; none once it is over."""
    if _mine(request, consultation_id).state not in LIVE:
        raise NotFound()
    return JsonResponse(relays_for(consultation_id, at=clock.now()).as_json())


@require_POST
@citizen_required
def leave(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Leave the line or hang up."""
    _mine(request, consultation_id)
    services.leave(
        consultation_id=consultation_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return redirect("citizen:call", consultation_id=consultation_id)


@require_POST
@citizen_required
def keep_place(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Go away, the place being kept."""
    services.keep_place(
        consultation_id=consultation_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def come_back(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Stand in line again, at the place that was kept."""
    services.come_back(
        consultation_id=consultation_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def go_first(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Old, disabled or pregnant: stand further in front."""
    services.ask_to_go_first(
        consultation_id=consultation_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def leave_with_us(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Leave a question, to be answered in writing."""
    services.leave_with_us(
        consultation_id=consultation_id,
        text=request.POST.get("text", ""),
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def say(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Send words to the officer."""
    services.send_message(
        consultation_id=consultation_id,
        text=request.POST.get("text", "").strip(),
        user_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def send_photo(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Send a photo of a paper; what is too large is not even read into memory."""
    upload = request.FILES.get("photo")
    content = b""
    if upload is not None and upload.size is not None:
        content = upload.read(_PHOTO_BYTES + 1)
    services.send_photo(
        consultation_id=consultation_id,
        upload=content,
        user_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return _back(request, consultation_id)


@require_GET
@citizen_required
def photo(request: HttpRequest, consultation_id: str, photo_id: str) -> HttpResponse:
    """Return one photo of this consultation to its parties."""
    _mine(request, consultation_id)
    found = queries.photo(photo_id=photo_id, user_id=person_id(request), by=actor_of(request), at=clock.now())
    return picture_alone(*found, kept=True)


@require_POST
@citizen_required
def switch_to_chat(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Go on without a camera: words and photos."""
    services.switch_to_chat(
        consultation_id=consultation_id, user_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return _back(request, consultation_id)


@require_POST
@citizen_required
def quality(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Take what this page reports of picture and sound."""
    return take_quality(request, consultation_id)


@require_POST
@citizen_required
def rate(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Take stars and words about the consultation."""
    services.rate(
        consultation_id=consultation_id,
        stars=stars_in(request),
        words=request.POST.get("words", "").strip(),
        user_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return _back(request, consultation_id)


def _back(request: HttpRequest, consultation_id: str) -> HttpResponse:
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect("citizen:call", consultation_id=consultation_id)
