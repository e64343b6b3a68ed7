"""A lead says who sits where, every week or on one day."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.unit import use_case
from onetrip.domain.venues.errors import (
    DeskUnknown,
    RosterClash,
    RosterEntryUnknown,
    StaffUnknown,
    WeekdayInvalid,
)
from onetrip.domain.venues.events import HoursChanged
from onetrip.domain.venues.models import Desk, RosterEntry
from onetrip.domain.venues.rules import clock_text
from onetrip.domain.venues.services.leading import check_weekday, lock_venue_to_lead, to_span


@use_case
def add_roster_entry(
    *,
    desk_id: int,
    staff_id: str | None,
    weekday: int | None = None,
    day: date | None = None,
    starts: time,
    ends: time,
    by: Actor,
    at: datetime,
) -> int:
    """Put somebody (a staff public id; None: not fixed who) at a desk, on a weekday or on one day; return the line.

    The entries of a day replace the desk's weekly ones on it. Raises DeskUnknown, NotAllowed, WeekdayInvalid (neither
    or both given), SpanInvalid, StaffUnknown, RosterClash.
    """
    desk = _lock_desk(desk_id, by=by)
    if (weekday is None) == (day is None):
        raise WeekdayInvalid(field="weekday")
    if weekday is not None:
        check_weekday(weekday)
    start, end = to_span(starts, ends)
    if day is not None:
        _drop_unstaffed(desk, day)
    entry = RosterEntry(
        desk=desk, staff_id=_staff_row(staff_id), weekday=weekday, day=day, starts=start, ends=end
    )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as clash:
        raise RosterClash(field="starts") from clash
    when = day.isoformat() if day else f"weekday {weekday}"
    detail = {
        "desk": desk.code,
        "staff": staff_id,
        "when": when,
        "hours": f"{clock_text(start)}-{clock_text(end)}",
    }
    _note(desk, verb="roster.added", day=day, by=by, at=at, detail=detail)
    return entry.pk


@use_case
def leave_unstaffed(*, desk_id: int, day: date, by: Actor, at: datetime) -> None:
    """Leave a desk empty on one day, whatever its weekly roster. Raises DeskUnknown, NotAllowed."""
    desk = _lock_desk(desk_id, by=by)
    RosterEntry.objects.filter(desk=desk, day=day).delete()
    RosterEntry.objects.create(desk=desk, day=day, starts=0, ends=0)
    _note(
        desk, verb="roster.left_unstaffed", day=day, by=by, at=at, detail={"desk": desk.code, "day": str(day)}
    )


@use_case
def remove_roster_entry(*, entry_id: int, by: Actor, at: datetime) -> None:
    """Take a line off the roster. Raises RosterEntryUnknown, NotAllowed."""
    entry = RosterEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise RosterEntryUnknown()
    desk = _lock_desk(entry.desk_id, by=by)
    if not RosterEntry.objects.filter(pk=entry_id).delete()[0]:
        raise RosterEntryUnknown()
    _note(desk, verb="roster.removed", day=entry.day, by=by, at=at, detail={"desk": desk.code})


def _lock_desk(desk_id: int, *, by: Actor) -> Desk:
    """Return the desk with its venue locked: rosters of a venue change one after the other."""
    desk = Desk.objects.select_related("venue").filter(pk=desk_id).first()
    if desk is None:
        raise DeskUnknown(field="desk")
    lock_venue_to_lead(venue_code=desk.venue.code, by=by)
    return desk


def _staff_row(public_id: str | None) -> int | None:
    if public_id is None:
        return None
    people = get_user_model().objects.filter(Q(public_id=public_id, kind="staff", is_active=True))
    found = people.values_list("pk", flat=True).first()
    if found is None:
        raise StaffUnknown(field="staff")
    return int(found)


def _drop_unstaffed(desk: Desk, day: date) -> None:
    RosterEntry.objects.filter(desk=desk, day=day, starts=0, ends=0).delete()


def _note(
    desk: Desk, *, verb: str, day: date | None, by: Actor, at: datetime, detail: Mapping[str, object]
) -> None:
    record(verb=verb, subject=f"venue:{desk.venue.code}", by=by, at=at, detail=dict(detail))
    publish(HoursChanged(venue_code=desk.venue.code, day=day, at=at, by=by))
