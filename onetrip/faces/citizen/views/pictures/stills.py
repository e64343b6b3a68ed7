"""A sharp photograph that the officer asks for in the call, sent by the phone in parts."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from onetrip.core import clock
from onetrip.domain.cases import services
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id


def _number(value: str) -> int:
    """Return the number a script sent; what is none counts as none."""
    return int(value) if value.isdecimal() and len(value) < 12 else 0


@require_POST
@citizen_required
def begin_still(request: HttpRequest, case_id: str, still_id: str) -> JsonResponse:
    """Begin, or go on after a cut; tell how many bytes are here."""
    received = services.begin_still(
        case_id=case_id,
        still_id=still_id,
        size=_number(request.POST.get("size", "")),
        digest=request.POST.get("digest", ""),
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return JsonResponse({"received": received})


@require_POST
@citizen_required
def add_to_still(request: HttpRequest, case_id: str, still_id: str) -> JsonResponse:
    """Take the next part, the request's body; Django itself refuses bodies above 2.5 MB."""
    received, filed = services.add_to_still(
        case_id=case_id,
        still_id=still_id,
        offset=_number(request.GET.get("offset", "")),
        content=request.body,
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return JsonResponse({"received": received, "filed": filed})
