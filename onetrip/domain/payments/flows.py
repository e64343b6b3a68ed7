"""Write, talk to the provider, write: no lock is held while somebody outside thinks.

Whatever happens between the steps, the worker asks the provider again: what was paid is found, what was not is closed.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onetrip.core import limits
from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.payments import queries, rules, services
from onetrip.domain.payments.errors import NoticeOld, PaymentOff, ProviderSilent, WayUnknown
from onetrip.domain.payments.gateways import (
    Declined,
    DemoInvoices,
    HttpInvoices,
    InvoiceGateway,
    Unreachable,
    WeChatPayGateway,
)
from onetrip.domain.payments.models import Attempt, Invoice, Refund
from onetrip.domain.payments.services.orders import IN_THE_AIR
from onetrip.domain.payments.states import AT_THE_DESK, InvoiceState, Reason, RefundState, Way

log = logging.getLogger(__name__)
BY = Actor.system("payments")
# So many refused notices of one source are written down in a minute; more are turned away unwritten.
REFUSALS_A_MINUTE = 120
_CHUNK = 2000


@cache
def _gateway(folder: str) -> WeChatPayGateway:
    return WeChatPayGateway(folder=Path(folder))


def provider() -> WeChatPayGateway:
    """Return the configured provider. Raises PaymentOff without one."""
    if not queries.is_on():
        raise PaymentOff()
    return _gateway(str(settings.WECHAT_PAY_FOLDER))


def invoice_platform() -> InvoiceGateway:
    """Return the configured platform. Raises ImproperlyConfigured in production without one."""
    if settings.INVOICE_URL:
        return HttpInvoices(url=settings.INVOICE_URL, secret=settings.INVOICE_SECRET)
    if settings.DEMO:
        return DemoInvoices()
    raise ImproperlyConfigured("ONETRIP_INVOICE_URL is not set: invoices cannot be issued")


def start_payment(*, order_id: str, way: str, ip: str, openid: str = "", by: Actor, at: datetime) -> str:
    """Begin to pay an order online and return the attempt's number; its address to pay at is in the order's view.

    Raises PaymentOff, ProviderSilent, OrderNotDue, WayUnknown, NotFound.
    """
    gateway = provider()
    if way == Way.JSAPI and not openid:
        raise WayUnknown(field="way")  # the provider wants to know who pays
    number, is_new = services.begin_attempt(order_id=order_id, way=way, by=by, at=at)
    if not is_new:
        return number
    row = Attempt.objects.select_related("order").get(public_id=number)
    assert row.expires_at is not None, "an online attempt has an end"
    try:
        address = gateway.open(
            way=way,
            number=number,
            title=row.order.title,
            fen=row.fen,
            expires_at=row.expires_at,
            ip=ip,
            openid=openid,
        )
    except (Unreachable, Declined) as fault:
        log.warning("payment %s could not be opened: %s", number, fault)
        raise ProviderSilent() from fault
    services.note_opened(number=number, pay_url=address)
    return number


def start_in_wechat(*, order_id: str, openid: str, ip: str, by: Actor, at: datetime) -> dict[str, str]:
    """Begin to pay inside WeChat (JSAPI) and return what the page hands to `WeixinJSBridge`, signed by us.

    Only the WeChat with this openid can pay it. Raises as start_payment does.
    """
    number = start_payment(order_id=order_id, way=Way.JSAPI, ip=ip, openid=openid, by=by, at=at)
    prepay_id = Attempt.objects.values_list("pay_url", flat=True).get(public_id=number)
    return provider().jsapi_parameters(prepay_id=prepay_id, nonce=secrets.token_hex(16), at=at)


def sample_cashier() -> str:
    """Return where people find the sample city's cashier, which stands in for WeChat's own part of a phone."""
    return provider().sample_cashier() if settings.DEMO and queries.is_on() else ""


def take_notice(*, headers: Mapping[str, str], body: bytes, source: str, at: datetime) -> bool:
    """Take a notice of the provider: believe it, keep it, have it applied; say whether it was news.

    Every refusal is written down, without a word of what the notice said. Raises NoticeIncomplete, NoticeOld,
    NoticeForged, NoticeReplayed, PaymentOff, TooMany for a source that sends nothing else.
    """
    try:
        signed = provider().read_notice(headers=headers, body=body)
        if not rules.is_within_window(signed_at=signed.signed_at, at=at):
            raise NoticeOld()
        return services.keep_notice(
            event_id=signed.event_id, kind=signed.kind, nonce=signed.nonce, told=signed.told, at=at
        )
    except Refusal as refusal:
        limits.take(key=f"notice:{source}", limit=REFUSALS_A_MINUTE, per_s=60, at=at)
        services.note_refused(code=refusal.code, source=source[:40], at=at)
        raise


def look_after(*, number: str, at: datetime) -> None:
    """Ask the provider what became of an attempt: settle it, close it when its time is over, or look again later.

    This is how a lost notice is found. An attempt that is settled already stays as it is.
    """
    row = Attempt.objects.filter(public_id=number).first()
    if row is None or row.state not in IN_THE_AIR or not queries.is_on():
        return
    gateway = provider()
    over = row.expires_at is not None and row.expires_at <= at
    try:
        told = gateway.look_up(number=number)
        if over and (told is None or told.outcome in ("NOTPAY", "PAYERROR")):
            gateway.close(number=number)
            told = gateway.look_up(number=number)
    except (Unreachable, Declined) as fault:
        log.warning("payment %s could not be looked up: %s", number, fault)
        services.look_again_later(number=number, at=at)
        return
    if told is not None and told.outcome in ("SUCCESS", "REFUND"):
        services.settle(told=told, by=BY, at=at)
    elif (told is None and over) or (told is not None and told.outcome in ("CLOSED", "REVOKED")):
        services.note_not_paid(number=number, by=BY, at=at)
    else:
        services.look_again_later(number=number, at=at)


def close_order(*, order_id: str, at: datetime) -> bool:
    """Close an order whose time is over, after closing with the provider what is open; say whether it is closed.

    What turns out to be paid meanwhile is accepted: the order was still waiting for it.
    """
    open_ones = Attempt.objects.filter(order__public_id=order_id, state__in=IN_THE_AIR, expires_at__lte=at)
    for number in list(open_ones.values_list("public_id", flat=True)):
        look_after(number=number, at=at)
    return services.close_if_nothing_is_open(order_id=order_id, by=BY, at=at)


def send_refund(*, refund_id: str, at: datetime) -> None:
    """Ask the provider to pay a refund back; asking again is harmless, it knows the number."""
    row = Refund.objects.select_related("attempt").filter(public_id=refund_id).first()
    if row is None or row.state != RefundState.APPROVED or row.attempt.way in AT_THE_DESK:
        return
    try:
        told = provider().refund(
            number=row.attempt.public_id,
            refund_no=refund_id,
            fen=row.fen,
            total_fen=row.attempt.fen,
            reason=str(Reason(row.reason).label),
        )
    except (Unreachable, Declined, PaymentOff) as fault:
        log.warning("refund %s: %s", refund_id, fault)
        services.try_refund_later(refund_id=refund_id, fault=str(fault), at=at)
        return
    if told.outcome == "SUCCESS":
        services.complete_refund(
            refund_id=refund_id, provider_no=told.provider_no, done_at=told.at or at, by=BY, at=at
        )
    else:
        services.try_refund_later(refund_id=refund_id, fault=told.outcome, at=at)


def reconcile(*, day: date, by: Actor, at: datetime) -> None:
    """Fetch the provider's bill of a day and lay it beside our books. Raises PaymentOff, ProviderSilent."""
    gateway = provider()
    services.begin_run(day=day, by=by, at=at)
    try:
        lines = gateway.bill(day=day)
        for start in range(0, len(lines), _CHUNK):
            services.keep_lines(day=day, lines=lines[start : start + _CHUNK], total=len(lines))
        services.compare(day=day, by=by, at=at)
    except (Unreachable, Declined) as fault:
        services.note_failed(day=day, fault=str(fault), at=at)
        raise ProviderSilent() from fault
    except Exception as error:  # nobody is to wait for a run that has stopped
        services.note_failed(day=day, fault=type(error).__name__, at=at)
        raise


