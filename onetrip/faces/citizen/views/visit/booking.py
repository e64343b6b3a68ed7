"""Book: a venue, a day, a time; hold, confirm, move, cancel; and the pass that is shown at the door."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts.errors import NameInvalid
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.errors import ProofNeeded, SlotFull
from onetrip.domain.booking.queries import AppointmentView, Asker, DayLoad, Proposal, SlotView, Waiting
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.cases.queries import CaseView, ErrandToBook
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.halls.errors import NotInTheHall
from onetrip.domain.venues import queries as venues
from onetrip.faces.citizen.answers import page_of, with_query
from onetrip.faces.citizen.places import offers_for, picker_for, spot_in
from onetrip.faces.citizen.qr import qr_response
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.citizen.templatetags.citizen import day_text
from onetrip.faces.citizen.views import presence
from onetrip.faces.citizen.visits.calendars import calendar_file
from onetrip.faces.citizen.visits.times import day_links, for_more_query, slot_buttons
from onetrip.faces.frame.drawing.stencils import render_by_stencil
from onetrip.faces.frame.gates import actor_of, citizen_required, name_of, person_id
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip
from onetrip.faces.frame.visits.plan import VisitPlan, plan_in, wishes_in


def _mine(request: HttpRequest, case_id: str) -> CaseView:
    return cases.case(case_id=case_id, citizen_id=person_id(request))


def _mine_to_book(request: HttpRequest, case_id: str) -> ErrandToBook:
    return cases.errand_to_book(case_id=case_id, citizen_id=person_id(request))


def _appointment_of(request: HttpRequest, mine: CaseView) -> AppointmentView:
    if mine.appointment_id is None:
        raise NotFound()
    return booking.appointment(appointment_id=mine.appointment_id, citizen_id=person_id(request))


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def book(request: HttpRequest, case_id: str) -> HttpResponse:
    """Choose a venue, then a time; a POST holds the place (or moves the appointment) and goes on to confirming."""
    if request.method == "POST":
        return _take(request, case_id)
    mine = _mine_to_book(request, case_id)
    venue_code = request.GET.get("venue", "")
    if not venue_code:
        return _choose_venue(request, mine)
    return _choose_time(request, mine, venue_code)


def _choose_venue(request: HttpRequest, mine: ErrandToBook) -> HttpResponse:
    spot = spot_in(request.GET, fallback_subdistrict=mine.subdistrict_code)
    offers = offers_for(competence=mine.competence, territory=mine.territory, spot=spot, at=clock.now())
    context = {"case": mine, "offers": offers, "spot": spot, "steps": STEPS, **picker_for(spot)}
    return render(request, "citizen/book_venue.html", context)


_TIMES = "citizen/book_time.html"


def _choose_time(request: HttpRequest, mine: ErrandToBook, venue_code: str) -> HttpResponse:
    at = clock.now()
    wish = _day_in(request.GET.get("day", ""))
    plan = plan_in(request.GET, mine, citizen_id=person_id(request), venue_code=venue_code)
    days, slots = _times_for(mine, plan, venue_code, wish, at)
    day = wish or (days[0].day if days else clock.city_day(at))
    # In the zone of the slots: moments of one zone are compared without looking it up.
    noon = clock.city_moment(day, time(12)).astimezone(UTC)
    morning = [slot for slot in slots if slot.starts_at < noon]
    area = request.GET.get("area", "")
    shape = {
        "moving": mine.appointment_state == "booked", "sent_back": mine.sent_back, "has_days": bool(days),
        "has_morning": bool(morning), "has_afternoon": len(morning) < len(slots), "has_area": bool(area),
    }  # fmt: skip
    texts = {
        "back": request.path, "item_name": mine.item_name, "venue_code": venue_code,
        "venue_name": venues.name_of(venue_code), "area": area, "day_code": day.isoformat(), "day_words": day_text(day),
        "day_list": day_links(days, day, venue_code, area, plan.query), "morning": slot_buttons(morning),
        "afternoon": slot_buttons(slots[len(morning) :]), "for_more": for_more_query(venue_code, area),
    }  # fmt: skip
    once = {"plan": plan, "nearest": _nearest(request, mine, plan, at), **_proof_in(request)}
    if plan.shown or not plan.is_plain or once["nearest"] or "challenge" in once:  # not every day's page
        return render(request, _TIMES, {"steps": STEPS, **shape, **texts, **once})
    return render_by_stencil(request, _TIMES, shape=shape, texts=texts, fixed={"steps": STEPS})


def _nearest(request: HttpRequest, mine: ErrandToBook, plan: VisitPlan, at: datetime) -> list[Proposal]:
    """Return what to take instead of a time that somebody else was faster at."""
    missed = request.GET.get("missed", "")
    if not missed:
        return []
    sent_back = mine.sent_back and plan.is_one
    last_day = booking.last_day_by_phone(citizen_id=person_id(request), at=at)
    return booking.nearest_free(
        slot_id=missed, matters=plan.matters, sent_back=sent_back, last_day=last_day, at=at
    )


def _times_for(
    mine: ErrandToBook, plan: VisitPlan, venue_code: str, wish: date | None, at: datetime
) -> tuple[list[DayLoad], list[SlotView]]:
    """Return the days with free times, and the times of the day wished for, else of the first."""
    if plan.is_plain:
        return booking.open_times(
            venue_code=venue_code, competence=mine.competence, day=wish, at=at, sent_back=mine.sent_back
        )
    about: dict[str, Any] = {
        "venue_code": venue_code, "matters": plan.matters, "sent_back": mine.sent_back and plan.is_one, "at": at,
    }  # fmt: skip
    days = booking.visit_days(**about)
    day = wish or (days[0].day if days else clock.city_day(at))
    return days, booking.visit_times_on(day=day, **about)


def _day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _take(request: HttpRequest, case_id: str) -> HttpResponse:
    wanted: dict[str, Any] = {
        "case_id": case_id,
        "citizen_id": person_id(request),
        "slot_id": request.POST.get("slot", ""),
        "by": actor_of(request),
        "at": clock.now(),
    }
    try:
        booking_services.admit(
            asker=_asker(request), proof=request.POST.get("proof", ""), by=wanted["by"], at=wanted["at"]
        )
        if booking.is_full_for(slot_id=wanted["slot_id"], citizen_id=wanted["citizen_id"]):
            # A stranger's case is not there, full or not; who was sent back may have a place that is kept for others.
            mine = cases.errand_to_book(case_id=case_id, citizen_id=wanted["citizen_id"])
            if not mine.sent_back:
                raise SlotFull()
        _hold_or_move(request, wanted)
    except ProofNeeded as asked:
        return redirect(_times(request, case_id, proof=str(asked.params["digits"]), slot=wanted["slot_id"]))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        # Somebody was faster: back to the same day, where the nearest times that are left stand first.
        messages.error(request, refusal.text())
        missed = {"missed": wanted["slot_id"]} if isinstance(refusal, SlotFull) else {}
        return redirect(_times(request, case_id, **missed))
    if request.POST.get("move"):
        messages.success(request, _("Your appointment has been moved."))
    return HttpResponseRedirect(page_of("citizen:appointment", case_id))


def _hold_or_move(request: HttpRequest, wanted: dict[str, Any]) -> None:
    if request.POST.get("move"):
        services.reschedule(**wanted)
        return
    persons, others = wishes_in(request.POST)
    about: dict[str, Any] = {"subdistrict_code": request.POST.get("area") or None, "persons": persons}
    if others:
        case_ids = [wanted.pop("case_id"), *others]
        services.hold_together(case_ids=case_ids, **about, **wanted)
    else:
        services.hold_slot(**about, **wanted)


def _asker(request: HttpRequest) -> Asker:
    person = actor_of(request).id
    return Asker(person=person, device=request.session.session_key or person, address=client_ip(request))


def _times(request: HttpRequest, case_id: str, **more: str) -> str:
    names = ("venue", "day", "area", "persons", "with")
    wanted = {name: request.POST[name] for name in names if request.POST.get(name)}
    return with_query(reverse("citizen:book", args=[case_id]), {}, **wanted, **more)


def _proof_in(request: HttpRequest) -> dict[str, str]:
    """Return what the page needs while a proof of work is asked for: the address says so after a first try."""
    digits = request.GET.get("proof", "")
    if not digits.isdecimal():
        return {}
    about: dict[str, Any] = {
        "person": actor_of(request).id,
        "digits": max(1, min(int(digits), 5)),
        "at": clock.now(),
    }
    return {"challenge": booking.challenge_for(**about), "chosen": request.GET.get("slot", "")}


@never_cache
@require_GET
@citizen_required
def appointment(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the place that is held, to be confirmed, or the appointment with everything to know about it."""
    mine = _mine(request, case_id)
    booked = _appointment_of(request, mine)
    context = {
        "case": mine,
        "appointment": booked,
        "venue": venues.venue(booked.venue_code),
        "waiting": _waiting(request, booked),
        "nameless": not name_of(request),
        "along": booking.others_of_visit(booked, citizen_id=person_id(request)),
        "fee": cases.fee(case_id=case_id, citizen_id=person_id(request)),
        "steps": STEPS,
    }
    return render(request, "citizen/appointment.html", context)


