"""Timers of recordings."""

from onetrip.core import clock, jobs
from onetrip.domain.recordings import services


@jobs.every(cron="* * * * * */10", queue="live")
def look_after() -> None:
    """Let questions lapse, end what is too long, close the lists of what has ended."""
    services.look_after(at=clock.now())


@jobs.every(cron="37 3 * * *")
def expire() -> None:
    """Delete the pieces of recordings whose time is over."""
    while services.expire(at=clock.now()):
        pass
