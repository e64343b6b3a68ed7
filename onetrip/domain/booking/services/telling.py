"""Messages to whoever has booked. What they say: `messages.yaml` of this module."""

from datetime import datetime

from onetrip.core import clock
from onetrip.domain.accounts import services as accounts
from onetrip.domain.booking.models import Appointment, Slot

MOVED_BY_VENUE = "booking.moved_by_venue"
EARLIER = "booking.earlier_place"
PAPERS_COMPLETE = "booking.papers_complete"
GIVEN_BACK = "booking.given_back"


def tell_citizen(
    appointment: Appointment,
    template: str,
    *,
    slot: Slot,
    items: str = "",
    until: datetime | None = None,
    expires_at: datetime,
    at: datetime,
) -> None:
    """Put a message about an appointment and a time into the outbox, by the ways its citizen wants.

    `slot` comes with its venue; `until` is by when an answer is wanted; `items` are said where there are several.
    """
    if appointment.citizen_id is None:
        return
    accounts.tell(
        citizen_id=appointment.citizen_id,
        template=template,
        params={
            "item": items or appointment.item_name,
            "venue": slot.schedule.venue.name,
            "when": f"{clock.city_time(slot.starts_at):%Y-%m-%d %H:%M}",
            **({"until": f"{clock.city_time(until):%Y-%m-%d %H:%M}"} if until else {}),
        },
        expires_at=expires_at,
        about=f"appointment:{appointment.public_id}",
        target=f"appointment:{appointment.public_id}",
        at=at,
    )
