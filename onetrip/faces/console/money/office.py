"""The office: refunds that wait for a second person, the day's report, the provider's bill and its differences."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, NotFound
from onetrip.domain.insights import services as insight_services
from onetrip.domain.payments import flows
from onetrip.domain.payments import queries as payments
from onetrip.domain.payments import services as payment_services
from onetrip.faces.console.access import person, reach_of
from onetrip.faces.console.money.files import my_exports
from onetrip.faces.console.money.window import then_back
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", ""))
    except ValueError:
        return clock.city_day(clock.now())


@never_cache
@staff_required("lead_venue")
@require_http_methods(["GET", "POST"])
def money(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision and what came and went on a day."""
    reach = reach_of(request, "lead_venue")
    if request.method == "POST":
        return then_back(request, lambda: _decide(request, reach), reverse("console:money"))
    day = _day(request)
    context = {
        "day": day,
        "today": clock.city_day(clock.now()),
        "asked": payments.refunds_of(venue_codes=reach, states=["asked"]),
        "report": payments.day_report(day=day, venue_codes=reach),
        "shifts": payments.shifts_on(day=day, venue_codes=reach),
        "runs": payments.reconciliations() if reach is None else [],
        "all_venues": reach is None,
        "is_on": payments.is_on(),
        **my_exports(request),
    }
    return render(request, "console/money/office.html", context)


def _decide(request: HttpRequest, reach: list[str] | None) -> None:
    refund_id = request.POST.get("refund", "")
    if not refund_id:
        raise Invalid(field="refund")
    mine = payments.refunds_of(venue_codes=reach, states=["asked", "approved", "done", "refused"], limit=1000)
    if refund_id not in {refund.id for refund in mine}:
        raise NotFound()
    by, at = actor_of(request), clock.now()
    if request.POST.get("verb") == "approve":
        payment_services.approve_refund(refund_id=refund_id, by=by, at=at)
    else:
        note = request.POST.get("note", "")
        payment_services.refuse_refund(refund_id=refund_id, note=note, by=by, at=at)


@staff_required("lead_venue")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Ask for a file of the fees that were paid on a day; the page shows how far it is and where to fetch it."""
    day = _day(request)
    since, until = payments.city_day_span(day)

    def ask() -> None:
        insight_services.ask_export(
            staff_id=person(request).pk,
            subject="fees",
            form=request.POST.get("form", ""),
            since=since,
            until=until,
            venue_codes=reach_of(request, "lead_venue"),
            by=actor_of(request),
            at=clock.now(),
        )

    return then_back(request, ask, f"{reverse('console:money')}?day={day}#exports")


@never_cache
@staff_required("lead_venue")
@require_http_methods(["GET", "POST"])
def bill(request: HttpRequest) -> HttpResponse:
    """Show a day of the provider's bill beside ours; compare it, ask about a difference, or close it with a word."""
    if reach_of(request, "lead_venue") is not None:
        raise NotFound()  # the provider's account is the city's, not a venue's
    day = _day(request)
    here = f"{reverse('console:bill')}?day={day}"
    if request.method == "POST":
        return then_back(request, lambda: _act_on_bill(request, day), here)
    runs = [run for run in payments.reconciliations(limit=400) if run.day == day]
    context = {
        "day": day,
        "run": runs[0] if runs else None,
        "differences": payments.differences(day=day) if runs else [],
        "is_on": payments.is_on(),
    }
    return render(request, "console/money/bill.html", context)


def _act_on_bill(request: HttpRequest, day: date) -> None:
    verb, by, at = request.POST.get("verb", ""), actor_of(request), clock.now()
    task = request.POST.get("difference", "")
    if verb == "compare":
        payment_services.ask_run(day=day, by=by, at=at)
    elif verb == "ask":
        flows.ask_about_difference(difference_id=task, by=by, at=at)
    elif verb == "resolve":
        note = request.POST.get("note", "")
        payment_services.resolve_difference(difference_id=task, note=note, by=by, at=at)
    else:
        raise Invalid(field="verb")
