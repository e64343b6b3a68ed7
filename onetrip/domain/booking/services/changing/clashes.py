"""When rosters or hours change after people have booked, or stand in line: they are moved, and each is told."""

from datetime import datetime

from django.db.models import QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking.errors import NoClash, PlaceUnfit
from onetrip.domain.booking.events import AppointmentBooked, AppointmentMoved, TicketAbandoned
from onetrip.domain.booking.models import Appointment, Slot, Ticket
from onetrip.domain.booking.queries.clashes import clashing_rows, fit_places
from onetrip.domain.booking.services.hall import show_change
from onetrip.domain.booking.services.places import move_to, reschedule_appointment
from onetrip.domain.booking.services.telling import MOVED_BY_VENUE, tell_citizen
from onetrip.domain.booking.states import APPOINTMENT, TICKET


@use_case
def move_for_venue(*, appointment_id: str, slot_id: str, venue_code: str, by: Actor, at: datetime) -> None:
    """Move somebody who has no window any more to another time, here or where the same people may go, and tell them.

    What becomes of the new time is never held against them. Raises NoClash when there is nothing (more) to solve,
    PlaceUnfit for a place that serves other people, SlotFull, SlotPast, TooLateToChange, NotFound.
    """
    if appointment_id not in clashing_rows(venue_code=venue_code, at=at):
        if not _at(venue_code).filter(public_id=appointment_id).exists():
            raise NotFound()
        raise NoClash()
    if not fit_places(venue_code=venue_code).filter(public_id=slot_id).exists():
        raise PlaceUnfit(field="slot")
    reschedule_appointment(appointment_id=appointment_id, slot_id=slot_id, by=by, at=at)
    row = lock_one(
        Appointment.objects.select_related("slot__schedule__venue").filter(public_id=appointment_id)
    )
    row.moved_by_venue_at = at
    row.save(update_fields=["moved_by_venue_at"])
    publish(AppointmentMoved(appointment_id=appointment_id, at=at, by=by))
    tell_citizen(row, MOVED_BY_VENUE, slot=row.slot, expires_at=row.slot.starts_at, at=at)
    record(
        verb="appointment.move_for_venue",
        subject=f"appointment:{appointment_id}",
        by=by,
        at=at,
        detail={"from": venue_code, "to": row.slot.schedule.venue.code},
    )


def _at(venue_code: str) -> "QuerySet[Appointment]":
    return Appointment.objects.filter(slot__schedule__venue__code=venue_code)


@use_case
def move_all_for_venue(*, moves: dict[str, str], venue_code: str, by: Actor, at: datetime) -> int:
    """Move several at once, appointment to slot; all of them or, when one place has gone meanwhile, none.

    Raises as move_for_venue.
    """
    for appointment_id, slot_id in sorted(moves.items()):
        move_for_venue(appointment_id=appointment_id, slot_id=slot_id, venue_code=venue_code, by=by, at=at)
    return len(moves)


@use_case
def send_home(*, ticket_id: str, slot_id: str, by: Actor, at: datetime) -> None:
    """Give somebody who waits with an appointment another time instead, and tell them; the number ends.

    The old place is given up only once the new one is taken. What becomes of the new time is never held against them.
    Raises SlotFull, SlotPast, WrongState, NotFound (also for a number without an appointment).
    """
    row = lock_one(Appointment.objects.select_related("slot").filter(ticket__public_id=ticket_id))
    ticket = lock_one(Ticket.objects.filter(public_id=ticket_id).select_related("venue"))
    ended = TICKET.next_state(ticket.state, "leave")
    row.state = APPOINTMENT.next_state(row.state, "send_home")
    row.moved_by_venue_at = at
    row.save(update_fields=["state", "moved_by_venue_at"])
    # The appointment will have another number when it comes again.
    ticket.state, ticket.appointment = ended, None
    ticket.save(update_fields=["state", "appointment"])
    show_change(ticket, "leave", by=by, at=at)
    move_to(row, slot_id=slot_id, at=at)
    publish(TicketAbandoned(ticket_id=ticket_id, at=at, by=by))
    publish(AppointmentBooked(appointment_id=row.public_id, at=at, by=by))
    _tell_moved(row, at=at)
    record(
        verb="appointment.send_home",
        subject=f"appointment:{row.public_id}",
        by=by,
        at=at,
        detail={"number": ticket.number},
    )


@use_case
def tell_moved(*, appointment_id: str, at: datetime) -> None:
    """Tell somebody whom the house has given another time than they came for. Raises NotFound."""
    row = lock_one(Appointment.objects.filter(public_id=appointment_id))
    row.moved_by_venue_at = at
    row.save(update_fields=["moved_by_venue_at"])
    _tell_moved(row, at=at)


def _tell_moved(row: Appointment, *, at: datetime) -> None:
    slot = Slot.objects.select_related("schedule__venue").get(pk=row.slot_id)
    tell_citizen(row, MOVED_BY_VENUE, slot=slot, expires_at=slot.starts_at, at=at)
