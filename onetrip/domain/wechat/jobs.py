"""Thin entries for the worker."""

import logging

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.core.jobs import every
from onetrip.domain.wechat import flows, queries, services

log = logging.getLogger(__name__)


@every(cron="* * * * *")
def renew_credentials() -> None:
    """Renew tokens and tickets that end soon."""
    if not queries.is_on():
        return
    try:
        flows.keep_fresh(at=clock.now())
    except Refusal as refusal:
        log.warning("WeChat's tokens could not be renewed: %s", refusal.code)


@every(cron="*/5 * * * *")
def forget_received_messages() -> None:
    """Delete what was heard and where phones were, once it is of no use."""
    services.forget_received(at=clock.now())
