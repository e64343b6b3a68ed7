"""Which days and times are free at a venue: what the whole city asks at eight in the morning."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Min, QuerySet

from onetrip.core import clock
from onetrip.core.database import ask
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Slot
from onetrip.domain.booking.views import DayLoad, SlotView

# The days with their sums, then the times of one day, out of one look at the venue's slots. What a phone shows: open
# days only, and not what is kept for hall and hotline (but to who was sent back from a visit). Moments come as whole
# seconds: a slot has no smaller ones, and they are read in a tenth of the time.
FREE = """
WITH pool AS MATERIALIZED (
  SELECT d.id FROM venues_venue AS v JOIN booking_schedule AS d ON d.venue_id = v.id
  WHERE v.code = %(venue)s AND %(competence)s = ANY (d.competences)
), free AS MATERIALIZED (
  SELECT s.day, s.public_id, s.starts_at, s.ends_at,
    CASE WHEN %(sent_back)s THEN s.capacity - s.taken ELSE s.free_by_phone END AS places
  FROM pool JOIN booking_slot AS s ON s.schedule_id = pool.id
  WHERE s.day >= %(first)s AND s.day < %(end)s AND s.starts_at > %(at)s AND s.opens_at <= %(at)s
    AND CASE WHEN %(sent_back)s THEN s.capacity - s.taken ELSE s.free_by_phone END > 0
)
SELECT day, sum(places)::int AS places, count(*)::int AS slots, NULL AS id, NULL::bigint AS starts, NULL::bigint AS ends
FROM free GROUP BY day
UNION ALL
SELECT day, places, 0, public_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at)::bigint
FROM free WHERE day = COALESCE(%(day)s::date, (SELECT min(day) FROM free))
ORDER BY starts NULLS FIRST, day, places DESC
"""


def open_times(
    *,
    venue_code: str,
    competence: str,
    day: date | None,
    at: datetime,
    days: int = rules.DAYS_AHEAD,
    sent_back: bool = False,
) -> tuple[list[DayLoad], list[SlotView]]:
    """Return the days from today on that still have places, and the times of `day` (None: of the first of them).

    `sent_back`: for an errand that a visit did not finish, kept places count as well. Where several pools of windows
    can do it at the same time, their places are added up and the emptiest is offered.
    """
    first = clock.city_day(at)
    values = {"venue": venue_code, "competence": competence, "sent_back": sent_back, "day": day, "at": at}
    return _looked_up(**values, first=first, end=first + timedelta(days=days))


def _looked_up(**values: Any) -> tuple[list[DayLoad], list[SlotView]]:
    days: list[DayLoad] = []
    found: dict[int, SlotView] = {}
    for day, places, slots, public_id, starts, ends in ask(FREE, values):
        if public_id is None:
            days.append(DayLoad(day, places, slots))
            continue
        first = found.get(starts)
        if first is None:
            found[starts] = SlotView(public_id, _moment(starts), _moment(ends), places)
        else:
            found[starts] = SlotView(first.id, first.starts_at, first.ends_at, first.places_left + places)
    return days, list(found.values())


@lru_cache(maxsize=4096)  # some weeks of quarters of an hour
def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def open_days(
    *,
    venue_code: str,
    competence: str,
    at: datetime,
    days: int = rules.DAYS_AHEAD,
    sent_back: bool = False,
) -> list[DayLoad]:
    """Return the days from today on that still have places, in order; as open_times."""
    wanted = {"venue_code": venue_code, "competence": competence, "at": at, "sent_back": sent_back}
    return open_times(**wanted, day=None, days=days)[0]  # type: ignore[arg-type]


def open_slots_on(
    *, venue_code: str, competence: str, day: date, at: datetime, sent_back: bool = False
) -> list[SlotView]:
    """Return the times of one day, however far ahead, that can still be booked, in order; as open_times."""
    values = {"venue": venue_code, "competence": competence, "sent_back": sent_back, "day": day, "at": at}
    return _looked_up(**values, first=day, end=day + timedelta(days=1))[1]


def any_slot_on(*, day: date) -> bool:
    """Say whether anything can be, or could have been, booked anywhere on that day."""
    return Slot.objects.filter(day=day).exists()


def _open(competence: str, at: datetime) -> "QuerySet[Slot]":
    return Slot.objects.filter(
        schedule__competences__contains=[competence], starts_at__gt=at, opens_at__lte=at, free_by_phone__gt=0
    )


def next_open_slots(*, venue_codes: Sequence[str], competence: str, at: datetime) -> dict[str, datetime]:
    """Return the first free time of each venue that has one."""
    rows = _open(competence, at).filter(schedule__venue__code__in=venue_codes)
    return dict(rows.values_list("schedule__venue__code").annotate(Min("starts_at")).order_by())
