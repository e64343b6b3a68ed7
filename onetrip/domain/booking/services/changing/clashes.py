"""When rosters or hours change after people have booked, or stand in line: they are moved, and each is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import pgettext

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking.errors import NoClash, PlaceUnfit
from onetrip.domain.booking.events import AppointmentBooked, TicketAbandoned
from onetrip.domain.booking.models import Appointment, Slot, Ticket
from onetrip.domain.booking.queries.clashes import clashing_rows
from onetrip.domain.booking.queries.room import fit_places
from onetrip.domain.booking.services.hall import show_change
from onetrip.domain.booking.services.places import move_to, reschedule_appointment
from onetrip.domain.booking.services.telling import MOVED_BY_VENUE, tell_citizen
from onetrip.domain.booking.services.visits import reschedule_visit
from onetrip.domain.booking.states import APPOINTMENT, TICKET, AppointmentState


@use_case
def move_for_venue(*, appointment_id: str, slot_id: str, venue_code: str, by: Actor, at: datetime) -> None:
    """Move somebody who has no window any more to another time, here or where the same people may go, and tell them.

    Several matters of one visit go together, and begin in that slot: all of them, or none. What becomes of the new time
    is never held against anybody. Raises NoClash when there is nothing (more) to solve, PlaceUnfit for a place that
    serves other people, SlotFull, SlotPast, TooLateToChange, NotFound.
    """
    found = _at(venue_code).filter(public_id=appointment_id).values_list("visit_id", flat=True).first()
    if found is None:
        raise NotFound()
    parts = _parts_of(appointment_id, visit_id=found)
    if not {row.public_id for row in parts} & clashing_rows(venue_code=venue_code, at=at):
        raise NoClash()
    if not fit_places(venue_code=venue_code).filter(public_id=slot_id).exists():
        raise PlaceUnfit(field="slot")
    if len(parts) > 1:
        reschedule_visit(visit_id=found, slot_id=slot_id, by=by, at=at)
    else:
        reschedule_appointment(appointment_id=parts[0].public_id, slot_id=slot_id, by=by, at=at)
    _note_moved([row.public_id for row in parts], venue_code=venue_code, by=by, at=at)


def _parts_of(appointment_id: str, *, visit_id: str) -> list[Appointment]:
    """Return what is booked of the visit in its order, for most people the one appointment."""
    booked = Appointment.objects.filter(state=AppointmentState.BOOKED)
    rows = booked.filter(visit_id=visit_id) if visit_id else booked.filter(public_id=appointment_id)
    return list(rows.order_by("slot__starts_at", "pk"))


def _note_moved(appointment_ids: Sequence[str], *, venue_code: str, by: Actor, at: datetime) -> None:
    rows = Appointment.objects.filter(public_id__in=appointment_ids).order_by("pk").select_for_update()
    rows.update(moved_by_venue_at=at)
    moved = {
        row.public_id: row
        for row in Appointment.objects.select_related("slot__schedule__venue").filter(
            public_id__in=appointment_ids
        )
    }
    for appointment_id in appointment_ids:
        detail = {"from": venue_code, "to": moved[appointment_id].slot.schedule.venue.code}
        subject = f"appointment:{appointment_id}"
        record(verb="appointment.move_for_venue", subject=subject, by=by, at=at, detail=detail)
    _tell_moved([moved[appointment_id] for appointment_id in appointment_ids], at=at)


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
def send_home(*, moves: Sequence[tuple[str, str]], by: Actor, at: datetime) -> None:
    """Give somebody who waits with an appointment another time instead, and tell them; the number ends.

    `moves`: ticket and new slot; several where one visit has several numbers, told of in one message. The old place is
    given up only once the new one is taken. What becomes of the new time is never held against them. Raises SlotFull,
    SlotPast, WrongState, NotFound (also for a number without an appointment).
    """
    rows = [_send_one_home(ticket_id, slot_id, by=by, at=at) for ticket_id, slot_id in moves]
    _tell_moved(rows, at=at)


def _send_one_home(ticket_id: str, slot_id: str, *, by: Actor, at: datetime) -> Appointment:
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
    detail = {"number": ticket.number}
    record(verb="appointment.send_home", subject=f"appointment:{row.public_id}", by=by, at=at, detail=detail)
    return row


@use_case
def tell_moved(*, appointment_id: str, at: datetime) -> None:
    """Tell somebody whom the house has given another time than they came for. Raises NotFound."""
    row = lock_one(Appointment.objects.filter(public_id=appointment_id))
    row.moved_by_venue_at = at
    row.save(update_fields=["moved_by_venue_at"])
    _tell_moved([row], at=at)


def _tell_moved(rows: Sequence[Appointment], *, at: datetime) -> None:
    """One message for what is settled at one visit: it names everything, and when the first of it begins."""
    slot = Slot.objects.select_related("schedule__venue").get(pk=rows[0].slot_id)
    items = pgettext("list", ", ").join(row.item_name for row in rows)
    tell_citizen(rows[0], MOVED_BY_VENUE, slot=slot, items=items, expires_at=slot.starts_at, at=at)
