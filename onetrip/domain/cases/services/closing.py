"""Closing a hall early: who is booked is moved, who stands in line gets a place, each with a message."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.errors import Refusal
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.cases.errors import ClosesInThePast
from onetrip.domain.cases.models import Case
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venues_services


@dataclass(frozen=True)
class Closing:
    """What became of people: booked ones moved, who was in line sent home with a place, and who is left to speak to."""

    moved: int
    sent_home: int
    to_speak_to: int


@use_case
def close_early(*, venue_code: str, until: time, reason: str, by: Actor, at: datetime) -> Closing:
    """End the hall's day at that hour: numbers that will still be called stay, everybody else gets another time.

    `to_speak_to`: people without a phone in the line, and bookings for which no free place is near; they keep what they
    have until somebody has spoken to them. Raises ClosesInThePast, NotAllowed, VenueUnknown.
    """
    day, end = clock.city_day(at), clock.city_moment(clock.city_day(at), until)
    if end < at.replace(second=0, microsecond=0):
        raise ClosesInThePast(field="until")
    usual = venues.opening_spans(venue_code=venue_code, day=day)
    # A closing time of 00:00 is the end of the day.
    hours = [
        (opens, until if closes == time(0) else min(closes, until))
        for opens, closes in usual
        if opens < until
    ]
    about: dict[str, Any] = {"venue_code": venue_code, "day": day, "reason": reason, "by": by, "at": at}
    if hours:
        venues_services.open_on(hours=hours, **about)
    else:
        venues_services.close_on(**about)
    late = booking.not_called_before(venue_code=venue_code, until=end, at=at)
    sent_home = sum(_send_home(ticket_id, venue_code=venue_code, by=by, at=at) for ticket_id in late)
    clashes = booking.clashes(venue_code=venue_code, by=by, at=at)
    moves = {clash.appointment_id: clash.proposals[0].slot_id for clash in clashes if clash.proposals}
    booking_services.move_all_for_venue(moves=moves, venue_code=venue_code, by=by, at=at)
    found = Closing(len(moves), sent_home, len(late) - sent_home + len(clashes) - len(moves))
    detail = {"until": until.isoformat(), "moved": found.moved, "sent_home": sent_home}
    record(verb="hall.close_early", subject=f"venue:{venue_code}", by=by, at=at, detail=detail)
    return found


def _send_home(ticket_id: str, *, venue_code: str, by: Actor, at: datetime) -> bool:
    """Give whoever waits with this number another time, if we know who it is and there is one; return whether."""
    ticket_key, _venue = booking.ticket_keys(ticket_id)
    row = Case.objects.select_related("ticket__appointment").filter(ticket_id=ticket_key).first()
    if row is None or row.citizen_id is None or row.ticket is None:
        return False
    places = booking.places_instead(venue_code=venue_code, competence=row.competence, count=1, at=at)
    if not places:
        return False
    if row.ticket.appointment_id is not None:
        booking_services.send_home(ticket_id=ticket_id, slot_id=places[0], by=by, at=at)
        return True
    try:
        appointment_id = booking_services.hold_slot(
            slot_id=places[0], citizen_id=row.citizen_id, competence=row.competence, item_code=row.item_code,
            item_name=row.item_name, by=by, at=at,
        )  # fmt: skip
    except Refusal:  # the place has gone, or this person may not book: somebody speaks to them
        return False
    booking_services.leave_line(ticket_id=ticket_id, by=by, at=at)
    fresh = lock_one(Case.objects.filter(pk=row.pk))
    fresh.appointment_id = booking.appointment_key(appointment_id)
    fresh.save(update_fields=["appointment"])
    booking_services.confirm_appointment(appointment_id=appointment_id, by=by, at=at)
    booking_services.tell_moved(appointment_id=appointment_id, at=at)
    return True
