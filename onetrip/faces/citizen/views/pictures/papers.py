"""Papers photographed beforehand: sent, looked at, taken back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.domain.cases import queries, services
from onetrip.domain.papers import queries as prechecks
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache, picture_alone
from onetrip.faces.frame.network import wants_json

_PHOTO_BYTES = 10 * 1024 * 1024


@never_cache
@require_GET
@citizen_required
def papers(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show each material with the pictures sent so far; `?part=1` only these, fetched again when advice has come."""
    case = queries.case(case_id=case_id, citizen_id=person_id(request))
    filed = queries.papers_of(case_id=case_id, citizen_id=person_id(request))
    context = {
        "case": case,
        "sheets": [
            (entry, filed.get(entry.line.key, [])) for entry in case.materials if not entry.line.onsite
        ],
        "prechecks": prechecks.prechecks(),
        "open": case.state not in ("done", "withdrawn"),
    }
    is_part = request.GET.get("part") == "1"
    return render(request, "citizen/parts/paper_sheets.html" if is_part else "citizen/papers.html", context)


@require_POST
@citizen_required
def send_paper(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take a photograph; what is too large is not even read into memory."""
    upload = request.FILES.get("photo")
    services.file_paper(
        case_id=case_id,
        material=request.POST.get("material", ""),
        upload=upload.read(_PHOTO_BYTES + 1) if upload is not None else b"",
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponse(status=204) if wants_json(request) else redirect("citizen:papers", case_id=case_id)


@require_POST
@citizen_required
def take_back(request: HttpRequest, case_id: str, paper_id: str) -> HttpResponse:
    """Delete a picture again."""
    services.take_paper_back(
        case_id=case_id,
        paper_id=paper_id,
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponse(status=204) if wants_json(request) else redirect("citizen:papers", case_id=case_id)


@require_GET
@citizen_required
def picture(request: HttpRequest, case_id: str, paper_id: str) -> HttpResponse:
    """Return one's own picture."""
    found = queries.paper_picture(case_id=case_id, paper_id=paper_id, citizen_id=person_id(request))
    return picture_alone(*found, kept=True)
