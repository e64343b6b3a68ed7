"""A held place while its holder decides: kept a little longer, and made a booking."""

from datetime import datetime

from django.db import connection

from onetrip.core.audit import Actor, record
from onetrip.core.database import ask
from onetrip.core.events import publish
from onetrip.core.locks import locked
from onetrip.core.ready import save
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import HoldExpired
from onetrip.domain.booking.events import AppointmentBooked
from onetrip.domain.booking.models import Appointment
from onetrip.domain.booking.services.places import BY_ID
from onetrip.domain.booking.states import APPOINTMENT, LIVE, AppointmentState

_CONFIRMED = APPOINTMENT.next_state(AppointmentState.HELD, "confirm")
# A hold that is not over becomes a booking: found, looked at and written in one statement.
_CONFIRM_HELD = f"""
UPDATE booking_appointment SET state = '{_CONFIRMED}', changed_at = %(at)s,
  visitor_name = COALESCE(%(name)s::bytea, visitor_name)
WHERE public_id = %(id)s AND state = '{AppointmentState.HELD}' AND held_until > %(at)s
RETURNING 1
"""
_SEALED_NAME = Appointment._meta.get_field("visitor_name")


@use_case
def extend_hold(*, appointment_id: str, by: Actor, at: datetime) -> datetime:
    """Keep a held place while its holder pays; return until when. Never beyond `rules.LONGEST_HOLD` from its making.

    Raises HoldExpired, WrongState, NotFound.
    """
    appointment = locked(BY_ID.first(appointment_id=appointment_id))
    _refuse_expired(appointment, at)
    APPOINTMENT.next_state(appointment.state, "confirm")
    until = max(appointment.held_until or at, rules.hold_end(at=at, made_at=appointment.made_at))
    appointment.held_until = until
    appointment.save(update_fields=["held_until"])
    record(verb="appointment.extend_hold", subject=f"appointment:{appointment_id}", by=by, at=at)
    return until


def _refuse_expired(appointment: Appointment, at: datetime) -> None:
    late = appointment.held_until is not None and appointment.held_until <= at
    if appointment.state == AppointmentState.EXPIRED or (appointment.state == AppointmentState.HELD and late):
        raise HoldExpired()


@use_case
def confirm_appointment(
    *, appointment_id: str, visitor_name: str | None = None, by: Actor, at: datetime
) -> None:
    """Turn a hold into a booking. Doing it twice is the same as once. Raises HoldExpired, WrongState, NotFound.

    `visitor_name`: who will come. The place is theirs alone: it bears this name for good, whatever becomes of the
    account, and the reception looks at the identity card.
    """
    name = _SEALED_NAME.get_db_prep_save(visitor_name or None, connection)
    if ask(_CONFIRM_HELD, {"id": appointment_id, "at": at, "name": name}):
        _tell_confirmed(appointment_id, by=by, at=at)
        return
    appointment = locked(BY_ID.first(appointment_id=appointment_id))
    if appointment.state == AppointmentState.BOOKED:
        return
    _refuse_expired(appointment, at)
    if visitor_name:
        appointment.visitor_name = visitor_name
    _confirm(appointment, by=by, at=at)


def _confirm(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    appointment.state = APPOINTMENT.next_state(appointment.state, "confirm")
    appointment.changed_at = at
    save(appointment, "state", "changed_at", "visitor_name")
    _tell_confirmed(appointment.public_id, by=by, at=at)


def _tell_confirmed(appointment_id: str, *, by: Actor, at: datetime) -> None:
    record(verb="appointment.confirm", subject=f"appointment:{appointment_id}", by=by, at=at)
    publish(AppointmentBooked(appointment_id=appointment_id, at=at, by=by))


@use_case
def confirm_if_held(*, appointment_id: str, by: Actor, at: datetime) -> bool:
    """Confirm a place that has been paid for, and say whether its holder has it now. Raises NotFound.

    A hold that is over but was not given away yet still counts: the money is here, and so is the place.
    """
    appointment = locked(BY_ID.first(appointment_id=appointment_id))
    if appointment.state == AppointmentState.HELD:
        if appointment.citizen is not None and not appointment.visitor_name:
            appointment.visitor_name = appointment.citizen.name or None
        _confirm(appointment, by=by, at=at)
    return appointment.state in LIVE
