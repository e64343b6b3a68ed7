"""Opening times for booking, from the rosters."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection

from onetrip.core.audit import Actor, record
from onetrip.core.ids import new_public_id
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Schedule, Slot
from onetrip.domain.venues import queries as venues


@use_case
def open_slots(
    *,
    from_day: date,
    days: int = rules.DAYS_AHEAD,
    venue_codes: Sequence[str] | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Open every whole slot that the rosters allow; return how many are new.

    Slots that stand already keep their capacity: a roster that shrank after people booked is a clash for a person to
    solve, never a silent overbooking. Running it twice changes nothing.
    """
    pools = venues.pool_hours_between(
        first_day=from_day, last_day=from_day + timedelta(days=days - 1), venue_codes=venue_codes
    )
    schedules = _schedules({(pool.venue_id, pool.competences) for pool in pools})
    known = Slot.objects.filter(day__gte=from_day, day__lt=from_day + timedelta(days=days))
    stands = set(known.values_list("schedule_id", "starts_at"))
    missing = [
        (new_public_id(), schedule_id, pool.day, starts, starts + rules.SLOT_LENGTH, hours.desks)
        for pool in pools
        for schedule_id in [schedules[pool.venue_id, pool.competences]]
        for hours in pool.hours
        for starts in rules.slot_starts(starts=hours.starts, ends=hours.ends)
        if (schedule_id, starts) not in stands
    ]
    opened = _insert(missing)
    if opened:
        detail = {"from": from_day, "days": days, "slots": opened}
        record(verb="slots.open", subject="booking", by=by, at=at, detail=detail)
    return opened


@use_case
def follow_hours(*, venue_code: str, first_day: date, last_day: date, by: Actor, at: datetime) -> int:
    """Bring a venue's slots in line with hours or rosters that have changed; return how many places came or went.

    New time opens; where nobody will sit, free places close and given places stay: what becomes of those who booked
    is for a person to decide.
    """
    open_slots(
        from_day=first_day, days=(last_day - first_day).days + 1, venue_codes=[venue_code], by=by, at=at
    )
    pools = venues.pool_hours_between(first_day=first_day, last_day=last_day, venue_codes=[venue_code])
    schedules = _schedules({(pool.venue_id, pool.competences) for pool in pools})
    staffed = {
        (schedules[pool.venue_id, pool.competences], starts): hours.desks
        for pool in pools
        for hours in pool.hours
        for starts in rules.slot_starts(starts=hours.starts, ends=hours.ends)
    }
    ahead = Slot.objects.filter(
        schedule__venue__code=venue_code, day__gte=first_day, day__lte=last_day, starts_at__gt=at
    )
    moved, changed = 0, []
    for slot in ahead.order_by("pk").select_for_update(of=("self",)):
        capacity = max(slot.taken, staffed.get((slot.schedule_id, slot.starts_at), 0))
        if capacity != slot.capacity:
            moved += abs(capacity - slot.capacity)
            slot.capacity = capacity
            changed.append(slot)
    Slot.objects.bulk_update(changed, ["capacity"], batch_size=500)
    if changed:
        detail = {"from": first_day, "to": last_day, "slots": len(changed), "places": moved}
        record(verb="slots.follow_hours", subject=f"venue:{venue_code}", by=by, at=at, detail=detail)
    return moved


_INSERT = """
INSERT INTO booking_slot (public_id, schedule_id, day, starts_at, ends_at, capacity, taken)
SELECT *, 0 FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::int[])
ON CONFLICT (schedule_id, starts_at) DO NOTHING
"""


def _insert(rows: list[tuple[str, int, date, datetime, datetime, int]]) -> int:
    """Write the slots column by column: a city's two weeks are 74,000 rows, and row by row takes ten times as long."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def _schedules(wanted: set[tuple[int, tuple[str, ...]]]) -> dict[tuple[int, tuple[str, ...]], int]:
    """Return the row number of every pool, making the ones that are new."""
    Schedule.objects.bulk_create(
        [
            Schedule(venue_id=venue_id, competences=list(competences))
            for venue_id, competences in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    rows = Schedule.objects.filter(venue_id__in={venue_id for venue_id, _competences in wanted})
    return {
        (venue_id, tuple(competences)): pk
        for pk, venue_id, competences in rows.values_list("pk", "venue_id", "competences")
    }
