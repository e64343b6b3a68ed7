"""Family who helps from another phone: the citizen invites and takes back, who comes sees this one call only."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.consultations import queries, services
from onetrip.domain.recordings import queries as recordings
from onetrip.faces.frame.gates import actor_of, citizen_required, limited, person_id
from onetrip.faces.frame.headers import never_cache, picture_alone
from onetrip.faces.frame.ice import relays_for
from onetrip.faces.frame.network import is_htmx, wants_json


@never_cache
@require_POST
@citizen_required
def invite(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Make the link for another phone, and show it this once."""
    guest_id, token = services.invite_family(
        consultation_id=consultation_id,
        name=request.POST.get("name", ""),
        citizen_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    link = request.build_absolute_uri(reverse("citizen:help", args=[token]))
    drawn = segno.make(link, error="m", micro=False).svg_inline(scale=5, border=2, omitsize=False)
    shown = {
        "link": link,
        "code": mark_safe(drawn),
        "guest_id": guest_id,
        "consultation_id": consultation_id,
    }
    part = "citizen/parts/invitation.html" if is_htmx(request) else "citizen/invitation.html"
    return render(request, part, shown)


@require_POST
@citizen_required
def send_away(request: HttpRequest, consultation_id: str, guest_id: str) -> HttpResponse:
    """Take the invitation back, or send away who came by it: at once."""
    if queries.consultation(consultation_id=consultation_id, user_id=person_id(request)).party != "citizen":
        raise NotFound()
    services.send_away(guest_id=guest_id, user_id=person_id(request), by=actor_of(request), at=clock.now())
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect("citizen:call", consultation_id=consultation_id)


@never_cache
@require_GET
@limited(name="help", limit=30, per_s=600)
@citizen_required
def help_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to come; looking at the link uses nothing up."""
    return render(request, "citizen/help.html", {"token": token})


@require_POST
@limited(name="help", limit=30, per_s=600)
@citizen_required
def come(request: HttpRequest, token: str) -> HttpResponse:
    """Come by the link."""
    guest_id = services.join_as_family(
        token=token, user_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return redirect("citizen:company", guest_id=guest_id)


@never_cache
@require_GET
@citizen_required
def page(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Show the call, its checklist and its chat to who helps; the look at the errand is audited."""
    user_id, at = person_id(request), clock.now()
    company = queries.company(guest_id=guest_id, user_id=user_id)
    case_id = cases.case_of_consultation(consultation_id=company.guest.consultation_id)
    shown = {
        "company": company,
        "case": None
        if case_id is None
        else cases.case_for_guest(case_id=case_id, user_id=user_id, by=actor_of(request), at=at),
        "recording_terms": recordings.terms_for(company.item_code),
        "call_config": relays_for(company.guest.consultation_id, at=at).as_json(),
    }
    return render(request, "citizen/company.html", shown)


@require_POST
@citizen_required
def say(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Write into the chat of the call one helps in; everybody in it sees from whom it is."""
    services.say_as_guest(
        guest_id=guest_id,
        text=request.POST.get("text", ""),
        user_id=person_id(request),
        by=actor_of(request),
        at=clock.now(),
    )
    if wants_json(request):
        return HttpResponse(status=204)
    return redirect("citizen:company", guest_id=guest_id)


@never_cache
@require_GET
@citizen_required
def photo(request: HttpRequest, guest_id: str, photo_id: str) -> HttpResponse:
    """Show a photo of the chat, as long as one is in the call; the look is audited."""
    found = queries.photo_for_guest(
        guest_id=guest_id, photo_id=photo_id, user_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return picture_alone(*found)


@require_POST
@citizen_required
def leave(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Leave the call one helps in."""
    services.leave_company(
        guest_id=guest_id, user_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    return redirect("citizen:home")
