"""Thin entries for the worker."""

import logging

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.core.jobs import every
from onetrip.domain.wechat import flows, queries

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
