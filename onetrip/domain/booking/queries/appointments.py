"""Which times are free, and what has been booked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.core.ready import Ready
from onetrip.core.unit import current_unit, is_running
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Schedule, Slot
from onetrip.domain.booking.states import APPOINTMENT, LIVE, AppointmentState
from onetrip.domain.booking.views import AppointmentView, DayLoad, Shares, SlotView
from onetrip.domain.venues import queries as venues


def _open(competence: str, at: datetime, *, sent_back: bool = False) -> "QuerySet[Any]":
    """What a phone shows: open days only, and not what is kept for hall and hotline (but to who was sent back)."""
    rows = Slot.objects.filter(
        schedule__competences__contains=[competence], starts_at__gt=at, opens_at__lte=at
    )
    if sent_back:
        return rows.annotate(left_here=F("capacity") - F("taken")).filter(taken__lt=F("capacity"))
    return rows.annotate(left_here=F("free_by_phone")).filter(free_by_phone__gt=0)


def _open_days(sent_back: bool) -> "Ready[Any]":
    return Ready(
        lambda venue_code, competence, at, first, end: _open(competence, at, sent_back=sent_back)
        .filter(schedule__venue__code=venue_code, day__gte=first, day__lt=end)
        .values_list("day")
        .annotate(left=Sum("left_here"), slots=Count("id"))
        .order_by("day"),
        venue_code=str, competence=str, at=datetime, first=date, end=date,
    )  # fmt: skip


def _open_slots(sent_back: bool) -> "Ready[Any]":
    return Ready(
        lambda venue_code, competence, day, at: _open(competence, at, sent_back=sent_back)
        .filter(schedule__venue__code=venue_code, day=day)
        .order_by("starts_at", "-left_here")
        .values_list("public_id", "starts_at", "ends_at", "left_here"),
        venue_code=str, competence=str, day=date, at=datetime,
    )  # fmt: skip


# By whether the errand was sent back from a visit.
_OPEN_DAYS = {sent_back: _open_days(sent_back) for sent_back in (False, True)}
_OPEN_SLOTS = {sent_back: _open_slots(sent_back) for sent_back in (False, True)}


def open_days(
    *,
    venue_code: str,
    competence: str,
    at: datetime,
    days: int = rules.DAYS_AHEAD,
    sent_back: bool = False,
) -> list[DayLoad]:
    """Return the days from today on that still have places, in order.

    `sent_back`: for an errand that a visit did not finish, kept places count as well.
    """
    first = clock.city_day(at)
    rows = _OPEN_DAYS[sent_back].all(
        venue_code=venue_code, competence=competence, at=at, first=first, end=first + timedelta(days=days)
    )
    return [DayLoad(day=day, places_left=left, slots=slots) for day, left, slots in rows]


def any_slot_on(*, day: date) -> bool:
    """Say whether anything can be, or could have been, booked anywhere on that day."""
    return Slot.objects.filter(day=day).exists()


def open_slots_on(
    *, venue_code: str, competence: str, day: date, at: datetime, sent_back: bool = False
) -> list[SlotView]:
    """Return the times of one day that can still be booked, in order; `sent_back` as in open_days.

    Where several pools of windows can do it at the same time, their places are added up and the emptiest is offered.
    """
    rows = _OPEN_SLOTS[sent_back].all(venue_code=venue_code, competence=competence, day=day, at=at)
    found: dict[datetime, SlotView] = {}
    for public_id, starts_at, ends_at, free in rows:
        first = found.get(starts_at)
        left = free + (first.places_left if first else 0)
        found[starts_at] = SlotView(first.id if first else public_id, starts_at, ends_at, left)
    return list(found.values())


def next_open_slots(*, venue_codes: Sequence[str], competence: str, at: datetime) -> dict[str, datetime]:
    """Return the first free time of each venue that has one."""
    rows = _open(competence, at).filter(schedule__venue__code__in=venue_codes)
    return dict(rows.values_list("schedule__venue__code").annotate(Min("starts_at")).order_by())


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
        ends_at=row.slot.ends_at,
        held_until=row.held_until if row.state == AppointmentState.HELD else None,
        arrival_code=row.arrival_code,
        can=tuple(APPOINTMENT.verbs_from(row.state)),
        citizen_name=row.citizen.name if row.citizen else row.visitor_name or "",
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


def is_full_for(*, slot_id: str, citizen_id: int) -> bool:
    """Say whether others have all places of the slot. Asks without any lock, so a "no" is still to be judged.

    In a rush nearly everybody can be told so at a fraction of what a refused hold costs.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FULL_FOR, [slot_id, citizen_id])
        return cursor.fetchone() is not None
