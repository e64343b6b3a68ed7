"""Thin entries for the worker."""

import logging
from datetime import date, timedelta

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.core.jobs import defer, every, job
from onetrip.domain.payments import flows, queries, services

log = logging.getLogger(__name__)
FORGOTTEN_AFTER = timedelta(minutes=15)
TICK = timedelta(seconds=10)


@every(cron="* * * * * */2", queue="payments")
def apply_notices() -> None:
    """Do what the provider's notices say. One that cannot be applied now does not keep the others waiting."""
    for event_id in queries.notices_to_apply():
        try:
            services.apply_notice(event_id=event_id, at=clock.now())
        except Refusal as refusal:
            log.warning("notice %s: %s", event_id, refusal.code)


@job(queue="payments", attempts=8)
def look_after(*, attempt: str) -> None:
    """Ask the provider about an attempt whose notice has not come."""
    flows.look_after(number=attempt, at=clock.now())


@job(queue="payments", attempts=8)
def close_order(*, order: str) -> None:
    """Close an order that nobody is to pay any more."""
    flows.close_order(order_id=order, at=clock.now())


@job(queue="payments", attempts=8)
def send_refund(*, refund: str) -> None:
    """Bring a refund on its way."""
    flows.send_refund(refund_id=refund, at=clock.now())


@job(queue="payments", attempts=8)
def issue_invoice(*, invoice: str) -> None:
    """Have an electronic invoice issued."""
    flows.issue_invoice(invoice_id=invoice, at=clock.now())


@every(cron="* * * * * */10", queue="payments")
def close_overdue_orders() -> None:
    """Close orders whose time is over; what is still open with the provider is closed there first."""
    at = clock.now()
    for order_id in queries.overdue_orders(at=at):
        flows.close_order(order_id=order_id, at=at)
        if clock.now() - at > TICK:
            return  # the provider is slow or silent: the next tick goes on


@every(cron="*/5 * * * *", queue="payments")
def look_after_forgotten() -> None:
    """Find attempts that no job looks after any more, and forget nonces that are too old to matter."""
    at = clock.now()
    for number in queries.forgotten_attempts(before=at - FORGOTTEN_AFTER):
        defer("payments.look_after", once=f"look_after:{number}", attempt=number)
    services.forget_nonces(at=at)


@job(queue="payments", attempts=6)
def reconcile(*, day: str) -> None:
    """Fetch the provider's bill of a day and compare it; what cannot be fetched is tried again for a minute."""
    flows.reconcile(day=date.fromisoformat(day), by=flows.BY, at=clock.now())


@every(cron="30 2 * * *", queue="payments")
def reconcile_yesterday() -> None:
    """Compare yesterday's bill; the provider has it ready at ten in the morning, city time, so at half past ten."""
    at = clock.now()
    if queries.is_on():
        services.ask_run(day=clock.city_day(at) - timedelta(days=1), by=flows.BY, at=at)
    flows.renew_certificates()
