"""Thin entries for the worker."""

from onetrip.core import clock
from onetrip.core.jobs import defer, every, job
from onetrip.domain.notifications import flows, queries, rules, services


@job(queue="messages")
def deliver_due() -> None:
    """Deliver what is due, urgent messages first."""
    flows.deliver_due(now=clock.now)


@every(cron="* * * * * *", queue="messages")
def start_delivery() -> None:
    """Have what is due delivered by as many jobs as it takes; what waits already is not asked for twice."""
    for number in range(rules.pumps_for(queries.due_count(at=clock.now()))):
        defer("notifications.deliver_due", once=f"deliver_due:{number}")


@every(cron="40 19 * * *", queue="messages")
def forget_old_messages() -> None:
    """Delete what nobody needs to know any more, at night."""
    while services.forget_old(at=clock.now()):
        pass
