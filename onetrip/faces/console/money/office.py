"""The office: refunds that wait for a second person, the day's report, the provider's bill and its differences."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Invalid, NotFound
from onetrip.domain.payments import flows
from onetrip.domain.payments import queries as payments
from onetrip.domain.payments import services as payment_services
from onetrip.faces.console.access import reach_of
from onetrip.faces.console.money.window import then_back
from onetrip.faces.frame.gates import actor_of, staff_required


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


@never_cache
@staff_required("lead_venue")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Return a day's payments: CSV, with a mark at its begin so that a spreadsheet reads the Chinese, or XLSX."""
    day = _day(request)
    rows = [_HEAD, *_paid_on(day, reach_of(request, "lead_venue"))]
    if request.GET.get("form") == "xlsx":
        return _download(_as_xlsx(rows), f"fees-{day}.xlsx", _XLSX)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return _download(("\ufeff" + text.getvalue()).encode(), f"fees-{day}.csv", "text/csv; charset=utf-8")


_HEAD: list[Any] = [
    "receipt", "paid_at", "venue", "item", "way", "fen", "returned_fen", "ground", "state",
]  # fmt: skip
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _paid_on(day: date, reach: list[str] | None) -> Iterator[list[Any]]:
    for order in payments.orders_paid_on(day=day, venue_codes=reach):
        paid = order.payment
        if paid is not None and order.paid_at is not None:
            moment = clock.city_time(order.paid_at).isoformat(timespec="seconds")
            yield [order.receipt_no or "", moment, order.venue_code or "", order.item_code, paid.way, paid.fen,
                   paid.given_back_fen, order.ground, order.state]  # fmt: skip


def _as_xlsx(rows: list[list[Any]]) -> bytes:
    """Write a sheet; texts are texts, whatever they begin with."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def _download(contents: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(contents, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
        flows.reconcile(day=day, by=by, at=at)
    elif verb == "ask":
        flows.ask_about_difference(difference_id=task, by=by, at=at)
    elif verb == "resolve":
        note = request.POST.get("note", "")
        payment_services.resolve_difference(difference_id=task, note=note, by=by, at=at)
    else:
        raise Invalid(field="verb")
