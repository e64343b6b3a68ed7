"""Several matters in one visit: a family or a company comes once, and one matter follows the other at once.

Each is an appointment of its own, at its own windows; they are held, confirmed and moved together, or not at all.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.ids import new_public_id
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import TooManyMatters, VisitFull
from onetrip.domain.booking.events import AppointmentMoved
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.queries.visits import beginnings_of
from onetrip.domain.booking.services.confirming import confirm_appointment
from onetrip.domain.booking.services.hall import check_in
from onetrip.domain.booking.services.places import (
    cancel_appointment,
    change_time,
    hold_slot,
)
from onetrip.domain.booking.states import LIVE, AppointmentState, Channel
from onetrip.domain.booking.views import Matter

_Beginning = tuple[int, datetime, int]


def _lock(beginnings: Iterable[_Beginning]) -> None:
    """Lock all slots of several stretches (pool, time, length) in the one order of slots, before any is taken.

    Stretch by stretch, two families whose visits overlap would wait for each other.
    """
    found = Q()
    for schedule, starts_at, units in beginnings:
        end = starts_at + rules.SLOT_LENGTH * units
        found |= Q(schedule_id=schedule, starts_at__gte=starts_at, starts_at__lt=end)
    list(Slot.objects.filter(found).order_by("pk").select_for_update())


def _locked(rows: "QuerySet[Appointment]") -> list[Appointment]:
    """Lock appointments in their one order, before any slot; return them in the order of their times."""
    list(rows.order_by("pk").select_for_update())
    return list(rows.select_related("slot__schedule").order_by("slot__starts_at", "pk"))


def _lock_for(citizen_id: int, beginnings: Sequence[str], matters: Sequence[Matter]) -> None:
    """Lock what holding a visit changes: what the citizen holds for these items, then the slots."""
    items = [matter.item_code for matter in matters]
    _locked(Appointment.objects.filter(citizen_id=citizen_id, item_code__in=items, state__in=LIVE))
    slots = Slot.objects.in_bulk(beginnings, field_name="public_id")
    runs = [(slots[one], matter.units) for one, matter in zip(beginnings, matters, strict=True)]
    _lock((slot.schedule_id, slot.starts_at, units) for slot, units in runs)


@use_case
def hold_visit(
    *,
    slot_id: str,
    citizen_id: int,
    matters: Sequence[Matter],
    channel: Channel = Channel.PHONE,
    by: Actor,
    at: datetime,
) -> list[str]:
    """Hold a place for each matter, one after the other from this slot on; return the appointments' ids in order.

    All or none, and all from the quota of `channel`. Raises VisitFull where they do not follow each other,
    TooManyMatters, and what hold_slot raises.
    """
    if len(matters) > rules.MOST_MATTERS:
        raise TooManyMatters(most=rules.MOST_MATTERS)
    beginnings = beginnings_of(slot_id=slot_id, matters=matters, channel=channel, at=at)
    if beginnings is None:
        raise VisitFull()
    _lock_for(citizen_id, beginnings, matters)
    held = [
        hold_slot(
            slot_id=beginning,
            citizen_id=citizen_id,
            competence=matter.competence,
            item_code=matter.item_code,
            item_name=matter.item_name,
            channel=channel,
            units=matter.units,
            by=by,
            at=at,
        )
        for beginning, matter in zip(beginnings, matters, strict=True)
    ]
    visit_id = new_public_id()
    Appointment.objects.filter(public_id__in=held).update(visit_id=visit_id)
    record(
        verb="visit.hold", subject=f"visit:{visit_id}", by=by, at=at, detail={"appointments": sorted(held)}
    )
    return held


@use_case
def confirm_visit(*, visit_id: str, visitor_name: str | None = None, by: Actor, at: datetime) -> None:
    """Turn every hold of a visit into a booking. Twice is the same as once. Raises HoldExpired, WrongState."""
    for part in _locked(Appointment.objects.filter(visit_id=visit_id, state__in=LIVE)):
        confirm_appointment(appointment_id=part.public_id, visitor_name=visitor_name, by=by, at=at)


@use_case
def give_up_visit(*, visit_id: str, on_behalf: bool = False, by: Actor, at: datetime) -> None:
    """Give back every place of a visit that is only held; what is booked stays. Raises as cancel_appointment."""
    held = _locked(Appointment.objects.filter(visit_id=visit_id, state=AppointmentState.HELD))
    _lock((part.slot.schedule_id, part.slot.starts_at, part.units) for part in held)
    for part in held:
        cancel_appointment(appointment_id=part.public_id, on_behalf=on_behalf, by=by, at=at)


@use_case
def reschedule_visit(*, visit_id: str, slot_id: str, by: Actor, at: datetime) -> None:
    """Move everything of a visit that is booked so that it begins in this slot; where one does not fit, all stay.

    Raises VisitFull, SlotFull, SlotPast, TooLateToChange, NotFound.
    """
    parts = _locked(Appointment.objects.filter(visit_id=visit_id, state=AppointmentState.BOOKED))
    target = Slot.objects.select_related("schedule__venue").filter(public_id=slot_id).first()
    if target is None or not parts:
        raise NotFound()
    later = target.starts_at > parts[0].slot.starts_at
    moves = _moves(parts, target)
    old = ((part.slot.schedule_id, part.slot.starts_at, part.units) for part in parts)
    _lock([*old, *((place.schedule_id, place.starts_at, part.units) for part, place in moves)])
    moved = []
    # The last first where all go later, so that none stands in the way of the one behind it.
    for part, place in reversed(moves) if later else moves:
        if place.starts_at != part.slot.starts_at or target.schedule.venue_id != part.slot.schedule.venue_id:
            change_time(part.public_id, slot_id=place.public_id, by=by, at=at)
            moved.append(part.public_id)
    for appointment_id in moved:
        publish(AppointmentMoved(appointment_id=appointment_id, at=at, by=by))


def _moves(parts: Sequence[Appointment], target: Slot) -> list[tuple[Appointment, Slot]]:
    """Return in which slot each part begins when the first begins at the time and venue of this one. Raises VisitFull.

    Whether they have room is seen when they are taken: what the visit has itself may be in its own way now.
    """
    ends_at = target.starts_at + rules.SLOT_LENGTH * sum(part.units for part in parts)
    rows = Slot.objects.filter(
        schedule__venue=target.schedule.venue, starts_at__gte=target.starts_at, starts_at__lt=ends_at
    )
    there = list(rows.select_related("schedule").order_by("-free_by_phone", "pk"))
    following, moves = target.starts_at, []
    for part in parts:
        fitting = (
            slot for slot in there
            if slot.starts_at == following and part.competence in slot.schedule.competences
        )  # fmt: skip
        place = next(fitting, None)
        if place is None:
            raise VisitFull()
        moves.append((part, place))
        following += rules.SLOT_LENGTH * part.units
    return moves


@use_case
def check_in_the_rest(*, appointment_id: str, at: datetime) -> None:
    """Who has come for one matter of a visit has come for all that are booked on the same day: a number for each."""
    came = Appointment.objects.select_related("slot").get(public_id=appointment_id)
    if not came.visit_id:
        return
    rest = Appointment.objects.filter(
        visit_id=came.visit_id, state=AppointmentState.BOOKED, slot__day=came.slot.day
    )
    by = Actor.system("booking.same_visit")
    for other in rest.order_by("pk").values_list("public_id", flat=True):
        check_in(appointment_id=other, by=by, at=at)
