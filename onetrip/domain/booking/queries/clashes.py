"""Who has booked a place that no window is left for, and where they could go instead."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from onetrip.core import geo
from onetrip.core.audit import Actor, record
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.states import MOST_UNITS, AppointmentState
from onetrip.domain.booking.views import Clash, Proposal
from onetrip.domain.venues import queries as venues

_PROPOSALS = 3
_KM_AN_HOUR = 15  # from door to door, by bus or bicycle
_PLACES_LOOKED_AT = 400

# Of those who booked a slot with places over, the last to come are the ones to move: whoever was first stays.
_CLASHING = """
SELECT DISTINCT public_id FROM (
  SELECT a.public_id, s.over, row_number() OVER (PARTITION BY s.id ORDER BY a.made_at DESC, a.id DESC) AS place
  FROM booking_slot AS s JOIN booking_schedule AS d ON d.id = s.schedule_id JOIN venues_venue AS v ON v.id = d.venue_id
  JOIN booking_slot AS own ON own.schedule_id = s.schedule_id AND own.starts_at <= s.starts_at
    AND own.starts_at > s.starts_at - %(longest)s
  JOIN booking_appointment AS a ON a.slot_id = own.id AND a.state = %(booked)s
    AND s.starts_at < own.starts_at + a.units * %(slot)s
  WHERE s.over > 0 AND s.starts_at > %(at)s AND v.code = %(venue)s
) AS ranked WHERE place <= over
"""


def clashing_rows(*, venue_code: str, at: datetime) -> set[str]:
    """Return the ids of the appointments at a venue for which no window is left."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "booked": AppointmentState.BOOKED, "at": at, "venue": venue_code,
            "slot": rules.SLOT_LENGTH, "longest": rules.SLOT_LENGTH * MOST_UNITS,
        }  # fmt: skip
        cursor.execute(_CLASHING, values)
        return {public_id for (public_id,) in cursor.fetchall()}


def clash_count(*, venue_code: str, at: datetime) -> int:
    """Say how many visitors of a venue have no window any more."""
    return len(clashing_rows(venue_code=venue_code, at=at))


def fit_places(*, venue_code: str) -> "QuerySet[Slot]":
    """Return the slots of all venues that serve at least the people whom this one serves."""
    territory = venues.jurisdiction_of(venue_code)
    rows = Slot.objects.select_related("schedule__venue")
    if not territory:
        return rows.filter(schedule__venue__jurisdiction=[])
    whole_city = rows.filter(schedule__venue__jurisdiction=[])
    return whole_city | rows.filter(schedule__venue__jurisdiction__contains=territory)


def clashes(*, venue_code: str, by: Actor, at: datetime) -> list[Clash]:
    """Return whom the lead has to move, by time, with the nearest free places; the look is noted.

    Places at the same venue come first, then those of other venues that serve the same people, the nearer first. No
    place is proposed to more people than it has room for. Four queries, however many they are.
    """
    rows = Appointment.objects.filter(public_id__in=clashing_rows(venue_code=venue_code, at=at))
    wanted = list(rows.select_related("slot__schedule__venue", "citizen").order_by("slot__starts_at", "id"))
    if not wanted:
        return []
    record(verb="clashes.read", subject=f"venue:{venue_code}", by=by, at=at, detail={"visitors": len(wanted)})
    free = free_places(venue_code, {row.competence for row in wanted}, at)
    left = {(slot.schedule_id, slot.starts_at): slot.free_by_phone for slot in free}
    found = []
    for row in wanted:
        room = [slot for slot in free if all(left.get(key, 0) > 0 for key in _taken_by(row, slot))]
        proposals = _nearest(row, room)
        for key in _taken_by(row, proposals[0]) if proposals else ():
            left[key] -= 1
        found.append(_view(row, proposals))
    return found


def _taken_by(row: Appointment, slot: Slot) -> list[tuple[int, datetime]]:
    """Return which slots the appointment would take from this one on."""
    return [(slot.schedule_id, slot.starts_at + rules.SLOT_LENGTH * step) for step in range(row.units)]


def free_places(venue_code: str, competences: Iterable[str], at: datetime) -> Sequence[Slot]:
    """Return free places from an hour ahead on: those of the venue, and the next ones elsewhere."""
    places = fit_places(venue_code=venue_code).filter(
        schedule__competences__overlap=sorted(competences),
        free_by_phone__gt=0,
        opens_at__lte=at,
        starts_at__gt=at + rules.MOVE_AHEAD,
        starts_at__lte=at + timedelta(days=rules.DAYS_AHEAD),
    )
    here = places.filter(schedule__venue__code=venue_code).order_by("starts_at")
    elsewhere = places.exclude(schedule__venue__code=venue_code).order_by("starts_at")
    return [*here, *elsewhere[:_PLACES_LOOKED_AT]]


def places_instead(*, venue_code: str, competence: str, count: int, at: datetime) -> list[str]:
    """Return the next free places (slot ids) for people whom a venue cannot serve now, one for each of `count`."""
    found: list[str] = []
    for slot in free_places(venue_code, [competence], at):
        if competence in slot.schedule.competences:
            found += [slot.public_id] * min(slot.free_by_phone, count - len(found))
        if len(found) >= count:
            break
    return found


def _nearest(row: Appointment, places: Iterable[Slot]) -> list[Slot]:
    fitting = [
        slot
        for slot in places
        if row.competence in slot.schedule.competences and slot.starts_at != row.slot.starts_at
    ]
    by_venue: dict[bool, list[Slot]] = defaultdict(list)
    for slot in sorted(fitting, key=lambda slot: (_far(row, slot), slot.starts_at)):
        by_venue[slot.schedule.venue_id == row.slot.schedule.venue_id].append(slot)
    return (by_venue[True][: _PROPOSALS - 1] + by_venue[False])[:_PROPOSALS]


def _far(row: Appointment, slot: Slot) -> float:
    """Say how far off a place is, in hours: the time between, and the way to another venue, there and back."""
    hours = abs((slot.starts_at - row.slot.starts_at).total_seconds()) / 3600
    return hours + 2 * _distance_m(row, slot) / 1000 / _KM_AN_HOUR


def _distance_m(row: Appointment, slot: Slot) -> int:
    here, there = row.slot.schedule.venue, slot.schedule.venue
    return geo.distance_m(here.latitude, here.longitude, there.latitude, there.longitude)


def _view(row: Appointment, places: list[Slot]) -> Clash:
    here = row.slot.schedule.venue_id
    return Clash(
        appointment_id=row.public_id,
        citizen_name=row.citizen.name if row.citizen else row.visitor_name or "",
        item_name=row.item_name,
        starts_at=row.slot.starts_at,
        channel=row.channel,
        can_be_told=row.citizen is not None and bool(row.citizen.phone),
        proposals=[
            Proposal(slot.public_id, slot.starts_at)
            if slot.schedule.venue_id == here
            else Proposal(
                slot.public_id, slot.starts_at, venues.named(slot.schedule.venue), _distance_m(row, slot)
            )
            for slot in places
        ],
    )
