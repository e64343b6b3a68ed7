"""The errand at a counter: its checklist on paper, a venue and a time out of the counter's quota, another, or none."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.errors import SlotFull
from onetrip.domain.booking.queries import AppointmentView
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.cases.queries import CaseView
from onetrip.faces.console.front.gate import at_counter, citizen_in, counter_at, to_errand
from onetrip.faces.console.front.people import place_of
from onetrip.faces.console.front.times import CHOICE, times_for
from onetrip.faces.frame.gates import actor_of
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.visits.plan import wishes_in


@dataclass(frozen=True)
class _Sight:
    """An errand of the person before one, and what is booked for it."""

    case: CaseView
    citizen_id: int
    booked: AppointmentView | None

    @property
    def live(self) -> bool:
        return self.booked is not None and self.booked.state in ("held", "booked", "checked_in")


def _see(request: HttpRequest, desk: str, person: str, case_id: str) -> _Sight:
    citizen = citizen_in(request, desk, person)
    found = cases.case_at_counter(
        counter=counter_at(desk), case_id=case_id, citizen=citizen, by=actor_of(request), at=clock.now()
    )
    key = accounts.citizen_key(citizen)
    booked = (
        booking.appointment(appointment_id=found.appointment_id, citizen_id=key)
        if found.appointment_id
        else None
    )
    return _Sight(found, key, booked)


@never_cache
@at_counter
@require_GET
def errand(request: HttpRequest, desk: str, person: str, case_id: str) -> HttpResponse:
    """Show the errand: what to bring, what is booked, and, where a time is to be chosen, the times."""
    sight = _see(request, desk, person, case_id)
    choosing = sight.case.state in ("preparing", "ready", "returned") and not sight.live
    moving = bool(request.GET.get("move")) and sight.booked is not None and sight.booked.state == "booked"
    shown = {
        **place_of(desk),
        "person": person,
        "case": sight.case,
        "booked": sight.booked if sight.live else None,
        "fee": cases.fee(case_id=case_id, citizen_id=sight.citizen_id),
        "moving": moving,
        "choosing": choosing or moving,
        "along": booking.others_of_visit(sight.booked, citizen_id=sight.citizen_id) if sight.booked else [],
        "late": sight.booked is not None
        and booking.would_be_late(starts_at=sight.booked.starts_at, at=clock.now()),
    }
    if shown["choosing"]:
        shown |= times_for(request, desk, sight.case, sight.booked if moving else None, sight.citizen_id)
    return render(request, "console/counter/errand.html", shown)


@at_counter
@require_POST
def take(request: HttpRequest, desk: str, person: str, case_id: str) -> HttpResponse:
    """Hold the chosen time, or move what is booked to it. Refused, everything stays, and the times are shown anew."""
    about: dict[str, Any] = {
        "counter": counter_at(desk),
        "citizen": citizen_in(request, desk, person),
        "case_id": case_id,
        "slot_id": request.POST.get("slot", ""),
        "by": actor_of(request),
        "at": clock.now(),
    }
    again = [(name, value) for name in CHOICE for value in request.POST.getlist(name) if value]
    try:
        if request.POST.get("move"):
            services.reschedule_for(**about)
            messages.success(request, _("Moved. Please tell the visitor the new time."))
        else:
            persons, others = wishes_in(request.POST)
            area = request.POST.get("area") or None
            services.hold_for(subdistrict_code=area, persons=persons, others=others, **about)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
        missed = [("missed", about["slot_id"])] if isinstance(refusal, SlotFull) else []
        return to_errand(desk, person, case_id, urlencode([*again, *missed]))
    return to_errand(desk, person, case_id)


@at_counter
@require_POST
def settle(request: HttpRequest, desk: str, person: str, case_id: str) -> HttpResponse:
    """Confirm what is held, or cancel what is held or booked."""
    about: dict[str, Any] = {
        "counter": counter_at(desk),
        "citizen": citizen_in(request, desk, person),
        "case_id": case_id,
        "by": actor_of(request),
        "at": clock.now(),
    }
    verbs = {"confirm": services.confirm_for, "cancel": services.cancel_for}
    service = verbs.get(request.POST.get("verb", ""))
    if service is None:
        raise Invalid(field="verb")
    try:
        service(**about)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    else:
        said = {
            "confirm": _("Booked. Please print the list or tell what to bring, when and where."),
            "cancel": _("Cancelled; the place is free for somebody else."),
        }
        messages.success(request, said[request.POST["verb"]])
    return to_errand(desk, person, case_id)
