"""Thin entries for the worker."""

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.jobs import job
from onetrip.domain.cases import services


@job(attempts=8)
def settle_fee(*, case: str) -> None:
    """Bring the fee in line with what became of the errand."""
    services.settle_fee(case_id=case, by=Actor.system("cases.settle_fee"), at=clock.now())
