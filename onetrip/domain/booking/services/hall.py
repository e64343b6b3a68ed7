"""In the hall: arriving, taking a number, being called, served, skipped.

Lock order: appointment, then ticket. Every change shows on the hall's board in the same transaction.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from onetrip.core import clock, live
from onetrip.core.audit import Actor, record
from onetrip.core.errors import Refusal
from onetrip.core.events import publish
from onetrip.core.locks import lock_name, lock_one, locked
from onetrip.core.ready import Ready
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import (
    DeskBusy,
    DeskCannotServe,
    DeskClosed,
    DeskPaused,
    HallClosed,
    NobodyWaiting,
    NotAtThisDesk,
    WrongDay,
)
from onetrip.domain.booking.events import CitizenArrived, TicketAbandoned, VisitServed
from onetrip.domain.booking.models import Appointment, Ticket, WindowStatus
from onetrip.domain.booking.queries.hall import called_entry, merge_of, ticket_entry, waiting_entry
from onetrip.domain.booking.states import (
    APPOINTMENT,
    AT_A_WINDOW,
    CITIZEN,
    DEVICE,
    TICKET,
    AppointmentState,
    TicketState,
)
from onetrip.domain.halls import services as halls
from onetrip.domain.venues import queries as venues

_COUNT = """
INSERT INTO booking_ticketcounter AS c (venue_id, competence, day, last)
SELECT id, %(competence)s, %(day)s, 1 FROM venues_venue WHERE code = %(venue)s
ON CONFLICT (venue_id, day, competence) DO UPDATE SET last = c.last + 1 RETURNING venue_id, last
"""


def _next_number(venue_code: str, competence: str, at: datetime) -> tuple[int, str]:
    """Return the venue's row number and the next ticket number of the day."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"competence": competence, "day": clock.city_day(at), "venue": venue_code})
        venue_row, count = cursor.fetchone()
    return venue_row, rules.ticket_number(competence=competence, count=count)


def _show(ticket: Ticket) -> None:
    """Tell the hall's board and the holder's phone how the ticket stands now."""
    waiting = waiting_entry(ticket) if ticket.state == TicketState.WAITING else None
    called = called_entry(ticket) if ticket.state in AT_A_WINDOW else None
    patch = {"waiting": {ticket.number: waiting}, "called": {ticket.number: called}}
    live.change(topic=f"hall:{ticket.venue.code}", patch=patch)
    entry = ticket_entry(ticket)
    live.change(topic=f"ticket:{ticket.public_id}", patch={**entry, "desk": entry.get("desk")})


def _here(venue_code: str, presence: str, *, by: Actor, at: datetime) -> None:
    """Let citizens act for themselves in the hall only; reception and self check-in stand there anyway."""
    if by.kind == CITIZEN:
        halls.require_presence(venue_code=venue_code, proof=presence, at=at)


def _open(venue_code: str, *, by: Actor, at: datetime) -> None:
    """Behind closed doors only staff give out numbers: whoever is let in late is their decision."""
    if by.kind in (CITIZEN, DEVICE) and not venues.hours(venue_code=venue_code, at=at).is_open:
        raise HallClosed()


def _competent(venue_code: str, competence: str) -> None:
    if competence not in venues.competences_of(venue_code):
        raise DeskCannotServe()


