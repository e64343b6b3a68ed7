"""My errands: start one, see where it stands, ask an officer, rate the visit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as reads
from onetrip.domain.cases import services
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.faces.citizen.answers import answers_in, as_params, usable, with_query
from onetrip.faces.citizen.steps import STEPS, is_open, may_ask
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache

_AHEAD = ("held", "booked", "checked_in")


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def cases(request: HttpRequest) -> HttpResponse:
    """List my errands; a POST starts one and goes on to what was asked for."""
    if request.method == "POST":
        return _open(request)
    own = reads.cases_of(citizen_id=person_id(request))
    context = {
        "open": [case for case in own if is_open(case)],
        "over": [case for case in own if not is_open(case)],
        "steps": STEPS,
    }
    return render(request, "citizen/cases.html", context)


def _open(request: HttpRequest) -> HttpResponseRedirect:
    answers = answers_in(request.POST)
    case_id = services.open_case(
        citizen_id=person_id(request),
        item_code=request.POST.get("item", ""),
        answers=answers,
        subdistrict_code=request.POST.get("subdistrict") or None,
        by=actor_of(request),
        at=clock.now(),
    )
    then = request.POST.get("then", "")
    if then == "ask":
        return _ask(request, case_id)
    if then == "book":
        venue = request.POST.get("venue", "")
        return redirect(
            with_query(reverse("citizen:book", args=[case_id]), {}, **({"venue": venue} if venue else {}))
        )
    return redirect("citizen:case", case_id=case_id)


@never_cache
@require_GET
@citizen_required
def new_case(request: HttpRequest) -> HttpResponse:
    """Come back here from signing in: what was chosen before is in the address, one tap goes on."""
    guide = catalog.guide_of(request.GET.get("item", ""))
    answers = usable(answers_in(request.GET), guide.questions)
    checklist = catalog.personal_checklist(guide, answers)
    if not checklist.complete:
        return HttpResponseRedirect(
            with_query(reverse("citizen:questions", args=[guide.item_code]), checklist.answers)
        )
    context = {
        "guide": guide,
        "params": as_params(checklist.answers),
        "then": request.GET.get("then", ""),
        "venue": request.GET.get("venue", ""),
        "subdistrict": request.GET.get("subdistrict", ""),
        "steps": STEPS,
    }
    return render(request, "citizen/new_case.html", context)


@never_cache
@require_GET
@citizen_required
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show one errand: where it stands, what is next, what to bring, what the officer said."""
    mine = reads.case(case_id=case_id, citizen_id=person_id(request))
    appointment = (
        booking.appointment(appointment_id=mine.appointment_id, citizen_id=person_id(request))
        if mine.appointment_id and mine.appointment_state in _AHEAD
        else None
    )
    context = {
        "case": mine,
        "appointment": appointment,
        "fee": reads.fee(case_id=case_id, citizen_id=person_id(request)),
        "line": consultations.line(competence=mine.competence, at=clock.now()) if may_ask(mine) else None,
        "where": with_query(reverse("citizen:where", args=[mine.item_code]), mine.answers),
        "grievances": reads.grievances(case_id=case_id, citizen_id=person_id(request), at=clock.now()),
        "steps": STEPS,
    }
    return render(request, "citizen/case.html", context)


@require_POST
@citizen_required
def ask(request: HttpRequest, case_id: str) -> HttpResponse:
    """Join the line for an officer; asking twice leads to the same place in it."""
    return _ask(request, case_id)


def _ask(request: HttpRequest, case_id: str) -> HttpResponseRedirect:
    mode = "chat" if request.POST.get("mode") == "chat" else "video"
    try:
        consultation_id = services.ask_officer(
            case_id=case_id, citizen_id=person_id(request), mode=mode, by=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return redirect("citizen:case", case_id=case_id)
    return redirect("citizen:call", consultation_id=consultation_id)


@require_http_methods(["GET", "POST"])
@never_cache
@citizen_required
def withdraw(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the errand up, after asking once."""
    if request.method == "GET":
        mine = reads.case(case_id=case_id, citizen_id=person_id(request))
        return render(request, "citizen/withdraw.html", {"case": mine})
    services.withdraw_case(
        case_id=case_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
    )
    messages.success(request, _("The errand is closed. You can start it again at any time."))
    return redirect("citizen:cases")


@require_POST
@citizen_required
def rate_visit(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take stars and words about the visit."""
    services.rate_visit(
        case_id=case_id,
        citizen_id=person_id(request),
        stars=stars_in(request),
        words=request.POST.get("words", "").strip(),
        by=actor_of(request),
        at=clock.now(),
    )
    messages.success(request, _("Thank you. Your rating helps us to do better."))
    return redirect("citizen:case", case_id=case_id)


def stars_in(request: HttpRequest) -> int:
    """Return the stars of a rating form, 0 when none were chosen: the service says what is allowed."""
    chosen = request.POST.get("stars", "")
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) == 1 else 0
