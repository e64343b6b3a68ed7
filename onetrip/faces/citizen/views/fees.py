"""Pay: what it costs, ways to pay, the code to scan, the receipt, the electronic invoice."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.cases import flows
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.cases.queries import FeeView
from onetrip.domain.payments import flows as payments
from onetrip.domain.payments.views import OrderView
from onetrip.domain.venues import queries as venues
from onetrip.domain.wechat import queries as wechat
from onetrip.faces.citizen.me.wechat import is_inside
from onetrip.faces.citizen.qr import qr_response
from onetrip.faces.citizen.receipts import chinese_font, receipt_file
from onetrip.faces.citizen.steps import STEPS
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip


def _fee(request: HttpRequest, case_id: str) -> FeeView:
    return cases.fee(case_id=case_id, citizen_id=person_id(request))


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def pay(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the fee and how to pay it; a POST begins a payment and leads back here, where its address is."""
    if request.method == "POST":
        way = request.POST.get("way", "")
        return _then_back(request, case_id, lambda: _start(request, case_id, way))
    context = {
        "fee": _fee(request, case_id),
        "steps": STEPS,
        "inside_wechat": is_inside(request),
        "wechat_way": _wechat_way(request),
        "sample_cashier": payments.sample_cashier(),
    }
    return render(request, "citizen/pay.html", context)


def _wechat_way(request: HttpRequest) -> str:
    """Say whether the person's own WeChat can pay here: `linked`, `unlinked`, or nothing outside WeChat.

    The sample city's WeChat is a window of the same browser.
    """
    if not (wechat.is_on() and (is_inside(request) or settings.DEMO)):
        return ""
    return "linked" if accounts.has_wechat(person_id(request)) else "unlinked"


@never_cache
@require_POST
@citizen_required
def pay_in_wechat(request: HttpRequest, case_id: str) -> JsonResponse:
    """Begin a payment inside WeChat and return what the page hands to WeChat, signed and good for this person only."""
    made = flows.pay_in_wechat(
        case_id=case_id,
        citizen_id=person_id(request),
        ip=client_ip(request),
        by=actor_of(request),
        at=clock.now(),
    )
    return JsonResponse(made)


def _start(request: HttpRequest, case_id: str, way: str) -> None:
    flows.start_payment(
        case_id=case_id,
        citizen_id=person_id(request),
        way=way,
        ip=client_ip(request),
        by=actor_of(request),
        at=clock.now(),
    )


def _then_back(request: HttpRequest, case_id: str, act: Callable[[], object]) -> HttpResponse:
    """Do it and show the fee again; a refusal is said there."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    return redirect("citizen:pay", case_id=case_id)


@require_POST
@citizen_required
def paid(request: HttpRequest, case_id: str) -> HttpResponse:
    """The citizen says that it is paid: ask the provider, whose notice may be lost."""

    def ask() -> None:
        flows.look_after_payment(case_id=case_id, citizen_id=person_id(request), at=clock.now())

    return _then_back(request, case_id, ask)


@require_GET
@citizen_required
def pay_code(request: HttpRequest, case_id: str) -> HttpResponse:
    """Draw the address to pay at, for another phone's scanner."""
    order = _fee(request, case_id).order
    if order is None or order.waiting is None or order.waiting.way != "native":
        raise NotFound()
    return qr_response(order.waiting.pay_url, private=True)


def _paid_order(request: HttpRequest, case_id: str) -> OrderView:
    order = _fee(request, case_id).order
    if order is None or order.payment is None:
        raise NotFound()
    return order


@never_cache
@require_GET
@citizen_required
def receipt(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show what was paid, what came back, and the way to receipt and invoice."""
    context = {
        "case_id": case_id,
        "order": _paid_order(request, case_id),
        "has_file": chinese_font() is not None,
        "steps": STEPS,
    }
    return render(request, "citizen/receipt.html", context)


@require_GET
@citizen_required
def receipt_pdf(request: HttpRequest, case_id: str) -> HttpResponse:
    """Return the receipt as a PDF; where the machine has no Chinese font there is none."""
    order, font = _paid_order(request, case_id), chinese_font()
    if font is None:
        raise NotFound()
    venue = venues.venue(order.venue_code).name if order.venue_code else ""
    name = request.user.name if request.user.is_authenticated else ""
    content = receipt_file(order, payer=name, venue=venue, font=font, demo=settings.DEMO)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{order.receipt_no}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@citizen_required
def invoice(request: HttpRequest, case_id: str) -> HttpResponse:
    """Ask for the electronic invoice."""
    try:
        case_services.ask_invoice(
            case_id=case_id,
            citizen_id=person_id(request),
            title=request.POST.get("title", ""),
            by=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.text())
    else:
        messages.success(request, _("The invoice is being issued."))
    return redirect("citizen:receipt", case_id=case_id)
