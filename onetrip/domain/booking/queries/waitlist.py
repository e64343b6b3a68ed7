"""How somebody stands on the waitlist."""

from datetime import datetime

from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Offer, Wish
from onetrip.domain.booking.states import MOST_OFFERS, AppointmentState, OfferState
from onetrip.domain.booking.views import OfferView, Waiting


def waiting_of(*, appointment_id: str, citizen_id: int, at: datetime) -> Waiting:
    """Say whether a citizen waits for an earlier place, how many offers are left, and which one is open.

    Somebody else's appointment waits for nothing and can ask for nothing.
    """
    row = (
        Appointment.objects.select_related("slot", "wish")
        .filter(public_id=appointment_id, citizen_id=citizen_id, state=AppointmentState.BOOKED)
        .first()
    )
    if row is None:
        return Waiting(waits=False, offers_left=0, can_ask=False, offer=None)
    wish: Wish | None = getattr(row, "wish", None)
    left = MOST_OFFERS - wish.offers_made if wish else MOST_OFFERS
    waits = wish is not None and wish.ended_at is None
    alone = not row.visit_id
    return Waiting(
        waits=waits,
        offers_left=left,
        can_ask=alone and not waits and left > 0 and row.slot.starts_at > at + rules.LAST_HOUR,
        offer=_open_offer(wish, row, at) if wish is not None else None,
    )


def _open_offer(wish: Wish, row: Appointment, at: datetime) -> OfferView | None:
    offer = (
        Offer.objects.select_related("slot")
        .filter(wish=wish, state=OfferState.OPEN, until__gt=at, slot__starts_at__lt=row.slot.starts_at)
        .first()
    )
    if offer is None:
        return None
    ends_at = offer.slot.ends_at + rules.SLOT_LENGTH * (row.units - 1)
    return OfferView(offer.public_id, offer.slot.starts_at, ends_at, offer.until)
