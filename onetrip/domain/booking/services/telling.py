"""Messages to whoever has booked. The texts are registered at start-up (`apps.py`)."""

from datetime import datetime

from onetrip.core import clock
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.booking.models import Appointment
from onetrip.domain.notifications import services as notifications

MOVED_BY_VENUE = "booking.moved_by_venue"


def tell_citizen(appointment: Appointment, text: str, *, expires_at: datetime, at: datetime) -> None:
    """Put a text message about an appointment into the outbox; who has no phone number finds it on the page."""
    address = None if appointment.citizen_id is None else accounts.address_of(appointment.citizen_id)
    if address is None or appointment.citizen_id is None:
        return
    slot = appointment.slot
    notifications.send(
        channel="sms",
        address=address,
        template=text,
        params={
            "item": appointment.item_name,
            "venue": slot.schedule.venue.name,
            "when": f"{clock.city_time(slot.starts_at):%Y-%m-%d %H:%M}",
        },
        language=accounts.language_of(appointment.citizen_id),
        expires_at=expires_at,
        at=at,
    )