@use_case
def check_in(*, appointment_id: str, presence: str = "", by: Actor, at: datetime) -> str:
    """Note that a booked citizen has come and return the ticket's id; a second time returns the same ticket.

    `presence`: the proof that a citizen shows who does it alone (halls.services.show_code).
    Raises NotInTheHall, WrongDay, WrongState, NotFound.
    """
    rows = Appointment.objects.filter(public_id=appointment_id).select_related("slot__schedule__venue")
    appointment = lock_one(rows)
    if appointment.state == AppointmentState.CHECKED_IN:
        return str(Ticket.objects.values_list("public_id", flat=True).get(appointment=appointment))
    state = APPOINTMENT.next_state(appointment.state, "check_in")
    slot = appointment.slot
    if clock.city_day(at) != slot.day:
        raise WrongDay(day=slot.day.isoformat())
    _here(slot.schedule.venue.code, presence, by=by, at=at)
    appointment.state, appointment.changed_at = state, at
    appointment.save(update_fields=["state", "changed_at"])
    ticket = _new_ticket(
        venue_code=slot.schedule.venue.code,
        competence=appointment.competence,
        item=(appointment.item_code, appointment.item_name),
        citizen_id=appointment.citizen_id,
        appointment=appointment,
        at=at,
    )
    record(verb="appointment.check_in", subject=f"appointment:{appointment_id}", by=by, at=at)
    publish(CitizenArrived(appointment_id=appointment_id, ticket_id=ticket.public_id, at=at, by=by))
    return ticket.public_id


