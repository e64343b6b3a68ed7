"""Who stands at the door: today's appointment of somebody who has no code at hand."""

import re
import unicodedata
from datetime import date, datetime

from django.db.models import QuerySet

from onetrip.core.errors import NotFound
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.booking.models import Appointment
from onetrip.domain.booking.states import AppointmentState

_COMES = (AppointmentState.BOOKED, AppointmentState.CHECKED_IN)


def _expected(venue_code: str, day: date) -> "QuerySet[Appointment]":
    """Return the day's appointments at a venue, those still to come first, then by time."""
    rows = Appointment.objects.filter(slot__schedule__venue__code=venue_code, slot__day=day, state__in=_COMES)
    return rows.order_by("state", "slot__starts_at", "pk")


def arriving_by_phone(*, venue_code: str, phone: str, day: date) -> str:
    """Return the id of the next appointment of whoever booked with this number; raises NotFound, PhoneInvalid."""
    citizen = accounts.citizen_by_phone(phone)
    found = _expected(venue_code, day).filter(citizen_id=citizen) if citizen is not None else None
    first = found.values_list("public_id", flat=True).first() if found is not None else None
    if first is None:
        raise NotFound(field="phone")
    return first


def arriving_by_name(*, venue_code: str, name: str, starts_at: datetime, day: date) -> str:
    """Return the id of the appointment of that name at that time; raises NotFound, also when two fit.

    The time is asked for so that a name alone does not tell whether its bearer comes here today.
    """
    wanted = "".join(name.split()).casefold()
    rows = _expected(venue_code, day).filter(slot__starts_at=starts_at).select_related("citizen")
    fitting = [row.public_id for row in rows if wanted and _name_of(row) == wanted]
    if len(fitting) != 1:
        raise NotFound(field="name")
    return fitting[0]


def _name_of(row: Appointment) -> str:
    name = row.citizen.name if row.citizen else row.visitor_name or ""
    return "".join(name.split()).casefold()


def bears_code(*, citizen_id: int | None, arrival_code: str, since: date) -> bool:
    """Say whether a booking of this citizen, for that day or a later one, has this arrival code."""
    code = re.sub(r"\s", "", unicodedata.normalize("NFKC", arrival_code))
    rows = Appointment.objects.filter(citizen_id=citizen_id, arrival_code=code, slot__day__gte=since)
    return rows.exclude(state__in=(AppointmentState.HELD, AppointmentState.EXPIRED)).exists()


def booked_times(*, venue_code: str, day: date) -> list[datetime]:
    """Return at which times of the day somebody is booked, in order."""
    times = _expected(venue_code, day).values_list("slot__starts_at", flat=True)
    return sorted(set(times))
