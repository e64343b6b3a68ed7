"""Timers of complaints."""

from onetrip.core import clock, jobs
from onetrip.core.audit import Actor
from onetrip.domain.complaints import services


@jobs.every(cron="17 2 * * *")
def tidy_complaints() -> None:
    """Close what nobody objected to, and let old words go."""
    at = clock.now()
    while services.close_silent(by=Actor.system("complaints.tidy_complaints"), at=at):
        pass
    while services.forget_words(at=at):
        pass
