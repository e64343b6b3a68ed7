"""Work of the halls' machines."""

from onetrip.core import clock, jobs
from onetrip.domain.halls import flows, services


@jobs.job(attempts=3)
def print_slip(slip: str) -> None:
    """Print a number."""
    flows.print_slip(slip_id=slip, at=clock.now())


@jobs.every(cron="17 3 * * *")
def drop_old_slips() -> None:
    """Forget what was printed days ago."""
    services.drop_old_slips(at=clock.now())
