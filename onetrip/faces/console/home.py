"""The first page after signing in: what this person can do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.booking import queries as booking
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.venues import queries as venues
from onetrip.faces.console.access import person
from onetrip.faces.frame.gates import staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the rooms that are open to this person, their desks, and how things stand there."""
    at, user = clock.now(), person(request)
    takes_calls = accounts.may(user.roles, "take_calls")
    desks = venues.desks_for_staff(user.pk) if takes_calls else []
    posts = [desk for desk in desks if desk.kind == "video"]
    codes = sorted(
        {desk.venue_code for desk in desks} | {role.venue_code for role in user.roles if role.venue_code}
    )
    competences = list(dict.fromkeys(competence for desk in posts for competence in desk.competences))
    shown = {
        "posts": posts,
        "windows": [desk for desk in desks if desk.kind == "window"],
        "post": consultations.post_of(officer_id=user.pk) if posts else None,
        "lines": [
            (competence, consultations.line(competence=competence, at=at)) for competence in competences
        ],
        "halls": [
            (venues.venue(code), load)
            for code, load in booking.waiting_load(venue_codes=codes, at=at).items()
        ],
        "roles": user.roles,
        "at": at,
    }
    return render(request, "console/home.html", shown)
