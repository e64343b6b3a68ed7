"""Several matters in one visit: a family or a company comes once, and one matter follows the other at once.

Each is an appointment of its own, at its own windows; they are held, confirmed and moved together, or not at all.
"""

from collections.abc import Sequence
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.ids import new_public_id
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import SlotFull, TooManyMatters
from onetrip.domain.booking.events import AppointmentMoved
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.queries.visits import beginnings_of, ids_of_visit
from onetrip.domain.booking.services.hall import check_in
from onetrip.domain.booking.services.places import (
    change_time,
    confirm_appointment,
    hold_slot,
)
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.booking.views import Matter


def _lock(slot_ids: Sequence[str]) -> None:
    """Lock where the matters begin in the one order of slots, before any is taken."""
    list(Slot.objects.filter(public_id__in=slot_ids).order_by("pk").select_for_update())


@use_case
def hold_visit(
    *, slot_id: str, citizen_id: int, matters: Sequence[Matter], by: Actor, at: datetime
) -> list[str]:
    """Hold a place for each matter, one after the other from this slot on; return the appointments' ids in order.

    All or none. Raises SlotFull where they do not follow each other, TooManyMatters, and what hold_slot raises.
    """
    if len(matters) > rules.MOST_MATTERS:
        raise TooManyMatters(most=rules.MOST_MATTERS)
    beginnings = beginnings_of(slot_id=slot_id, matters=matters, at=at)
    if beginnings is None:
        raise SlotFull()
    _lock(beginnings)
    held = [
        hold_slot(
            slot_id=beginning,
            citizen_id=citizen_id,
            competence=matter.competence,
            item_code=matter.item_code,
            item_name=matter.item_name,
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
    for appointment_id in sorted(ids_of_visit(visit_id)):
        confirm_appointment(appointment_id=appointment_id, visitor_name=visitor_name, by=by, at=at)


@use_case
def reschedule_visit(*, visit_id: str, slot_id: str, by: Actor, at: datetime) -> None:
    """Move everything of a visit that is booked so that it begins in this slot; where one does not fit, all stay.

    Raises SlotFull, SlotPast, TooLateToChange, NotFound.
    """
    rows = Appointment.objects.filter(visit_id=visit_id, state=AppointmentState.BOOKED)
    locked = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    parts = list(Appointment.objects.select_related("slot").filter(pk__in=locked).order_by("slot__starts_at"))
    target = Slot.objects.select_related("schedule__venue").filter(public_id=slot_id).first()
    if target is None or not parts:
        raise NotFound()
    later = target.starts_at > parts[0].slot.starts_at
    following, moves, moved = target.starts_at, [], []
    for part in parts:
        moves.append((part, following))
        following += rules.SLOT_LENGTH * part.units
    # The last first where all go later, so that none stands in the way of the one behind it.
    for part, starts_at in reversed(moves) if later else moves:
        places = Slot.objects.filter(
            schedule__venue=target.schedule.venue,
            schedule__competences__contains=[part.competence],
            starts_at=starts_at,
        )
        place = places.order_by("-free_by_phone").values_list("public_id", flat=True).first()
        if place is None:
            raise SlotFull()
        if starts_at != part.slot.starts_at or target.schedule.venue_id != part.slot.schedule.venue_id:
            change_time(part.public_id, slot_id=place, by=by, at=at)
            moved.append(part.public_id)
    for appointment_id in moved:
        publish(AppointmentMoved(appointment_id=appointment_id, at=at, by=by))


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
