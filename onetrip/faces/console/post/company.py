"""More than two in a call: asking a colleague, joining as one, and the page of who has joined."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.consultations import queries, services
from onetrip.domain.recordings import queries as recordings
from onetrip.faces.console.access import person, reach_of
from onetrip.faces.console.post.actions import action, consultation_named, officer_of
from onetrip.faces.console.post.desk import present_call
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache, picture_alone
from onetrip.faces.frame.ice import relays_for


@never_cache
@staff_required("take_calls")
@require_GET
def invite_form(request: HttpRequest) -> HttpResponse:
    """Show whom the officer can ask to join, and who is there already."""
    at = clock.now()
    call = present_call(request, at=at)
    if call is None:
        raise NotFound()
    officer_id = person(request).pk
    shown = {
        "call": call,
        "guests": queries.guests_of(consultation_id=call.consultation.id, user_id=officer_id),
        "colleagues": queries.colleagues_to_invite(
            consultation_id=call.consultation.id, officer_id=officer_id, at=at
        ),
    }
    return render(request, "console/post/company.html", shown)


@action
def invite(request: HttpRequest, now: dict[str, Any]) -> None:
    desk = request.POST.get("desk", "")
    services.invite_colleague(
        consultation_id=consultation_named(request),
        desk_id=int(desk) if desk.isdecimal() else 0,
        officer_id=officer_of(request),
        **now,
    )


@staff_required("take_calls")
@require_POST
def send_away(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Take an invitation back, or send away who came by it."""
    services.send_away(guest_id=guest_id, user_id=officer_of(request), by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("console:post"))


@staff_required("take_calls")
@require_POST
def join(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Accept a colleague's invitation."""
    services.join_as_colleague(
        guest_id=guest_id, user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return HttpResponseRedirect(reverse("console:company", args=[guest_id]))


@staff_required("see_insights")
@require_POST
def supervise(request: HttpRequest) -> HttpResponse:
    """Join the call at a post; both sides are told."""
    desk = request.POST.get("desk", "")
    guest_id = services.join_as_supervisor(
        desk_id=int(desk) if desk.isdecimal() else 0,
        venue_codes=reach_of(request, "see_insights"),
        user_id=person(request).pk,
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:company", args=[guest_id]))


@never_cache
@staff_required()
@require_GET
def page(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Show the call to a colleague or a supervisor who has joined it; the look at the case is audited."""
    user_id, at = person(request).pk, clock.now()
    company = queries.company(guest_id=guest_id, user_id=user_id)
    case_id = cases.case_of_consultation(consultation_id=company.guest.consultation_id)
    post = queries.post_of(officer_id=user_id)
    shown = {
        "company": company,
        "post": post,
        "case": None
        if case_id is None
        else cases.case_for_guest(case_id=case_id, user_id=user_id, by=actor_of(request), at=at),
        "recording_terms": recordings.terms_for(company.item_code),
        "call_config": relays_for(company.guest.consultation_id, at=at).as_json(),
    }
    return render(request, "console/company.html", shown)


@staff_required()
@require_POST
def say(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Write into the chat of the call one is in; everybody in it sees from whom it is."""
    services.say_as_guest(
        guest_id=guest_id,
        text=request.POST.get("text", ""),
        user_id=person(request).pk,
        by=actor_of(request),
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("console:company", args=[guest_id]))


@never_cache
@staff_required()
@require_GET
def photo(request: HttpRequest, guest_id: str, photo_id: str) -> HttpResponse:
    """Show a photo of the chat, as long as one is in the call; the look is audited."""
    found = queries.photo_for_guest(
        guest_id=guest_id, photo_id=photo_id, user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return picture_alone(*found)


@staff_required()
@require_POST
def leave(request: HttpRequest, guest_id: str) -> HttpResponse:
    """Leave the call, or decline to come."""
    services.leave_company(
        guest_id=guest_id, user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return HttpResponseRedirect(reverse("console:home"))
