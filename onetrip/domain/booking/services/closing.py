"""When a hall closes early: whoever stands in line and will not be called goes home with a place for another time."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking.events import AppointmentBooked, TicketAbandoned
from onetrip.domain.booking.models import Appointment, Slot, Ticket
from onetrip.domain.booking.services.hall import show_change
from onetrip.domain.booking.services.places import move_to
from onetrip.domain.booking.services.telling import MOVED_BY_VENUE, tell_citizen
from onetrip.domain.booking.states import APPOINTMENT, TICKET


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
    _tell(row, at=at)
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
    _tell(row, at=at)


def _tell(row: Appointment, *, at: datetime) -> None:
    slot = Slot.objects.select_related("schedule__venue").get(pk=row.slot_id)
    tell_citizen(row, MOVED_BY_VENUE, slot=slot, expires_at=slot.starts_at, at=at)
