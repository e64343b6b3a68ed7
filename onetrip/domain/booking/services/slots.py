"""Opening times for booking, from the rosters."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from onetrip.core.audit import Actor, record
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
    fresh = [
        Slot(
            schedule_id=schedules[pool.venue_id, pool.competences],
            day=pool.day,
            starts_at=starts,
            ends_at=starts + rules.SLOT_LENGTH,
            capacity=hours.desks,
        )
        for pool in pools
        for hours in pool.hours
        for starts in rules.slot_starts(starts=hours.starts, ends=hours.ends)
    ]
    known = Slot.objects.filter(day__gte=from_day, day__lt=from_day + timedelta(days=days))
    stands = set(known.values_list("schedule_id", "starts_at"))
    missing = [slot for slot in fresh if (slot.schedule_id, slot.starts_at) not in stands]
    Slot.objects.bulk_create(missing, batch_size=4000, ignore_conflicts=True)
    if missing:
        detail = {"from": from_day, "days": days, "slots": len(missing)}
        record(verb="slots.open", subject="booking", by=by, at=at, detail=detail)
    return len(missing)


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
