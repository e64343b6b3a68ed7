"""Taking a place in a slot, keeping it, moving it, giving it back.

Lock order: appointment, then slots by row number. The count `taken` moves in the same statement that checks it, and
the check constraint stands behind that.
"""

import secrets
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.database import ask
from onetrip.core.errors import NotFound, Refusal
from onetrip.core.events import publish
from onetrip.core.ids import new_public_id
from onetrip.core.locks import lock_one, locked
from onetrip.core.ready import Ready, save
from onetrip.core.unit import current_unit, use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import (
    AlreadyBooked,
    BookCloser,
    NotOpenYet,
    SlotFull,
    SlotPast,
    TooLateToChange,
    TooManyLive,
    VisitFull,
    WrongSlot,
    WrongVenue,
)
from onetrip.domain.booking.events import AppointmentMoved, AppointmentReleased
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.queries import note_full, slot_serves
from onetrip.domain.booking.services.freeing import give_back, offer_freed, stretch_of, uncount
from onetrip.domain.booking.services.marks import set_mark
from onetrip.domain.booking.states import APPOINTMENT, LIVE, MOST_LIVE, AppointmentState, Channel, MarkKind

# One statement finds the place, checks it and counts it. What a channel may take: what is free, but for what the other
# channels still have kept; by phone only days that are open, and near ones for who has missed too often. Who was sent
# back from a visit may have what is kept, too: they have stood in the hall for it once.
_TAKE = """
UPDATE booking_slot AS s SET taken = taken + 1,
  taken_hall = taken_hall + (%(channel)s = 'hall')::int,
  taken_hotline = taken_hotline + (%(channel)s = 'hotline')::int
FROM booking_schedule AS d
WHERE s.public_id = %(slot)s AND s.starts_at > %(at)s AND d.id = s.schedule_id AND %(competence)s = ANY(d.competences)
  AND CASE %(channel)s::text
    WHEN 'hall' THEN capacity - taken - GREATEST(kept_hotline - taken_hotline, 0) > 0
    WHEN 'hotline' THEN capacity - taken - GREATEST(kept_hall - taken_hall, 0) > 0
    ELSE (free_by_phone > 0 OR (%(sent_back)s AND capacity > taken)) AND opens_at <= %(at)s AND (s.day <= %(near)s OR (
      SELECT count(*) < %(marks)s FROM booking_mark
      WHERE citizen_id = %(citizen)s AND at > %(since)s AND NOT forgiven)) END
RETURNING s.id
"""
# Written into the statements: the database keeps one plan of them, and an index of the live ones alone serves only who
# says beforehand that it is about them.
_LIVE = ", ".join(f"'{state}'" for state in LIVE)
# Which of a person's few places this one is. Two at the same moment find the same number, and the database lets one in.
_PLACE_NO = f"""(
  SELECT min(n) FROM generate_series(1, %(most_live)s) AS n WHERE %(channel)s = 'phone' AND NOT EXISTS (
    SELECT FROM booking_appointment WHERE citizen_id = %(citizen)s AND place_no = n AND state IN ({_LIVE})))"""
# Who has a place for the same errand already gets no second one, and where only some venues are competent it is one of
# them: looked for in the same breath.
_FIRST_OF_ITS_KIND = f"""s.public_id = %(slot)s AND NOT EXISTS (
    SELECT FROM booking_appointment WHERE citizen_id = %(citizen)s AND item_code = %(item_code)s
      AND state IN ({_LIVE}))
  AND (%(subdistrict)s::varchar IS NULL OR EXISTS (SELECT FROM venues_venue AS v WHERE v.id = d.venue_id
      AND (v.jurisdiction = '{{}}' OR v.jurisdiction @> ARRAY[%(subdistrict)s::varchar])))"""
