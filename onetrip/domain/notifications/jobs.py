"""Thin entries for the worker."""

from onetrip.core import clock
from onetrip.core.jobs import every, job
from onetrip.domain.notifications import flows


@job(queue="messages")
def deliver_message(*, message: str) -> None:
    """Deliver one message, by its public id."""
    flows.deliver(public_id=message, gateway=flows.sms_gateway(), at=clock.now())


@every(cron="*/5 * * * *", queue="messages")
def expire_overdue_messages() -> None:
    """Settle messages whose time has passed."""
    flows.expire_overdue(at=clock.now())
