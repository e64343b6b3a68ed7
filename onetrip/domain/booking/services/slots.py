"""Opening times for booking, from the rosters."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection
from django.db.models import Q

from onetrip.core.audit import Actor, record
from onetrip.core.ids import new_public_id
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import SharesInvalid
from onetrip.domain.booking.models import Schedule, Slot
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venues_services
from onetrip.domain.venues.queries import PoolHours


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
        row
        for pool in pools
        for row in _slots_of(pool, schedules[pool.venue_id, pool.competences])
        if row[1:4:2] not in stands
    ]
    opened = _insert(missing)
    if opened:
        detail = {"from": from_day, "days": days, "slots": opened}
        record(verb="slots.open", subject="booking", by=by, at=at, detail=detail)
    return opened


@use_case
def follow_hours(*, venue_code: str, first_day: date, last_day: date, by: Actor, at: datetime) -> int:
    """Bring a venue's slots in line with hours or rosters that have changed; return how many places came or went.

    New time opens; where nobody will sit, free places close. Given places stay and are counted as `over`: a person of
    the venue sees who has them and moves them (queries.clashes).
    """
    open_slots(
        from_day=first_day, days=(last_day - first_day).days + 1, venue_codes=[venue_code], by=by, at=at
    )
    pools = venues.pool_hours_between(first_day=first_day, last_day=last_day, venue_codes=[venue_code])
    schedules = _schedules({(pool.venue_id, pool.competences) for pool in pools})
    staffed = {
        (schedules[pool.venue_id, pool.competences].pk, starts): hours.desks
        for pool in pools
        for hours in pool.hours
        for starts in rules.slot_starts(starts=hours.starts, ends=hours.ends)
    }
    ahead = Slot.objects.filter(
        schedule__venue__code=venue_code, day__gte=first_day, day__lte=last_day, starts_at__gt=at
    )
    moved, changed = 0, []
    for slot in ahead.order_by("pk").select_for_update(of=("self",)):
        windows = staffed.get((slot.schedule_id, slot.starts_at), 0)
        capacity = max(slot.taken, windows)
        if (capacity, capacity - windows) != (slot.capacity, slot.over):
            moved += abs(capacity - slot.capacity)
            slot.capacity, slot.over = capacity, capacity - windows
            changed.append(slot)
    Slot.objects.bulk_update(changed, ["capacity", "over"], batch_size=500)
    if changed:
        detail = {"from": first_day, "to": last_day, "slots": len(changed), "places": moved}
        record(verb="slots.follow_hours", subject=f"venue:{venue_code}", by=by, at=at, detail=detail)
    return moved


_Row = tuple[str, int, date, datetime, datetime, int, int, int, datetime]


def _slots_of(pool: PoolHours, schedule: Schedule) -> Iterator[_Row]:
    """Yield the rows of one pool on one day, with what is kept for hall and hotline and when phones see them."""
    times = [
        (starts, hours.desks)
        for hours in pool.hours
        for starts in rules.slot_starts(starts=hours.starts, ends=hours.ends)
    ]
    kept = rules.kept_places(
        capacities=[desks for _starts, desks in times],
        hall_share=schedule.hall_share,
        hotline_share=schedule.hotline_share,
    )
    opens = rules.opens_at(pool.day)
    for (starts, desks), (hall, hotline) in zip(times, kept, strict=True):
        yield (
            new_public_id(), schedule.pk, pool.day, starts, starts + rules.SLOT_LENGTH, desks, hall, hotline, opens,
        )  # fmt: skip


_INSERT = """
INSERT INTO booking_slot (public_id, schedule_id, day, starts_at, ends_at, capacity, kept_hall, kept_hotline, opens_at,
  taken, taken_hall, taken_hotline)
SELECT *, 0, 0, 0 FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::int[],
  %s::int[], %s::int[], %s::timestamptz[])
ON CONFLICT (schedule_id, starts_at) DO NOTHING
"""


def _insert(rows: list[_Row]) -> int:
    """Write the slots column by column: a city's two weeks are 74,000 rows, and row by row takes ten times as long."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def _schedules(wanted: set[tuple[int, tuple[str, ...]]]) -> dict[tuple[int, tuple[str, ...]], Schedule]:
    """Return every pool, making the ones that are new."""
    Schedule.objects.bulk_create(
        [
            Schedule(venue_id=venue_id, competences=list(competences))
            for venue_id, competences in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    rows = Schedule.objects.filter(venue_id__in={venue_id for venue_id, _competences in wanted})
    return {(row.venue_id, tuple(row.competences)): row for row in rows}


@use_case
def free_kept_places(*, at: datetime) -> int:
    """Give everybody what hall and hotline have not used of the slots that begin soon; return how many slots."""
    soon = Slot.objects.filter(starts_at__gt=at, starts_at__lte=at + rules.KEPT_UNTIL)
    return soon.filter(Q(kept_hall__gt=0) | Q(kept_hotline__gt=0)).update(kept_hall=0, kept_hotline=0)


@use_case
def set_shares(*, venue_code: str, hall_share: int, hotline_share: int, by: Actor, at: datetime) -> None:
    """Say how many percent of a venue's places are kept for hall and hotline, from now on and on the open days.

    Raises SharesInvalid, NotAllowed, VenueUnknown.
    """
    venues_services.lock_venue_to_lead(venue_code=venue_code, by=by)
    if not (hall_share >= 0 <= hotline_share and hall_share + hotline_share < 100):
        raise SharesInvalid(field="hall_share")
    pools = Schedule.objects.filter(venue__code=venue_code)
    pools.update(hall_share=hall_share, hotline_share=hotline_share)
    later = Slot.objects.filter(schedule__venue__code=venue_code, starts_at__gt=at + rules.KEPT_UNTIL)
    ordered = list(later.order_by("schedule_id", "starts_at").select_for_update(of=("self",)))
    for _pool_and_day, group in groupby(ordered, key=lambda slot: (slot.schedule_id, slot.day)):
        slots = list(group)
        kept = rules.kept_places(
            capacities=[slot.capacity for slot in slots], hall_share=hall_share, hotline_share=hotline_share
        )
        for slot, (hall, hotline) in zip(slots, kept, strict=True):
            slot.kept_hall, slot.kept_hotline = hall, hotline
    Slot.objects.bulk_update(ordered, ["kept_hall", "kept_hotline"], batch_size=500)
    shares = {"hall": hall_share, "hotline": hotline_share}
    record(verb="slots.shares_set", subject=f"venue:{venue_code}", by=by, at=at, detail=shares)