_TAKE_AND_HOLD = f"""
WITH place AS ({_TAKE.replace("s.public_id = %(slot)s", _FIRST_OF_ITS_KIND)})
INSERT INTO booking_appointment (public_id, slot_id, citizen_id, channel, competence, item_code, item_name, state,
  held_until, arrival_code, made_at, changed_at, units, place_no)
SELECT %(id)s, place.id, %(citizen)s, %(channel)s, %(competence)s, %(item_code)s, %(item_name)s, 'held',
  %(until)s, %(code)s, %(at)s, %(at)s, %(units)s, own.place_no FROM place, {_PLACE_NO} AS own(place_no)
WHERE %(channel)s <> 'phone' OR own.place_no IS NOT NULL
RETURNING id
"""


def _take(statement: str, **wish: Any) -> int:
    """Count one place as taken and return what the statement returns; say why when there is none."""
    taken = _count_one(statement, **wish)
    if taken is not None:
        return taken
    if wish["citizen_id"] is not None and "most_live" in wish and _has_enough(wish["citizen_id"]):
        raise TooManyLive(most=MOST_LIVE)
    if wish.get("subdistrict") and _is_elsewhere(wish["slot_id"], wish["subdistrict"]):
        raise WrongVenue(field="venue")
    refusal = _why_not(wish["slot_id"], wish["competence"], channel=wish["channel"], at=wish["at"])
    if isinstance(refusal, SlotFull):
        note_full(wish["slot_id"])
    raise refusal


def _count_one(
    statement: str,
    *,
    slot_id: str,
    citizen_id: int | None,
    sent_back: bool = False,
    at: datetime,
    **more: Any,
) -> int | None:
    values = {
        "slot": slot_id, "citizen": citizen_id, "at": at, "sent_back": sent_back, "near": _nearest_with_marks(at),
        "marks": rules.MARKS_THAT_COUNT, "since": at - rules.MARK_LASTS, **more,
    }  # fmt: skip
    rows = ask(statement, values)
    return int(rows[0][0]) if rows else None


def _has_enough(citizen_id: int) -> bool:
    numbered = Appointment.objects.filter(citizen_id=citizen_id, state__in=LIVE, place_no__isnull=False)
    return numbered.count() >= MOST_LIVE


def _is_elsewhere(slot_id: str, subdistrict_code: str) -> bool:
    return Slot.objects.filter(public_id=slot_id).exists() and not slot_serves(slot_id, subdistrict_code)


def _nearest_with_marks(at: datetime) -> date:
    return rules.last_day(clock.city_day(at), limited=True)


def _why_not(slot_id: str, competence: str, *, channel: str, at: datetime) -> Refusal:
    slot = Slot.objects.select_related("schedule").filter(public_id=slot_id).first()
    if slot is None:
        return NotFound()
    if competence not in slot.schedule.competences:
        return WrongSlot(field="slot")
    if slot.starts_at <= at:
        return SlotPast()
    if channel == Channel.PHONE and slot.opens_at > at:
        opens = clock.city_time(slot.opens_at)
        return NotOpenYet(day=opens.date().isoformat(), time=f"{opens:%H:%M}")
    if channel == Channel.PHONE and slot.free_by_phone > 0 and slot.day > _nearest_with_marks(at):
        return BookCloser(days=rules.DAYS_WITH_MARKS)
    return SlotFull()


def _new_arrival_code() -> str:
    """Eight digits that can be read out at a reception desk; they only count at one venue on one day."""
    return f"{secrets.randbelow(10**8):08d}"


_LIVE_OF: Ready[Appointment] = Ready(
    lambda citizen_id, item_code: Appointment.objects.filter(
        citizen_id=citizen_id, item_code=item_code, state__in=LIVE
    ).select_for_update(),
    citizen_id=int,
    item_code=str,
)
BY_ID = Ready(
    lambda appointment_id: Appointment.objects.filter(public_id=appointment_id).select_for_update(),
    appointment_id=str,
)


