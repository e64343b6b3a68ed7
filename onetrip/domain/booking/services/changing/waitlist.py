"""The waitlist: an earlier place is kept for the first in line for a quarter of an hour, then for the next.

Lock order: appointment, offer, slot. Offers are made where places become free (`services.freeing`).
"""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import NothingEarlier, OfferGone
from onetrip.domain.booking.events import AppointmentMoved
from onetrip.domain.booking.models import Appointment, Offer, Wish
from onetrip.domain.booking.services.freeing import count_as, give_back
from onetrip.domain.booking.states import APPOINTMENT, MOST_OFFERS, OFFER, Channel, OfferState


def _booked(appointment_id: str) -> Appointment:
    rows = Appointment.objects.select_related("slot__schedule").filter(public_id=appointment_id)
    row = lock_one(rows)
    APPOINTMENT.next_state(row.state, "reschedule")
    return row


@use_case
def ask_for_earlier(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """Join the venue's waitlist; twice is the same as once, and a second time keeps the first place.

    A longer matter waits for as many slots in a row. Several matters of one visit do not wait: what is free for the
    first helps nobody without the others. Raises NothingEarlier for those, in the last hour or after three offers,
    WrongState, NotFound.
    """
    row = _booked(appointment_id)
    wish = Wish.objects.filter(appointment=row).first()
    used_up = wish is not None and wish.offers_made >= MOST_OFFERS
    if used_up or row.visit_id or row.slot.starts_at <= at + rules.LAST_HOUR:
        raise NothingEarlier()
    venue_row = row.slot.schedule.venue_id
    if wish is None:
        Wish.objects.create(appointment=row, venue_id=venue_row, competence=row.competence, since=at)
    elif wish.ended_at is not None or wish.venue_id != venue_row:
        Wish.objects.filter(pk=wish.pk).update(ended_at=None, since=at, venue_id=venue_row)
    record(verb="waitlist.join", subject=f"appointment:{appointment_id}", by=by, at=at)


@use_case
def stop_waiting(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """Leave the waitlist; an offer that is open goes to the next. Twice is the same as once. Raises NotFound."""
    row = lock_one(Appointment.objects.filter(public_id=appointment_id))
    Wish.objects.filter(appointment=row, ended_at__isnull=True).update(ended_at=at)
    kept = Offer.objects.filter(wish__appointment=row, state=OfferState.OPEN)
    for offer in kept.select_for_update(of=("self",)):
        _end(offer, "decline", at=at)
    record(verb="waitlist.leave", subject=f"appointment:{appointment_id}", by=by, at=at)


def _open_offer(row: Appointment, offer_id: str, at: datetime) -> Offer:
    rows = Offer.objects.select_related("slot", "wish").filter(public_id=offer_id, wish__appointment=row)
    offer = lock_one(rows)
    if offer.state != OfferState.OPEN or offer.until <= at or offer.slot.starts_at >= row.slot.starts_at:
        raise OfferGone()
    return offer


@use_case
def accept_offer(*, appointment_id: str, offer_id: str, by: Actor, at: datetime) -> None:
    """Come earlier: the kept place is the appointment's, the old one is given back, in one step.

    Raises OfferGone, WrongState, NotFound.
    """
    row = _booked(appointment_id)
    offer = _open_offer(row, offer_id, at)
    before = row.slot_id
    offer.state = OFFER.next_state(offer.state, "accept")
    offer.save(update_fields=["state"])
    Wish.objects.filter(pk=offer.wish_id).update(ended_at=at)
    row.slot, row.state, row.changed_at = offer.slot, APPOINTMENT.next_state(row.state, "reschedule"), at
    if row.complete_by is not None:
        row.complete_by = rules.complete_by(at=at, starts_at=offer.slot.starts_at)
    row.save(update_fields=["slot", "state", "changed_at", "complete_by"])
    count_as(offer.slot_id, channel=row.channel, units=row.units)
    give_back(before, channel=row.channel, units=row.units, at=at)
    publish(AppointmentMoved(appointment_id=appointment_id, at=at, by=by))
    record(
        verb="offer.accept",
        subject=f"appointment:{appointment_id}",
        by=by,
        at=at,
        detail={"offer": offer_id},
    )


@use_case
def decline_offer(*, appointment_id: str, offer_id: str, by: Actor, at: datetime) -> None:
    """Let the earlier place go to the next, and wait on. Raises OfferGone, WrongState, NotFound."""
    row = _booked(appointment_id)
    _end(_open_offer(row, offer_id, at), "decline", at=at)
    record(
        verb="offer.decline",
        subject=f"appointment:{appointment_id}",
        by=by,
        at=at,
        detail={"offer": offer_id},
    )


@use_case
def lapse_offers(*, at: datetime, limit: int = 200) -> int:
    """Let places go on to the next in line that nobody has taken in time; return how many. Safe to run in parallel."""
    due = Offer.objects.filter(state=OfferState.OPEN, until__lte=at).order_by("slot_id", "pk")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    for offer in rows:
        _end(offer, "lapse", at=at)
        detail = {"offer": offer.public_id}
        record(
            verb="offer.lapse",
            subject="booking",
            by=Actor.system("booking.lapse_offers"),
            at=at,
            detail=detail,
        )
    return len(rows)


def _end(offer: Offer, verb: str, *, at: datetime) -> None:
    offer.state = OFFER.next_state(offer.state, verb)
    offer.save(update_fields=["state"])
    # Whoever waits, what is kept for them is counted as a phone's until it is theirs.
    units = Appointment.objects.values_list("units", flat=True).get(wish=offer.wish_id)
    give_back(offer.slot_id, channel=Channel.PHONE, units=units, at=at)
