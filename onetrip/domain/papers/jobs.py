"""Work of papers: the pre-check in the queue of its own process, and the end of a picture's time."""

from onetrip.core import clock, jobs
from onetrip.domain.papers import flows, services


@jobs.job(queue="precheck", attempts=3)
def check(*, key: int) -> None:
    """Look at one picture."""
    flows.check(key=key, at=clock.now())


@jobs.every(cron="*/10 * * * *")
def forget_uploads() -> None:
    """Delete pictures that came in part only."""
    services.forget_uploads(at=clock.now())


@jobs.every(cron="23 3 * * *")
def expire() -> None:
    """Delete pictures whose time is over."""
    while services.expire(at=clock.now()):
        pass