@use_case
def hold_slot(
    *,
    slot_id: str,
    citizen_id: int | None,
    competence: str,
    item_code: str,
    item_name: str,
    channel: Channel = Channel.PHONE,
    sent_back: bool = False,
    units: int = 1,
    subdistrict_code: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Keep a place for five minutes and return the appointment's id. A second hold for the same item moves the first.

    `units`: how many slots in a row from this one on (`rules.units_for`); all of them or none.
    `sent_back`: a visit for the same errand ended with “returned”; places kept for other channels are open to them.
    `subdistrict_code`: only at a venue that is competent for its people.
    Raises SlotFull (VisitFull where not all of several are free), SlotPast, WrongSlot, WrongVenue, AlreadyBooked,
    TooManyLive, NotOpenYet, BookCloser, NotFound.
    """
    who: dict[str, Any] = {
        "competence": competence, "citizen_id": citizen_id, "channel": channel, "sent_back": sent_back, "at": at
    }  # fmt: skip
    if units > 1:
        _let_earlier_go(citizen_id, item_code, by=by, at=at)
        _take_rest(slot_id, units, **who)
    appointment_id = new_public_id()
    wish: dict[str, Any] = {
        "slot_id": slot_id, **who, "units": units, "id": appointment_id, "item_code": item_code,
        "item_name": item_name, "until": at + rules.HOLD, "code": _new_arrival_code(), "most_live": MOST_LIVE,
        "subdistrict": subdistrict_code,
    }  # fmt: skip
    key = _count_one(_TAKE_AND_HOLD, **wish)
    if key is None:  # seldom: then it is time to look why, and once more without the earlier place
        _let_earlier_go(citizen_id, item_code, by=by, at=at)
        key = _take(_TAKE_AND_HOLD, **wish)
    current_unit().notes[f"appointment:{appointment_id}"] = key
    record(verb="appointment.hold", subject=f"appointment:{appointment_id}", by=by, at=at)
    return appointment_id


def _let_earlier_go(citizen_id: int | None, item_code: str, *, by: Actor, at: datetime) -> None:
    """Give back what this citizen holds for the same item. Raises AlreadyBooked for what is more than held."""
    earlier = _LIVE_OF.first(citizen_id=citizen_id, item_code=item_code) if citizen_id is not None else None
    if earlier is not None and earlier.state != AppointmentState.HELD:
        raise AlreadyBooked()
    if earlier is not None:
        release(earlier, verb="cancel", by=by, at=at)


def _take_rest(slot_id: str, units: int, **who: Any) -> None:
    """Count what a longer matter takes after its first slot, which may well be free: the refusal says what is not."""
    try:
        for slot in stretch_of(slot_id, units)[1:]:
            _take(_TAKE, slot_id=slot.public_id, **who)
    except SlotFull:
        raise VisitFull() from None


@use_case
def hold_still(*, appointment_id: str, state: str) -> bool:
    """Lock an appointment until the end of the use case and say whether it is in this state. Raises NotFound."""
    return locked(BY_ID.first(appointment_id=appointment_id)).state == state


@use_case
def cancel_appointment(*, appointment_id: str, on_behalf: bool = False, by: Actor, at: datetime) -> None:
    """Give the place back. Doing it twice is the same as once. `on_behalf`: staff do it because its holder asks.

    Until `rules.CANCEL_FREE` before the time this costs nothing; later the citizen gets a mark. Raises TooLateToChange
    once the time has begun, WrongState, NotFound.
    """
    appointment = lock_one(Appointment.objects.select_related("slot").filter(public_id=appointment_id))
    if appointment.state == AppointmentState.CANCELLED:
        return
    booked, starts_at = appointment.state == AppointmentState.BOOKED, appointment.slot.starts_at
    if booked and starts_at <= at:
        raise TooLateToChange()
    release(appointment, verb="cancel", by=by, at=at)
    if booked and (on_behalf or by.kind == "citizen") and rules.is_late_cancel(at=at, starts_at=starts_at):
        set_mark(appointment, kind=MarkKind.LATE_CANCEL, at=at)


def release(appointment: Appointment, *, verb: str, by: Actor, at: datetime) -> None:
    appointment.state = APPOINTMENT.next_state(appointment.state, verb)
    appointment.changed_at = at
    save(appointment, "state", "changed_at")
    give_back(appointment.slot_id, channel=appointment.channel, units=appointment.units, at=at)
    record(verb=f"appointment.{verb}", subject=f"appointment:{appointment.public_id}", by=by, at=at)
    publish(AppointmentReleased(appointment_id=appointment.public_id, state=appointment.state, at=at, by=by))


@use_case
def reschedule_appointment(
    *, appointment_id: str, slot_id: str, sent_back: bool = False, by: Actor, at: datetime
) -> None:
    """Move a booking in one step; `sent_back` as in hold_slot. If the new time is full (SlotFull) the old place stays.
    Raises TooLateToChange once the old time has begun, SlotPast, WrongState, NotFound."""
    change_time(appointment_id, slot_id=slot_id, sent_back=sent_back, by=by, at=at)
    publish(AppointmentMoved(appointment_id=appointment_id, at=at, by=by))


def change_time(
    appointment_id: str, *, slot_id: str, by: Actor, at: datetime, sent_back: bool = False
) -> None:
    """Move a booking and tell nobody yet: whoever hears of it locks what comes after all appointments and slots."""
    appointment = lock_one(Appointment.objects.select_related("slot").filter(public_id=appointment_id))
    state = APPOINTMENT.next_state(appointment.state, "reschedule")
    if appointment.slot.starts_at <= at:
        raise TooLateToChange()
    appointment.state = state
    move_to(appointment, slot_id=slot_id, sent_back=sent_back, at=at)
    record(verb="appointment.reschedule", subject=f"appointment:{appointment_id}", by=by, at=at)


def move_to(appointment: Appointment, *, slot_id: str, sent_back: bool = False, at: datetime) -> None:
    """Take a place of another slot for a locked appointment, then give the old one back, and write it down."""
    who: dict[str, Any] = {
        "competence": appointment.competence, "citizen_id": appointment.citizen_id, "channel": appointment.channel,
        "sent_back": sent_back, "at": at,
    }  # fmt: skip
    new_row = _exchange(appointment, slot_id, who)
    appointment.slot_id, appointment.changed_at = new_row, at
    if appointment.complete_by is not None:
        starts_at = Slot.objects.values_list("starts_at", flat=True).get(pk=new_row)
        appointment.complete_by = rules.complete_by(at=at, starts_at=starts_at)
    appointment.save(update_fields=["slot", "state", "changed_at", "complete_by"])


def _exchange(appointment: Appointment, slot_id: str, who: dict[str, Any]) -> int:
    """Take the new place, give the old one back, and return the new slot's row; refused, everything stays."""
    before, units = appointment.slot_id, appointment.units
    at = who["at"]
    wanted = Slot.objects.filter(public_id=slot_id).values_list("pk", flat=True)
    rows = Slot.objects.filter(pk__in=[before, *wanted])
    if units > 1:
        both = [*rows.values_list("schedule_id", "starts_at")]
        rows = Slot.objects.filter(_within(both, units))
    # All rows in one order: two people swapping their times must not wait for each other.
    list(rows.order_by("pk").select_for_update())
    if units == 1:
        new_row = _take(_TAKE, slot_id=slot_id, **who)
        give_back(before, channel=appointment.channel, at=at)
        return new_row
    # A stretch may move onto a part of itself, so the old one is counted back first; nobody sees it before the end.
    freed = uncount(before, channel=appointment.channel, units=units)
    _take_rest(slot_id, units, **who)
    new_row = _take(_TAKE, slot_id=slot_id, **who)
    offer_freed(freed, at=at)
    return new_row


def _within(beginnings: list[tuple[int, datetime]], units: int) -> Q:
    found = Q()
    for schedule, starts_at in beginnings:
        end = starts_at + rules.SLOT_LENGTH * units
        found |= Q(schedule_id=schedule, starts_at__gte=starts_at, starts_at__lt=end)
    return found


@use_case
def expire_holds(*, at: datetime, limit: int = 500) -> int:
    """Give back the places of holds whose five minutes are over; return how many. Safe to run in parallel."""
    due = Appointment.objects.filter(state=AppointmentState.HELD, held_until__lte=at).order_by(
        "slot_id", "pk"
    )
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    for appointment in rows:
        release(appointment, verb="expire", by=Actor.system("booking.expire_holds"), at=at)
    return len(rows)
