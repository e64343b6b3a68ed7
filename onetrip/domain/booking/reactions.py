"""What happens to slots when something happens to a venue, and to a visit when its citizen comes."""

from datetime import timedelta

from onetrip.core import clock
from onetrip.core.events import subscribe
from onetrip.domain.booking import rules, services
from onetrip.domain.booking.events import CitizenArrived
from onetrip.domain.venues.events import HoursChanged


@subscribe(HoursChanged)
def follow_hours(event: HoursChanged) -> None:
    """A closed day is not offered any more, a longer one is; past days and those not yet open are left alone."""
    today = clock.city_day(event.at)
    horizon = today + timedelta(days=rules.DAYS_AHEAD - 1)
    first, last = (event.day, event.day) if event.day else (today, horizon)
    if today <= first and last <= horizon:
        services.follow_hours(
            venue_code=event.venue_code, first_day=first, last_day=last, by=event.by, at=event.at
        )


@subscribe(CitizenArrived)
def check_in_the_rest(event: CitizenArrived) -> None:
    """Several matters of one visit have one arrival."""
    services.check_in_the_rest(appointment_id=event.appointment_id, at=event.at)
