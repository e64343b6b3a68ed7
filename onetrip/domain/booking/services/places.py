"""Taking a place in a slot, keeping it, moving it, giving it back.

Lock order: appointment, then slots by row number. The count `taken` moves in the same statement that checks it, and
the check constraint stands behind that.
"""

import secrets
from datetime import datetime

from django.db import connection
from django.db.models import F

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.ids import new_public_id
from onetrip.core.locks import lock_one, locked
from onetrip.core.ready import Ready
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import AlreadyBooked, HoldExpired, SlotFull, SlotPast, WrongSlot
from onetrip.domain.booking.events import AppointmentBooked, AppointmentReleased
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.states import APPOINTMENT, LIVE, AppointmentState

_TAKE = """
UPDATE booking_slot SET taken = taken + 1 FROM booking_schedule
WHERE booking_slot.public_id = %s AND taken < capacity AND starts_at > %s
  AND booking_schedule.id = schedule_id AND %s = ANY(competences)
RETURNING booking_slot.id
"""


def _take_place(slot_id: str, competence: str, at: datetime) -> int:
    """Count one place as taken and return the slot's row number; say why when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [slot_id, at, competence])
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    slot = Slot.objects.select_related("schedule").filter(public_id=slot_id).first()
    if slot is None:
        raise NotFound()
    if competence not in slot.schedule.competences:
        raise WrongSlot(field="slot")
    raise SlotPast() if slot.starts_at <= at else SlotFull()


def _give_back(slot_row: int) -> None:
    Slot.objects.filter(pk=slot_row).update(taken=F("taken") - 1)


def _new_arrival_code() -> str:
    """Eight digits that can be read out at a reception desk; they only count at one venue on one day."""
    return f"{secrets.randbelow(10**8):08d}"


_LIVE_OF = Ready(
    lambda citizen_id, item_code: Appointment.objects.filter(
        citizen_id=citizen_id, item_code=item_code, state__in=LIVE
    ).select_for_update(),
    citizen_id=int,
    item_code=str,
)
_BY_ID = Ready(
    lambda appointment_id: Appointment.objects.filter(public_id=appointment_id).select_for_update(),
    appointment_id=str,
)


@use_case
def hold_slot(
    *,
    slot_id: str,
    citizen_id: int,
    competence: str,
    item_code: str,
    item_name: str,
    by: Actor,
    at: datetime,
) -> str:
    """Keep a place for five minutes and return the appointment's id. A second hold for the same item moves the first.

    Raises SlotFull, SlotPast, WrongSlot, AlreadyBooked, NotFound.
    """
    earlier = _LIVE_OF.first(citizen_id=citizen_id, item_code=item_code)
    if earlier is not None:
        if earlier.state != AppointmentState.HELD:
            raise AlreadyBooked()
        _release(earlier, verb="cancel", by=by, at=at)
    slot_row = _take_place(slot_id, competence, at)
    appointment = Appointment.objects.create(
        public_id=new_public_id(),
        slot_id=slot_row,
        citizen_id=citizen_id,
        competence=competence,
        item_code=item_code,
        item_name=item_name,
        state=AppointmentState.HELD,
        held_until=at + rules.HOLD,
        arrival_code=_new_arrival_code(),
        made_at=at,
        changed_at=at,
    )
    record(verb="appointment.hold", subject=f"appointment:{appointment.public_id}", by=by, at=at)
    return appointment.public_id


@use_case
def confirm_appointment(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """Turn a hold into a booking. Doing it twice is the same as once. Raises HoldExpired, WrongState, NotFound."""
    appointment = locked(_BY_ID.first(appointment_id=appointment_id))
    if appointment.state == AppointmentState.BOOKED:
        return
    late = appointment.held_until is not None and appointment.held_until <= at
    if appointment.state == AppointmentState.EXPIRED or (appointment.state == AppointmentState.HELD and late):
        raise HoldExpired()
    appointment.state = APPOINTMENT.next_state(appointment.state, "confirm")
    appointment.changed_at = at
    appointment.save(update_fields=["state", "changed_at"])
    record(verb="appointment.confirm", subject=f"appointment:{appointment_id}", by=by, at=at)
    publish(AppointmentBooked(appointment_id=appointment_id, at=at, by=by))


@use_case
def cancel_appointment(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """Give the place back. Doing it twice is the same as once. Raises WrongState, NotFound."""
    appointment = lock_one(Appointment.objects.filter(public_id=appointment_id))
    if appointment.state == AppointmentState.CANCELLED:
        return
    _release(appointment, verb="cancel", by=by, at=at)


def _release(appointment: Appointment, *, verb: str, by: Actor, at: datetime) -> None:
    appointment.state = APPOINTMENT.next_state(appointment.state, verb)
    appointment.changed_at = at
    appointment.save(update_fields=["state", "changed_at"])
    _give_back(appointment.slot_id)
    record(verb=f"appointment.{verb}", subject=f"appointment:{appointment.public_id}", by=by, at=at)
    publish(AppointmentReleased(appointment_id=appointment.public_id, state=appointment.state, at=at, by=by))


@use_case
def reschedule_appointment(*, appointment_id: str, slot_id: str, by: Actor, at: datetime) -> None:
    """Move a booking to another time in one step: the new place is taken before the old one is given back.

    When the new time is full (SlotFull) the old place stays. Raises SlotPast, WrongState, NotFound.
    """
    appointment = lock_one(Appointment.objects.filter(public_id=appointment_id))
    state = APPOINTMENT.next_state(appointment.state, "reschedule")
    wanted = Slot.objects.filter(public_id=slot_id).values_list("pk", flat=True)
    # Both rows in one order: two people swapping their times must not wait for each other.
    list(Slot.objects.filter(pk__in=[appointment.slot_id, *wanted]).order_by("pk").select_for_update())
    new_row = _take_place(slot_id, appointment.competence, at)
    _give_back(appointment.slot_id)
    appointment.slot_id, appointment.state, appointment.changed_at = new_row, state, at
    appointment.save(update_fields=["slot", "state", "changed_at"])
    record(verb="appointment.reschedule", subject=f"appointment:{appointment_id}", by=by, at=at)


@use_case
def expire_holds(*, at: datetime, limit: int = 500) -> int:
    """Give back the places of holds whose five minutes are over; return how many. Safe to run in parallel."""
    due = Appointment.objects.filter(state=AppointmentState.HELD, held_until__lte=at).order_by(
        "slot_id", "pk"
    )
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    for appointment in rows:
        _release(appointment, verb="expire", by=Actor.system("booking.expire_holds"), at=at)
    return len(rows)


@use_case
def mark_no_shows(*, at: datetime, limit: int = 500) -> int:
    """Close bookings whose holder never came; return how many. The place stays counted: nobody can use it any more."""
    due = Appointment.objects.filter(
        state=AppointmentState.BOOKED, slot__ends_at__lte=at - rules.NO_SHOW_AFTER
    )
    rows = list(due.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    by = Actor.system("booking.mark_no_shows")
    for appointment in rows:
        appointment.state = APPOINTMENT.next_state(appointment.state, "miss")
        appointment.changed_at = at
        appointment.save(update_fields=["state", "changed_at"])
        detail = {"day": clock.city_day(at)}
        record(
            verb="appointment.miss",
            subject=f"appointment:{appointment.public_id}",
            by=by,
            at=at,
            detail=detail,
        )
        publish(
            AppointmentReleased(appointment_id=appointment.public_id, state=appointment.state, at=at, by=by)
        )
    return len(rows)
