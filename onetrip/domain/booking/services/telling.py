"""Messages to whoever has booked. What they say: `messages.yaml` of this module."""

from datetime import datetime

from onetrip.core import clock
from onetrip.domain.accounts import services as accounts
from onetrip.domain.booking.models import Appointment

MOVED_BY_VENUE = "booking.moved_by_venue"


def tell_citizen(appointment: Appointment, template: str, *, expires_at: datetime, at: datetime) -> None:
    """Put a message about an appointment into the outbox, by the ways its citizen wants."""
    if appointment.citizen_id is None:
        return
    slot = appointment.slot
    accounts.tell(
        citizen_id=appointment.citizen_id,
        template=template,
        params={
            "item": appointment.item_name,
            "venue": slot.schedule.venue.name,
            "when": f"{clock.city_time(slot.starts_at):%Y-%m-%d %H:%M}",
        },
        expires_at=expires_at,
        about=f"appointment:{appointment.public_id}",
        target=f"appointment:{appointment.public_id}",
        at=at,
    )