def _waiting(request: HttpRequest, booked: AppointmentView) -> Waiting | None:
    if booked.state != "booked":
        return None
    return booking.waiting_of(appointment_id=booked.id, citizen_id=person_id(request), at=clock.now())


@require_POST
@citizen_required
def confirm(request: HttpRequest, case_id: str) -> HttpResponse:
    """Make the held place an appointment; a second tap changes nothing."""
    known = name_of(request)
    try:
        services.confirm(
            case_id=case_id,
            citizen_id=person_id(request),
            visitor_name=known or request.POST.get("name", ""),
            remember_name=not known,
            by=actor_of(request),
            at=clock.now(),
        )
    except NameInvalid as refusal:
        messages.error(request, refusal.text())
        return redirect("citizen:appointment", case_id=case_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return redirect("citizen:book", case_id=case_id)
    return HttpResponseRedirect(page_of("citizen:appointment", case_id))


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def cancel(request: HttpRequest, case_id: str) -> HttpResponse:
    """Give the place back, after asking once."""
    if request.method == "GET":
        return _ask_before_cancelling(request, _mine(request, case_id))
    try:
        services.cancel_booking(
            case_id=case_id, citizen_id=person_id(request), by=actor_of(request), at=clock.now()
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        return redirect("citizen:appointment", case_id=case_id)
    messages.success(request, _("The appointment is cancelled; the place is free for somebody else."))
    return redirect("citizen:case", case_id=case_id)


def _ask_before_cancelling(request: HttpRequest, mine: CaseView) -> HttpResponse:
    booked = _appointment_of(request, mine)
    late = booked.state == "booked" and booking.would_be_late(starts_at=booked.starts_at, at=clock.now())
    return render(request, "citizen/cancel.html", {"case": mine, "appointment": booked, "late": late})


@require_GET
@citizen_required
def calendar(request: HttpRequest, case_id: str) -> HttpResponse:
    """Return the appointment as a calendar file."""
    mine = _mine(request, case_id)
    booked = _appointment_of(request, mine)
    content = calendar_file(
        booked,
        venue=venues.venue(booked.venue_code),
        address=request.build_absolute_uri(reverse("citizen:case", args=[case_id])),
        made_at=clock.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="onetrip.ics"'
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_GET
@citizen_required
def arrival_pass(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the code for the door, as large as the screen allows."""
    mine = _mine(request, case_id)
    booked = _appointment_of(request, mine)
    context = {
        "case": mine,
        "appointment": booked,
        "today": _is_today(booked.starts_at),
        "version": catalog.guide_version(mine.guide_version).version_no,
        "news": cases.guide_news(case_id=case_id, citizen_id=person_id(request))
        if mine.guide_changed
        else None,
        "steps": STEPS,
    }
    return render(request, "citizen/pass.html", context)


def _is_today(moment: datetime) -> bool:
    return clock.city_day(moment) == clock.city_day(clock.now())


@require_GET
@citizen_required
def arrival_qr(request: HttpRequest, case_id: str) -> HttpResponse:
    """Draw the arrival code for the reception's scanner."""
    return qr_response(_appointment_of(request, _mine(request, case_id)).arrival_code, private=True)


@require_POST
@citizen_required
def check_in(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say that I am here: the appointment becomes a number in the hall's line."""
    mine = _mine(request, case_id)
    venue_code = _appointment_of(request, mine).venue_code if mine.appointment_id else ""
    try:
        ticket_id = services.check_in(
            case_id=case_id, citizen_id=person_id(request), presence=presence.proof_of(request, venue_code),
            by=actor_of(request), at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        if isinstance(refusal, NotInTheHall):
            return redirect("citizen:arrive", venue_code=venue_code)
        return redirect("citizen:pass", case_id=case_id)
    return redirect("citizen:ticket", ticket_id=ticket_id)
