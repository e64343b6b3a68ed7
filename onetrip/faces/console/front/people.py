"""Finding the person, and filling in an errand with them: name and number, item, situation, checklist."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts import services as accounts
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.front.gate import (
    HOTLINE,
    at_counter,
    citizen_in,
    counter_at,
    sealed,
    to_errand,
)
from onetrip.faces.frame.gates import actor_of
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip

_ANSWER = "a_"
ITEMS_SHOWN = 10


def place_of(desk: str) -> dict[str, Any]:
    """Return where this counter stands, for every template of it. Raises VenueUnknown."""
    return {"desk": desk, "hall": None if desk == HOTLINE else venues.venue(desk)}


@never_cache
@at_counter
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, desk: str) -> HttpResponse:
    """Ask for name and number; a POST finds the person, or makes their account."""
    asked = {name: request.POST.get(name, "") for name in ("name", "phone", "identity")}
    if request.method == "POST":
        try:
            citizen = services.find_person(
                counter=counter_at(desk), by=actor_of(request), at=clock.now(), **asked
            )
        except Refusal as refusal:
            shown = {**place_of(desk), **asked, "error": refusal.text(), "field": refusal.field}
            return render(request, "console/counter/find.html", shown, status=refusal.status)
        return HttpResponseRedirect(_address("counter_person", desk, sealed(request, desk, citizen)))
    return render(request, "console/counter/find.html", {**place_of(desk), **asked})


def _address(name: str, desk: str, person: str, **more: str) -> str:
    return reverse(f"console:{name}", kwargs={"desk": desk, "person": person, **more})


@never_cache
@at_counter
@require_GET
def person(request: HttpRequest, desk: str, person: str) -> HttpResponse:
    """Show whom one has before oneself: their errands and bookings, and the way to a new one."""
    found = cases.person_at_counter(
        counter=counter_at(desk),
        citizen=citizen_in(request, desk, person),
        by=actor_of(request),
        at=clock.now(),
    )
    query = request.GET.get("q", "").strip()
    items = catalog.search(query, limit=ITEMS_SHOWN) if query else []
    shown = {**place_of(desk), "person": person, "found": found, "query": query, "items": items}
    return render(request, "console/counter/person.html", shown)


@never_cache
@sensitive_post_parameters("code")
@at_counter
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, desk: str, person: str) -> HttpResponse:
    """Give somebody found by identity card their phone: a code goes to it, and they say what it is."""
    citizen = citizen_in(request, desk, person)
    about: dict[str, Any] = {"ip": client_ip(request), "at": clock.now()}
    found = cases.person_at_counter(
        counter=counter_at(desk), citizen=citizen, by=actor_of(request), at=about["at"]
    )
    if desk == HOTLINE:
        raise NotFound()
    if found.card.masked_phone:
        return HttpResponseRedirect(_address("counter_person", desk, person))
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("phone", "code")}
    shown = {**place_of(desk), **typed, "person": person, "found": found, "sent": "code" in request.POST}
    if request.method == "GET":
        return render(request, "console/counter/phone.html", shown)
    try:
        if not shown["sent"]:
            sent = accounts.send_phone_code(phone=typed["phone"], **about)
            shown |= {"sent": True, "demo_code": sent.demo_code}
            return render(request, "console/counter/phone.html", shown)
        kept = services.give_phone_for(
            counter=counter_at(desk), citizen=citizen, by=actor_of(request), **typed, **about
        )
    except Refusal as refusal:
        shown |= {"error": refusal.text(), "field": refusal.field}
        return render(request, "console/counter/phone.html", shown, status=refusal.status)
    messages.success(request, _("The phone finds everything of this person from now on."))
    return HttpResponseRedirect(_address("counter_person", desk, sealed(request, desk, kept)))


@never_cache
@at_counter
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, desk: str, person: str, item_code: str) -> HttpResponse:
    """Ask about the situation, one question after the other; a POST begins the errand with the answers."""
    citizen = citizen_in(request, desk, person)
    guide = catalog.guide_of(item_code)
    answers = _answers_in(request, guide)
    error, status = "", 200
    if request.method == "POST":
        try:
            case_id = services.open_for(
                counter=counter_at(desk), citizen=citizen, item_code=item_code, answers=answers, by=actor_of(request),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            error, status = refusal.text(), refusal.status
        else:
            return to_errand(desk, person, case_id)
    shown = {
        **place_of(desk),
        "person": person,
        "guide": guide,
        "checklist": catalog.personal_checklist(guide, answers),
        "answers": answers,
        "error": error,
    }
    return render(request, "console/counter/item.html", shown, status=status)


def _answers_in(request: HttpRequest, guide: catalog.Guide) -> dict[str, str]:
    """Return the answers that fit the guide; what does not fit is asked again."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = {question.key: {key for key, _text in question.choices} for question in guide.questions}
    found = {key: given.get(_ANSWER + key, "") for key in wanted}
    return {key: value for key, value in found.items() if value in wanted[key]}
