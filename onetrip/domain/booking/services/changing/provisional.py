"""A place for papers that are not complete yet: given back in time for somebody else, unless all is there by then."""

from datetime import datetime, timedelta

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment
from onetrip.domain.booking.services.places import release
from onetrip.domain.booking.services.telling import GIVEN_BACK, PAPERS_COMPLETE, tell_citizen
from onetrip.domain.booking.states import APPOINTMENT, AppointmentState

_WITH_VENUE = "slot__schedule__venue"


@use_case
def make_provisional(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """Ask that the papers be complete by a time; nothing where the visit is too near for that. Raises NotFound.

    Whom the venue has given another time is asked for nothing.
    """
    row = lock_one(Appointment.objects.select_related("slot").filter(public_id=appointment_id))
    if row.moved_by_venue_at is not None:
        return
    row.complete_by = rules.complete_by(at=at, starts_at=row.slot.starts_at)
    row.save(update_fields=["complete_by"])
    record(verb="appointment.make_provisional", subject=f"appointment:{appointment_id}", by=by, at=at)


@use_case
def say_complete(*, appointment_id: str, by: Actor, at: datetime) -> None:
    """All papers are there: the place is firm. Twice is the same as once. Raises WrongState, NotFound."""
    row = lock_one(Appointment.objects.filter(public_id=appointment_id))
    APPOINTMENT.next_state(row.state, "reschedule")
    if row.complete_by is None:
        return
    row.complete_by = None
    row.save(update_fields=["complete_by"])
    record(verb="appointment.say_complete", subject=f"appointment:{appointment_id}", by=by, at=at)


@use_case
def remind_incomplete(*, at: datetime, limit: int = 200) -> int:
    """Remind those whose time to complete the papers ends within a day, once; return how many."""
    due = Appointment.objects.filter(
        state=AppointmentState.BOOKED,
        complete_by__gt=at,
        complete_by__lte=at + rules.REMIND_BEFORE,
        reminded_at__isnull=True,
        made_at__lte=at - timedelta(hours=1),
    ).select_related(_WITH_VENUE)
    rows = list(due.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    for row in rows:
        assert row.complete_by is not None
        tell_citizen(
            row,
            PAPERS_COMPLETE,
            slot=row.slot,
            until=row.complete_by,
            expires_at=row.complete_by,
            at=at,
        )
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=at)
    return len(rows)


@use_case
def release_incomplete(*, at: datetime, limit: int = 200) -> int:
    """Give back what was not said to be complete in time, without a mark, and tell why; return how many."""
    due = Appointment.objects.filter(state=AppointmentState.BOOKED, complete_by__lte=at).select_related(
        _WITH_VENUE
    )
    rows = list(due.order_by("slot_id", "pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    by = Actor.system("booking.release_incomplete")
    for row in rows:
        tell_citizen(row, GIVEN_BACK, slot=row.slot, expires_at=row.slot.starts_at, at=at)
        release(row, verb="cancel", by=by, at=at)
    return len(rows)
