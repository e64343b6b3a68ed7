"""Timers of booking."""

from datetime import timedelta

from onetrip.core import clock, jobs
from onetrip.core.audit import Actor
from onetrip.domain.booking import queries, rules, services


@jobs.every(cron="* * * * * */10")
def expire_holds() -> None:
    """Give back unconfirmed places within ten seconds of their end."""
    services.expire_holds(at=clock.now())


@jobs.every(cron="* * * * * */10")
def lapse_offers() -> None:
    """Offer an earlier place to the next in line when the first has not answered."""
    services.lapse_offers(at=clock.now())


@jobs.every(cron="*/5 * * * *")
def look_after_provisional() -> None:
    """Remind whose papers are not complete, and give back what nobody said was complete in time."""
    at = clock.now()
    services.release_incomplete(at=at)
    services.remind_incomplete(at=at)


@jobs.every(cron="*/10 * * * *")
def mark_no_shows() -> None:
    """Close bookings whose holder never came."""
    services.mark_no_shows(at=clock.now())


@jobs.every(cron="*/5 * * * *")
def open_next_days() -> None:
    """Keep the next two weeks open for booking and close yesterday's lines.

    Looked at all day and not at midnight alone: a machine that was off then must not begin a day without places.
    """
    at = clock.now()
    services.clear_yesterday(at=at)
    services.free_kept_places(at=at)
    today = clock.city_day(at)
    if not queries.any_slot_on(day=today + timedelta(days=rules.DAYS_AHEAD - 1)):
        services.open_slots(from_day=today, by=Actor.system("booking.open_next_days"), at=at)
