"""Timers of booking."""

from onetrip.core import clock, jobs
from onetrip.core.audit import Actor
from onetrip.domain.booking import services


@jobs.every(cron="* * * * * */10")
def expire_holds() -> None:
    """Give back unconfirmed places within ten seconds of their end."""
    services.expire_holds(at=clock.now())


@jobs.every(cron="*/10 * * * *")
def mark_no_shows() -> None:
    """Close bookings whose holder never came."""
    services.mark_no_shows(at=clock.now())


@jobs.every(cron="5 0 * * *")
def open_next_days() -> None:
    """Keep the next two weeks open for booking and close yesterday's lines."""
    at = clock.now()
    services.clear_yesterday(at=at)
    services.open_slots(from_day=clock.city_day(at), by=Actor.system("booking.open_next_days"), at=at)
