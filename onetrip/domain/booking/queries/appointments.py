"""What has been booked."""

from datetime import date
from time import monotonic

from django.db.models import Q, QuerySet

from onetrip.core.database import ask
from onetrip.core.errors import NotFound
from onetrip.core.ready import Ready
from onetrip.core.unit import current_unit, is_running
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Schedule, Slot
from onetrip.domain.booking.states import APPOINTMENT, LIVE, AppointmentState
from onetrip.domain.booking.views import AppointmentView, Shares
from onetrip.domain.venues import queries as venues


def _with_slot() -> "QuerySet[Appointment]":
    return Appointment.objects.select_related("slot__schedule__venue", "ticket", "citizen")


def _view(row: Appointment) -> AppointmentView:
    ticket = getattr(row, "ticket", None)
    return AppointmentView(
        id=row.public_id,
        state=row.state,
        venue_code=row.slot.schedule.venue.code,
        venue_name=venues.named(row.slot.schedule.venue),
        item_code=row.item_code,
        item_name=row.item_name,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at + rules.SLOT_LENGTH * (row.units - 1),
        visit_id=row.visit_id,
        complete_by=row.complete_by,
        channel=row.channel,
        held_until=row.held_until if row.state == AppointmentState.HELD else None,
        arrival_code=row.arrival_code,
        can=tuple(APPOINTMENT.verbs_from(row.state)),
        citizen_name=row.visitor_name or (row.citizen.name if row.citizen else ""),
        ticket_id=ticket.public_id if ticket else None,
    )


_OWN = Ready(
    lambda appointment_id, citizen_id: _with_slot().filter(public_id=appointment_id, citizen_id=citizen_id),
    appointment_id=str,
    citizen_id=int,
)


def appointment(*, appointment_id: str, citizen_id: int) -> AppointmentView:
    """Return one of this citizen's appointments; anybody else's does not exist (NotFound)."""
    row = _OWN.first(appointment_id=appointment_id, citizen_id=citizen_id)
    if row is None:
        raise NotFound()
    return _view(row)


def appointments_of(*, citizen_id: int, limit: int = 50) -> list[AppointmentView]:
    """Return what this citizen has booked, the next first, then what is over."""
    rows = _with_slot().filter(citizen_id=citizen_id).order_by("-slot__starts_at")[:limit]
    views = [_view(row) for row in rows]
    ahead = [view for view in views if view.state in LIVE]
    return sorted(ahead, key=lambda view: view.starts_at) + [view for view in views if view.state not in LIVE]


def appointment_by_code(*, venue_code: str, arrival_code: str, day: date) -> AppointmentView:
    """Return the appointment of that day whose holder shows this code at the reception; raises NotFound."""
    row = (
        _with_slot()
        .filter(arrival_code=arrival_code.strip().replace(" ", ""), slot__day=day)
        .filter(slot__schedule__venue__code=venue_code)
        .filter(state__in=[AppointmentState.BOOKED, AppointmentState.CHECKED_IN])
        .first()
    )
    if row is None:
        raise NotFound(field="arrival_code")
    return _view(row)


def day_list(*, venue_code: str, day: date, limit: int = 500) -> list[AppointmentView]:
    """Return everybody who is booked at a venue on that day, by time: the reception's list."""
    rows = _with_slot().filter(slot__day=day, slot__schedule__venue__code=venue_code)
    shown = rows.exclude(
        state__in=[AppointmentState.HELD, AppointmentState.EXPIRED, AppointmentState.CANCELLED]
    )
    return [_view(row) for row in shown.order_by("slot__starts_at", "id")[:limit]]


_SERVED_AT: Ready[int] = Ready(
    lambda slot_id, subdistrict_code: Slot.objects.filter(
        Q(schedule__venue__jurisdiction=[]) | Q(schedule__venue__jurisdiction__contains=[subdistrict_code]),
        public_id=slot_id,
    ).values_list("pk", flat=True),
    slot_id=str,
    subdistrict_code=str,
)
_KEY: Ready[int] = Ready(
    lambda appointment_id: Appointment.objects.filter(public_id=appointment_id).values_list("pk", flat=True),
    appointment_id=str,
)


def slot_serves(slot_id: str, subdistrict_code: str) -> bool:
    """Say whether a slot is at a venue that is competent for the people of a sub-district."""
    return _SERVED_AT.first(slot_id=slot_id, subdistrict_code=subdistrict_code) is not None


def appointment_key(appointment_id: str) -> int:
    """Return the row number of an appointment, for foreign keys of the modules above; raises NotFound."""
    made_just_now = current_unit().notes.get(f"appointment:{appointment_id}") if is_running() else None
    if made_just_now is not None:
        return int(made_just_now)
    key = _KEY.first(appointment_id=appointment_id)
    if key is None:
        raise NotFound()
    return key


def shares_of(venue_code: str) -> Shares:
    """Return what a venue keeps for hall and hotline; nothing before its first slots are open."""
    rows = Schedule.objects.filter(venue__code=venue_code).order_by("pk")
    return Shares(*(rows.values_list("hall_share", "hotline_share").first() or (0, 0)))


_FULL_FOR = """
SELECT 1 FROM booking_slot AS s WHERE public_id = %s AND free_by_phone <= 0 AND NOT EXISTS (
  SELECT FROM booking_appointment WHERE slot_id = s.id AND citizen_id = %s AND state = 'held')
"""


# Slots that somebody was refused at lately, by this process, and until when (monotonic seconds) it is worth asking.
_refused_at: dict[str, float] = {}
_WORTH_ASKING_S = 60
_MOST_REFUSED = 10_000


def note_full(slot_id: str) -> None:
    """Remember for a minute that somebody found the slot full: the next ones are told so cheaply."""
    if len(_refused_at) >= _MOST_REFUSED:
        _refused_at.clear()
    _refused_at[slot_id] = monotonic() + _WORTH_ASKING_S


def is_full_for(*, slot_id: str, citizen_id: int) -> bool:
    """Say whether others have all places of the slot. Asks without any lock, so a "no" is still to be judged.

    In a rush nearly everybody can be told so at a fraction of what a refused hold costs. Of a slot that nobody was
    refused at lately it is not asked at all.
    """
    if _refused_at.get(slot_id, 0.0) < monotonic():
        return False
    return bool(ask(_FULL_FOR, [slot_id, citizen_id]))
