"""When a longer matter, or several one after the other, could begin; and what belongs to one visit."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from onetrip.core import clock
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.queries.room import still_free
from onetrip.domain.booking.states import LIVE, Channel
from onetrip.domain.booking.views import AppointmentView, DayLoad, Matter, SlotView


def _open_to(competence: str, **who: Any) -> "QuerySet[Any]":
    """Return the slots for a matter that have places left for whom `still_free` is told of, each with their number."""
    rows = Slot.objects.filter(schedule__competences__contains=[competence], starts_at__gt=who["at"])
    return still_free(rows, **who)


def _free(venue_code: str, competence: str, first: date, last: date, **who: Any) -> list[rules.Free]:
    rows = _open_to(competence, **who).filter(schedule__venue__code=venue_code, day__range=(first, last))
    found = rows.order_by("starts_at", "-left")
    return [rules.Free(*row) for row in found.values_list("public_id", "schedule_id", "starts_at", "left")]


def first_times(
    *, venue_codes: Sequence[str], competence: str, channel: str, at: datetime
) -> dict[str, datetime]:
    """Return the first time at each venue that still has a place for a channel, in one query."""
    rows = _open_to(competence, channel=channel, at=at).filter(schedule__venue__code__in=venue_codes)
    return dict(rows.values_list("schedule__venue__code").annotate(Min("starts_at")).order_by())


def _beginnings(
    venue_code: str, matters: Sequence[Matter], first: date, last: date, **who: Any
) -> dict[datetime, rules.Free]:
    """Return when the first matter can begin so that each of the others follows at once. A query for each matter."""
    runs = [
        rules.stretches(_free(venue_code, matter.competence, first, last, **who), units=matter.units)
        for matter in matters
    ]
    found = {}
    for starts_at, slot in runs[0].items():
        following, left = starts_at, slot.left
        for run, matter in zip(runs, matters, strict=True):
            part = run.get(following)
            left = min(left, part.left) if part else 0
            following += rules.SLOT_LENGTH * matter.units
        if left:
            found[starts_at] = rules.Free(slot.slot_id, slot.schedule, starts_at, left)
    return found


def visit_times_on(
    *,
    venue_code: str,
    matters: Sequence[Matter],
    day: date,
    at: datetime,
    channel: str = Channel.PHONE,
    sent_back: bool = False,
) -> list[SlotView]:
    """Return when the matters can be done one after the other on a day, in order; `id` is where the first begins.

    `sent_back` as in services.hold_slot.
    """
    length = sum((rules.SLOT_LENGTH * matter.units for matter in matters), timedelta())
    found = _beginnings(venue_code, matters, day, day, channel=channel, sent_back=sent_back, at=at)
    return [
        SlotView(slot.slot_id, starts_at, starts_at + length, slot.left)
        for starts_at, slot in sorted(found.items())
    ]


def visit_days(
    *,
    venue_code: str,
    matters: Sequence[Matter],
    at: datetime,
    channel: str = Channel.PHONE,
    sent_back: bool = False,
) -> list[DayLoad]:
    """Return the days on which the matters can be done one after the other, in order; as visit_times_on."""
    first = clock.city_day(at)
    last = first + timedelta(days=rules.DAYS_AHEAD - 1)
    days: dict[date, list[int]] = {}
    found = _beginnings(venue_code, matters, first, last, channel=channel, sent_back=sent_back, at=at)
    for starts_at, slot in sorted(found.items()):
        days.setdefault(clock.city_day(starts_at), []).append(slot.left)
    return [DayLoad(day=day, places_left=sum(left), slots=len(left)) for day, left in days.items()]


def beginnings_of(
    *, slot_id: str, matters: Sequence[Matter], channel: str = Channel.PHONE, at: datetime
) -> list[str] | None:
    """Return in which slot each matter begins when the first begins in this one; None where they do not fit."""
    first = Slot.objects.select_related("schedule__venue").filter(public_id=slot_id).first()
    if first is None:
        return None
    following = first.starts_at
    found: list[str] = []
    for matter in matters:
        free = _free(
            first.schedule.venue.code, matter.competence, first.day, first.day, channel=channel, at=at
        )
        if not found:
            free = [slot for slot in free if slot.schedule == first.schedule_id]
        part = rules.stretches(free, units=matter.units).get(following)
        if part is None:
            return None
        found.append(part.slot_id)
        following += rules.SLOT_LENGTH * matter.units
    return found


def matters_of_visit(visit_id: str) -> list[Matter]:
    """Return what a visit holds, in the order of its times."""
    rows = Appointment.objects.filter(visit_id=visit_id, state__in=LIVE).order_by("slot__starts_at", "pk")
    found = rows.values_list("competence", "units", "item_code", "item_name")
    return [Matter(*row) for row in found]


def units_for(*, minutes: int, persons: int = 1) -> int:
    """Return how many slots in a row a matter takes."""
    return rules.units_for(minutes=minutes, persons=persons)


def others_of_visit(booked: AppointmentView, *, citizen_id: int) -> list[tuple[datetime, str]]:
    """Return time and item of what else belongs to the visit; nothing where it stands alone."""
    if not booked.visit_id:
        return []
    rows = Appointment.objects.filter(visit_id=booked.visit_id, citizen_id=citizen_id, state__in=LIVE)
    others = rows.exclude(public_id=booked.id).order_by("slot__starts_at")
    return list(others.values_list("slot__starts_at", "item_name"))
