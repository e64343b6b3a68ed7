"""Places that were wasted: what is noted about me, why, until when, and how to object."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache


@never_cache
@require_GET
@citizen_required
def marks(request: HttpRequest) -> HttpResponse:
    """Explain the rules and show what is noted."""
    standing = booking.marks_of(citizen_id=person_id(request), at=clock.now())
    return render(request, "citizen/marks.html", {"standing": standing})


@require_POST
@citizen_required
def appeal(request: HttpRequest, mark_id: str) -> HttpResponse:
    """Object to one of them, in one's own words."""
    try:
        services.appeal_mark(
            mark_id=mark_id,
            citizen_id=person_id(request),
            words=request.POST.get("words", ""),
            by=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return redirect("citizen:marks")
    messages.success(request, _("Your words have gone to the venue. You find the answer here."))
    return redirect("citizen:marks")
