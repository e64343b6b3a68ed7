"""The fee of a case at the window, and the officer's till."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Invalid, NotFound, Refusal
from onetrip.domain.cases import flows
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.payments import queries as payments
from onetrip.domain.payments import services as payment_services
from onetrip.domain.payments.states import Ground
from onetrip.faces.console.access import desks_of, person
from onetrip.faces.console.money.amounts import code_svg, fen_in
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


def then_back(request: HttpRequest, act: Callable[[], object], address: str) -> HttpResponse:
    """Do it and show the page again; a refusal is said there."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    return redirect(address)


@never_cache
@staff_required("serve_window")
@require_http_methods(["GET", "POST"])
def fee(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show a case's fee: a code to scan, cash or card, a reduction, a refund to propose."""
    found = cases.fee_for_staff(case_id=case_id, by_user_id=person(request).pk)
    if request.method == "POST":
        here = reverse("console:fee", args=[case_id])
        return then_back(request, lambda: _act(request, case_id), here)
    waiting = found.order.waiting if found.order else None
    context = {
        "fee": found,
        "shift": payments.open_shift_of(officer_id=person(request).pk),
        "code": code_svg(waiting.pay_url) if waiting and waiting.way == "native" else "",
        "grounds": Ground.choices,
    }
    return render(request, "console/money/fee.html", context)


def _act(request: HttpRequest, case_id: str) -> None:
    about = {
        "case_id": case_id,
        "officer_id": person(request).pk,
        "by": actor_of(request),
        "at": clock.now(),
    }
    verb, form = request.POST.get("verb", ""), request.POST
    if verb == "code":
        flows.show_code_at_window(**about)
    elif verb in ("cash", "pos"):
        case_services.take_fee_at_window(way=verb, **about)
    elif verb == "reduce":
        fen = fen_in(form.get("fen", ""), field="fen")
        case_services.reduce_fee(fen=fen, ground=form.get("ground", ""), **about)
    elif verb == "refund":
        fen = fen_in(form.get("fen", ""), field="fen")
        case_services.propose_refund(fen=fen, note=form.get("note", ""), **about)
    else:
        raise Invalid(field="verb")


@never_cache
@staff_required("serve_window")
@require_http_methods(["GET", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    """Open the till, hand refunds out of it, count and close it."""
    if request.method == "POST":
        return then_back(request, lambda: _act_at_till(request), reverse("console:till"))
    shift = payments.open_shift_of(officer_id=person(request).pk)
    context = {
        "shift": shift,
        "venues": sorted({(desk.venue_code, desk.venue_name) for desk in desks_of(request, "window")}),
        "to_hand_out": payments.refunds_to_hand_out(venue_code=shift.venue_code) if shift else [],
    }
    return render(request, "console/money/till.html", context)


def _act_at_till(request: HttpRequest) -> None:
    officer_id, by, at = person(request).pk, actor_of(request), clock.now()
    verb, form = request.POST.get("verb", ""), request.POST
    if verb == "open":
        venue_code = form.get("venue", "")
        if venue_code not in {desk.venue_code for desk in desks_of(request, "window")}:
            raise NotFound()
        payment_services.open_shift(officer_id=officer_id, venue_code=venue_code, by=by, at=at)
    elif verb == "hand_out":
        shift = payments.open_shift_of(officer_id=officer_id)
        due = payments.refunds_to_hand_out(venue_code=shift.venue_code) if shift else []
        if form.get("refund", "") not in {refund.id for refund in due}:
            raise NotFound()
        payment_services.pay_out_at_desk(refund_id=form["refund"], officer_id=officer_id, by=by, at=at)
    elif verb == "close":
        counted = fen_in(form.get("counted", ""), field="counted")
        payment_services.close_shift(
            officer_id=officer_id, counted_fen=counted, note=form.get("note", ""), by=by, at=at
        )
    else:
        raise Invalid(field="verb")