@use_case
def take_ticket(
    *,
    venue_code: str,
    competence: str,
    item_code: str,
    item_name: str,
    citizen_id: int | None = None,
    presence: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Give a walk-in a number and return the ticket's id; `presence` as in check_in.

    Raises DeskCannotServe, HallClosed, NotInTheHall, NotFound.
    """
    _competent(venue_code, competence)
    _open(venue_code, by=by, at=at)
    _here(venue_code, presence, by=by, at=at)
    ticket = _new_ticket(
        venue_code=venue_code,
        competence=competence,
        item=(item_code, item_name),
        citizen_id=citizen_id,
        appointment=None,
        at=at,
    )
    record(verb="ticket.take", subject=f"ticket:{ticket.public_id}", by=by, at=at)
    return ticket.public_id


def _new_ticket(
    *,
    venue_code: str,
    competence: str,
    item: tuple[str, str],
    citizen_id: int | None,
    appointment: Appointment | None,
    at: datetime,
) -> Ticket:
    venue_row, number = _next_number(venue_code, competence, at)
    booked_for = appointment.slot.starts_at if appointment else None
    ticket = Ticket.objects.create(
        venue_id=venue_row,
        competence=competence,
        day=clock.city_day(at),
        number=number,
        rank=rules.line_rank(arrived_at=at, slot_starts_at=booked_for, merge=merge_of(venue_code)),
        state=TicketState.WAITING,
        appointment=appointment,
        citizen_id=citizen_id,
        item_code=item[0],
        item_name=item[1],
        taken_at=at,
    )
    _show(ticket)
    return ticket


@use_case
def give_priority(*, ticket_id: str, by: Actor, at: datetime) -> None:
    """Let somebody old, disabled or pregnant stand less long: the reception sees it. Twice is the same as once.

    Raises WrongState for a number that does not wait, NotFound.
    """
    ticket = lock_one(Ticket.objects.filter(public_id=ticket_id).select_related("venue"))
    TICKET.next_state(ticket.state, "call")
    if ticket.priority:
        return
    booked_for = ticket.appointment.slot.starts_at if ticket.appointment else None
    ticket.priority = True
    ticket.rank = rules.line_rank(
        arrived_at=ticket.taken_at,
        slot_starts_at=booked_for,
        priority=True,
        merge=merge_of(ticket.venue.code),
    )
    ticket.save(update_fields=["priority", "rank"])
    _show(ticket)
    record(verb="ticket.give_priority", subject=f"ticket:{ticket_id}", by=by, at=at)


# The decision, in one statement: nobody while the window pauses or serves, else the first in line whom no other window
# is just calling. What it looks up first does not depend on the line, so that the line is read in its order from the
# index and the reading ends with the first number that fits.
DECISION = """
WITH window_here AS (
  SELECT venue_id, competences FROM venues_desk WHERE id = %(desk)s
    AND NOT EXISTS (SELECT FROM booking_windowstatus WHERE desk_id = %(desk)s
      AND (paused_since IS NOT NULL OR closed_since IS NOT NULL))
    AND NOT EXISTS (SELECT FROM booking_ticket WHERE desk_id = %(desk)s AND state = ANY(%(at_a_window)s))
), next AS (
  SELECT id FROM booking_ticket
  WHERE venue_id = (SELECT venue_id FROM window_here) AND day = %(day)s AND state = 'waiting'
    AND competence = ANY ((SELECT competences FROM window_here)::varchar[])
  ORDER BY rank, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE booking_ticket AS t SET state = %(called)s, desk_id = %(desk)s, called_at = %(at)s, calls = 1
FROM next WHERE t.id = next.id RETURNING t.id
"""
_CALLED = Ready(
    lambda ticket_row: Ticket.objects.select_related("venue", "desk").filter(pk=ticket_row), ticket_row=int
)


@use_case
def call_next(*, desk_id: int, by: Actor, at: datetime) -> str:
    """Call the first in line to this window and return the ticket's id.

    Two windows at the same moment get two different people: a ticket another window is just calling is passed over.
    Raises DeskClosed, DeskPaused, DeskBusy while a ticket is at the window, NobodyWaiting, DeskUnknown.
    """
    lock_name(f"desk:{desk_id}")  # a double tap waits here, and holds no second ticket meanwhile
    values: dict[str, Any] = {
        "desk": desk_id,
        "day": clock.city_day(at),
        "at": at,
        "called": TICKET.next_state(TicketState.WAITING, "call"),
        "at_a_window": list(AT_A_WINDOW),
    }
    with connection.cursor() as cursor:
        cursor.execute(DECISION, values)
        row = cursor.fetchone()
    if row is None:
        raise _why_nobody(desk_id)
    ticket = locked(_CALLED.first(ticket_row=row[0]))
    show_change(ticket, "call", by=by, at=at)
    return ticket.public_id


def _why_nobody(desk_id: int) -> Refusal:
    """Say why a window got no number; raises DeskUnknown."""
    venues.desk(desk_id)
    said = WindowStatus.objects.filter(desk_id=desk_id).first()
    if said is not None and said.closed_since is not None:
        return DeskClosed()
    if said is not None and said.paused_since is not None:
        return DeskPaused()
    here = Ticket.objects.filter(desk_id=desk_id, state__in=AT_A_WINDOW)
    busy = here.values_list("number", flat=True).first()
    return NobodyWaiting() if busy is None else DeskBusy(number=busy)


def _move(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> None:
    ticket.state = TICKET.next_state(ticket.state, verb)
    ticket.save(
        update_fields=["state", "desk", "called_at", "calls", "served_from", "finished_at", "competence"]
    )
    show_change(ticket, verb, by=by, at=at)


def show_change(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> None:
    """Show and note what has become of a ticket."""
    _show(ticket)
    record(
        verb=f"ticket.{verb}",
        subject=f"ticket:{ticket.public_id}",
        by=by,
        at=at,
        detail={"desk": ticket.desk_id, "number": ticket.number},
    )


def _at_desk(ticket_id: str, desk_id: int) -> Ticket:
    ticket = lock_one(Ticket.objects.filter(public_id=ticket_id).select_related("venue"))
    if ticket.desk_id != desk_id:
        raise NotAtThisDesk()
    return ticket


@use_case
def recall_ticket(*, ticket_id: str, desk_id: int, by: Actor, at: datetime) -> None:
    """Call the same number again. Raises NotAtThisDesk, WrongState, NotFound."""
    ticket = _at_desk(ticket_id, desk_id)
    ticket.calls += 1
    _move(ticket, "recall", by=by, at=at)


@use_case
def skip_ticket(*, ticket_id: str, desk_id: int, by: Actor, at: datetime) -> None:
    """Pass over somebody who does not come; they can be taken back into the line. Raises as recall_ticket."""
    _move(_at_desk(ticket_id, desk_id), "skip", by=by, at=at)


@use_case
def start_serving(*, ticket_id: str, desk_id: int, by: Actor, at: datetime) -> None:
    """The citizen stands at the window. Raises as recall_ticket."""
    ticket = _at_desk(ticket_id, desk_id)
    ticket.served_from = at
    _move(ticket, "serve", by=by, at=at)


@use_case
def return_to_line(*, ticket_id: str, desk_id: int, by: Actor, at: datetime) -> None:
    """Put a called or skipped number back. It keeps its rank and so stands in front of later ones.

    Raises DeskCannotServe for a desk of another hall or line, NotAtThisDesk, WrongState, NotFound.
    """
    ticket = lock_one(Ticket.objects.filter(public_id=ticket_id).select_related("venue"))
    desk = venues.desk(desk_id)
    if desk.venue_code != ticket.venue.code or ticket.competence not in desk.competences:
        raise DeskCannotServe()
    if ticket.state in AT_A_WINDOW and ticket.desk_id != desk_id:
        raise NotAtThisDesk()
    ticket.desk = None
    ticket.served_from = None
    _move(ticket, "return", by=by, at=at)


@use_case
def transfer_ticket(*, ticket_id: str, desk_id: int, competence: str, by: Actor, at: datetime) -> None:
    """Send the number at this window to another line of the same hall, where it keeps its place.

    Raises DeskCannotServe where no window of the hall does that, NotAtThisDesk, WrongState, NotFound.
    """
    ticket = _at_desk(ticket_id, desk_id)
    _competent(ticket.venue.code, competence)
    ticket.competence, ticket.desk, ticket.served_from = competence, None, None
    _move(ticket, "transfer", by=by, at=at)


@use_case
def finish_ticket(*, ticket_id: str, desk_id: int, by: Actor, at: datetime) -> None:
    """The window is done with this number. Raises as recall_ticket."""
    ticket = _at_desk(ticket_id, desk_id)
    ticket.finished_at = at
    _move(ticket, "finish", by=by, at=at)
    if ticket.appointment_id is not None:
        appointment = lock_one(Appointment.objects.filter(pk=ticket.appointment_id))
        appointment.state = APPOINTMENT.next_state(appointment.state, "finish")
        appointment.changed_at = at
        appointment.save(update_fields=["state", "changed_at"])
    publish(VisitServed(ticket_id=ticket_id, at=at, by=by))


@use_case
def leave_line(*, ticket_id: str, by: Actor, at: datetime) -> None:
    """Give up a place in line. Raises WrongState, NotFound."""
    _abandon(lock_one(Ticket.objects.filter(public_id=ticket_id).select_related("venue")), by=by, at=at)


def _abandon(ticket: Ticket, *, by: Actor, at: datetime) -> None:
    _move(ticket, "leave", by=by, at=at)
    if ticket.appointment_id is not None:
        appointment = lock_one(Appointment.objects.filter(pk=ticket.appointment_id))
        appointment.state = APPOINTMENT.next_state(appointment.state, "leave")
        appointment.changed_at = at
        appointment.save(update_fields=["state", "changed_at"])
    publish(TicketAbandoned(ticket_id=ticket.public_id, at=at, by=by))


@use_case
def clear_yesterday(*, at: datetime, limit: int = 1000) -> int:
    """Close the lines of days that are over; return how many tickets were still in them.

    Nobody wrote down how those visits ended, so they count as none: the errands can be booked again.
    """
    open_states = [TicketState.WAITING, TicketState.SKIPPED, *AT_A_WINDOW]
    stale = Ticket.objects.filter(day__lt=clock.city_day(at), state__in=open_states).select_related("venue")
    rows = list(stale.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    for ticket in rows:
        _abandon(ticket, by=Actor.system("booking.clear_yesterday"), at=at)
    return len(rows)
