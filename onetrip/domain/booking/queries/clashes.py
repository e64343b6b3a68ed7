"""Who has booked a place that no window is left for, and where they could go instead."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from onetrip.core import geo
from onetrip.core.audit import Actor, record
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.queries.room import Room, free_places
from onetrip.domain.booking.states import MOST_UNITS, AppointmentState
from onetrip.domain.booking.views import Clash, Proposal
from onetrip.domain.venues import queries as venues

_PROPOSALS = 3
_KM_AN_HOUR = 15  # from door to door, by bus or bicycle

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


def clashes(*, venue_code: str, by: Actor, at: datetime) -> list[Clash]:
    """Return whom the lead has to move, by time, with the nearest free places; the look is noted.

    Several matters of one visit are one line: they move together, to where one can follow the other again, or stay.
    Places at the same venue come first, then those of other venues that serve the same people, the nearer first. No
    place is proposed to more people than it has room for. Five queries, however many they are.
    """
    rows = Appointment.objects.filter(public_id__in=clashing_rows(venue_code=venue_code, at=at))
    found = list(rows.select_related("slot__schedule__venue", "citizen").order_by("slot__starts_at", "id"))
    if not found:
        return []
    record(verb="clashes.read", subject=f"venue:{venue_code}", by=by, at=at, detail={"visitors": len(found)})
    visits = _visits_of(found)
    room = Room(free_places(venue_code, {part.competence for parts in visits for part in parts}, at))
    lines = []
    for parts in visits:
        proposals = _nearest(parts, room)
        if proposals:
            room.take(proposals[0])
        lines.append(_view(parts, proposals))
    return lines


def _visits_of(rows: Sequence[Appointment]) -> list[list[Appointment]]:
    """Return each visit of these appointments once, whole and in its order; most consist of one."""
    ids = {row.visit_id for row in rows if row.visit_id}
    along: dict[str, list[Appointment]] = defaultdict(list)
    if ids:
        booked = Appointment.objects.filter(visit_id__in=ids, state=AppointmentState.BOOKED)
        for row in booked.select_related("slot__schedule__venue", "citizen").order_by(
            "slot__starts_at", "id"
        ):
            along[row.visit_id].append(row)
    found: dict[str, list[Appointment]] = {}
    for row in rows:
        found.setdefault(row.visit_id or row.public_id, along.get(row.visit_id) or [row])
    return list(found.values())


_Run = list[tuple[Slot, int]]


def _nearest(parts: Sequence[Appointment], room: Room) -> list[_Run]:
    """Return the nearest runs for a visit: of its venue, and one of another; never at the time that is lost."""
    first = parts[0]
    by_venue: dict[bool, list[_Run]] = defaultdict(list)
    for slot in sorted(room.beginnings, key=lambda slot: (_far(first, slot), slot.starts_at)):
        here = slot.schedule.venue_id == first.slot.schedule.venue_id
        enough = len(by_venue[here]) >= (_PROPOSALS - 1 if here else _PROPOSALS)
        if enough or slot.starts_at == first.slot.starts_at:
            continue
        run = room.run(slot, parts)
        if run is not None and run[0][0] == slot:
            by_venue[here].append(run)
    return (by_venue[True] + by_venue[False])[:_PROPOSALS]


def _far(row: Appointment, slot: Slot) -> float:
    """Say how far off a place is, in hours: the time between, and the way to another venue, there and back."""
    hours = abs((slot.starts_at - row.slot.starts_at).total_seconds()) / 3600
    return hours + 2 * _distance_m(row, slot) / 1000 / _KM_AN_HOUR


def _distance_m(row: Appointment, slot: Slot) -> int:
    here, there = row.slot.schedule.venue, slot.schedule.venue
    return geo.distance_m(here.latitude, here.longitude, there.latitude, there.longitude)


def _view(parts: Sequence[Appointment], runs: Sequence[_Run]) -> Clash:
    row = parts[0]
    here = row.slot.schedule.venue_id
    return Clash(
        appointment_id=row.public_id,
        citizen_name=row.citizen.name if row.citizen else row.visitor_name or "",
        item_name=row.item_name,
        starts_at=row.slot.starts_at,
        channel=row.channel,
        can_be_told=row.citizen is not None and bool(row.citizen.phone),
        along=tuple(part.item_name for part in parts[1:]),
        proposals=[
            Proposal(slot.public_id, slot.starts_at)
            if slot.schedule.venue_id == here
            else Proposal(
                slot.public_id, slot.starts_at, venues.named(slot.schedule.venue), _distance_m(row, slot)
            )
            for slot in (run[0][0] for run in runs)
        ],
    )