def ask_about_difference(*, difference_id: str, by: Actor, at: datetime) -> None:
    """Ask the provider about the payment behind a task, settle it if it was paid, and compare the day again.

    Raises PaymentOff, ProviderSilent, NotFound.
    """
    found = queries.difference(difference_id)
    try:
        told = provider().look_up(number=found.number)
    except (Unreachable, Declined) as fault:
        raise ProviderSilent() from fault
    if told is not None and Attempt.objects.filter(public_id=found.number).exists():
        services.settle(told=told, by=by, at=at)
    services.compare(day=found.day, by=by, at=at)


def issue_invoice(*, invoice_id: str, at: datetime) -> None:
    """Have an invoice issued. Raises Unreachable: the job tries again."""
    row = Invoice.objects.select_related("order").filter(public_id=invoice_id).first()
    if row is None:
        raise NotFound()
    if row.state != InvoiceState.ASKED:
        return
    view = queries.order(row.order.public_id)
    try:
        number, url = invoice_platform().issue(
            key=row.public_id,
            title=row.title,
            item=view.title,
            fen=view.kept_fen,
            paid_at=view.paid_at or at,
        )
    except Declined as no:
        services.note_not_issued(invoice_id=invoice_id, fault=str(no))
        return
    services.note_issued(invoice_id=invoice_id, number=number, url=url, at=at)


def renew_certificates() -> None:
    """Fetch the provider's certificates anew; what cannot be reached today is asked tomorrow."""
    if queries.is_on():
        try:
            provider().renew_certificates()
        except Unreachable as fault:
            log.warning("certificates of WeChat Pay were not renewed: %s", fault)
