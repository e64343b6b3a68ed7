"""A place that becomes free: counted, and offered to the first on the waitlist before anybody else can take it."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest, Least

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import SlotFull
from onetrip.domain.booking.models import Appointment, Offer, Slot, Wish
from onetrip.domain.booking.services.telling import EARLIER, tell_citizen
from onetrip.domain.booking.states import MOST_OFFERS, AppointmentState, Channel, OfferState

# Who is first: they booked something later at the same venue that the same windows do, have no offer open, and were
# not offered this very time. A longer matter is offered the earliest run of free slots that the freed one is part of. A
# wish that somebody is just changing is passed over, so that nobody waits for anybody.
_FIRST_IN_LINE = """
SELECT w.id, w.appointment_id, run.id, a.units FROM booking_slot AS s JOIN booking_schedule AS d ON d.id = s.schedule_id
JOIN booking_wish AS w ON w.venue_id = d.venue_id AND w.competence = ANY(d.competences)
JOIN booking_appointment AS a ON a.id = w.appointment_id JOIN booking_slot AS own ON own.id = a.slot_id
CROSS JOIN LATERAL (
  SELECT b.id FROM booking_slot AS b
  WHERE b.schedule_id = s.schedule_id AND b.starts_at <= s.starts_at AND b.starts_at > s.starts_at - a.units * %(each)s
    AND b.starts_at < own.starts_at AND NOT EXISTS (
      SELECT FROM booking_offer AS o WHERE o.wish_id = w.id AND (o.state = %(open)s OR o.slot_id = b.id))
    AND a.units = (SELECT count(*) FROM booking_slot AS c WHERE c.schedule_id = b.schedule_id
      AND c.starts_at >= b.starts_at AND c.starts_at < b.starts_at + a.units * %(each)s
      AND c.free_by_phone > 0 AND c.opens_at <= %(at)s)
  ORDER BY b.starts_at LIMIT 1
) AS run
WHERE s.id = %(slot)s AND s.free_by_phone > 0 AND s.opens_at <= %(at)s AND w.ended_at IS NULL
  AND w.offers_made < %(most)s AND a.state = %(booked)s AND a.visit_id = ''
ORDER BY w.since, w.id LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""


def stretch(slot_row: int, units: int, *, wait: bool = True) -> list[Slot]:
    """Return the slots of a stretch in their order, locked; fewer than `units` where the pool's day ends before.

    Without `wait` those that somebody else holds are left out.
    """
    first = Slot.objects.get(pk=slot_row)
    end = first.starts_at + rules.SLOT_LENGTH * units
    rows = Slot.objects.filter(
        schedule_id=first.schedule_id, starts_at__gte=first.starts_at, starts_at__lt=end
    )
    locked = rows.order_by("pk").select_for_update(skip_locked=not wait)
    return sorted(locked, key=lambda slot: slot.starts_at)


def stretch_of(slot_id: str, units: int) -> list[Slot]:
    """Return the locked slots of a stretch; raises SlotFull where the day ends before, NotFound."""
    first = Slot.objects.filter(public_id=slot_id).values_list("pk", flat=True).first()
    if first is None:
        raise NotFound()
    rows = stretch(first, units)
    if len(rows) < units:
        raise SlotFull()
    return rows


def uncount(slot_row: int, *, channel: str, units: int = 1) -> list[int]:
    """Count the places of an appointment as free, without offering them; return the slots' rows.

    A place that has no window any more closes instead.
    """
    taken: dict[str, Any] = {
        "taken": F("taken") - 1,
        "capacity": F("capacity") - Least(F("over"), 1),
        "over": Greatest(F("over") - 1, 0),
    }
    if channel != Channel.PHONE:
        taken[f"taken_{channel}"] = F(f"taken_{channel}") - 1
    rows = [slot_row] if units == 1 else [slot.pk for slot in stretch(slot_row, units)]
    Slot.objects.filter(pk__in=rows).update(**taken)
    return rows


def give_back(slot_row: int, *, channel: str, units: int = 1, at: datetime) -> None:
    """Count the places of an appointment as free again and offer each to the waitlist."""
    offer_freed(uncount(slot_row, channel=channel, units=units), at=at)


def offer_freed(slot_rows: list[int], *, at: datetime) -> None:
    """Keep what has become free for the first on the waitlist and tell them; with nobody waiting it is simply free."""
    for slot_row in slot_rows:
        _offer(slot_row, at=at)


def _offer(slot_row: int, *, at: datetime) -> None:
    values: dict[str, Any] = {
        "slot": slot_row,
        "at": at,
        "most": MOST_OFFERS,
        "booked": AppointmentState.BOOKED,
        "open": OfferState.OPEN,
        "each": rules.SLOT_LENGTH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_IN_LINE, values)
        row = cursor.fetchone()
    if row is None:
        return
    wish_row, appointment_row, begins, units = row
    slot = Slot.objects.select_related("schedule__venue").get(pk=begins)
    until = rules.offer_end(at=at, starts_at=slot.starts_at)
    if until is None or not _keep(begins, units):
        return
    Wish.objects.filter(pk=wish_row).update(offers_made=F("offers_made") + 1)
    offer = Offer.objects.create(wish_id=wish_row, slot=slot, made_at=at, until=until)
    appointment = Appointment.objects.get(pk=appointment_row)
    tell_citizen(appointment, EARLIER, slot=slot, until=until, expires_at=until, at=at)
    record(
        verb="offer.make",
        subject=f"appointment:{appointment.public_id}",
        by=Actor.system("booking.waitlist"),
        at=at,
        detail={"offer": offer.public_id},
    )


def _keep(slot_row: int, units: int) -> bool:
    """Count every slot of a stretch as taken by phone, or none.

    A slot that somebody is just changing is not waited for: slots are locked in one order, and this comes after one.
    """
    rows = stretch(slot_row, units, wait=False)
    if len(rows) < units or any(slot.free_by_phone <= 0 for slot in rows):
        return False
    Slot.objects.filter(pk__in=[slot.pk for slot in rows]).update(taken=F("taken") + 1)
    return True


def count_as(slot_row: int, *, channel: str, units: int) -> None:
    """Let the quota of a channel know of a stretch that was kept as a phone's: its holder had booked through there."""
    if channel != Channel.PHONE:
        rows = [slot.pk for slot in stretch(slot_row, units)]
        Slot.objects.filter(pk__in=rows).update(**{f"taken_{channel}": F(f"taken_{channel}") + 1})
