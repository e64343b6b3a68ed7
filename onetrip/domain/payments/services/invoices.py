"""Electronic invoices: asked for by the payer, issued by the treasury's platform."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments.errors import InvoiceFieldMissing, RefundOfSomethingElse
from onetrip.domain.payments.models import Invoice
from onetrip.domain.payments.services.orders import lock_order
from onetrip.domain.payments.states import INVOICE, InvoiceState, OrderState


@use_case
def ask_invoice(*, order_id: str, payer_id: int, title: str, by: Actor, at: datetime) -> None:
    """Ask for the electronic invoice of a paid order; asking twice is the same as once, unless it failed.

    Raises InvoiceFieldMissing, RefundOfSomethingElse for an order that is not paid, NotFound for a stranger's.
    """
    order = lock_order(order_id)
    if order.payer_id != payer_id:
        raise NotFound()
    if order.state != OrderState.PAID:
        raise RefundOfSomethingElse()
    if not title.strip():
        raise InvoiceFieldMissing(field="title")
    row, made = Invoice.objects.get_or_create(
        order=order, defaults={"title": title.strip()[:100], "asked_at": at}
    )
    if not made and row.state != InvoiceState.FAILED:
        return
    if not made:
        row.state, row.title, row.asked_at = INVOICE.next_state(row.state, "ask"), title.strip()[:100], at
        row.fault = ""
        row.save()
    record(verb="invoice.ask", subject=f"order:{order_id}", by=by, at=at)
    defer("payments.issue_invoice", invoice=row.public_id)


@use_case
def note_issued(*, invoice_id: str, number: str, url: str, at: datetime) -> None:
    """The platform has issued it. Hearing it twice changes nothing. Raises NotFound."""
    row = lock_one(Invoice.objects.filter(public_id=invoice_id))
    if row.state == InvoiceState.ASKED:
        row.state, row.number, row.url = INVOICE.next_state(row.state, "issue"), number[:40], url[:300]
        row.issued_at = at
        row.save()


@use_case
def note_not_issued(*, invoice_id: str, fault: str) -> None:
    """The platform will not issue it; the payer may ask again. Raises NotFound."""
    row = lock_one(Invoice.objects.filter(public_id=invoice_id))
    if row.state == InvoiceState.ASKED:
        row.state, row.fault = INVOICE.next_state(row.state, "fail"), fault[:120]
        row.save()
