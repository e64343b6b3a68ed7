"""Places that were wasted: noted, explained, open to objection, forgiven by time."""

from datetime import datetime

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import AppealEmpty, AppealTooLate
from onetrip.domain.booking.events import AppointmentReleased
from onetrip.domain.booking.models import Appointment, Mark
from onetrip.domain.booking.states import APPOINTMENT, AppointmentState, MarkKind


def set_mark(appointment: Appointment, *, kind: MarkKind, at: datetime) -> None:
    """Note that a place was wasted.

    Whoever was booked in the hall without an account gets none, nor does anybody at a time the venue chose for them.
    """
    if appointment.citizen_id is not None and appointment.moved_by_venue_at is None:
        Mark.objects.create(appointment=appointment, citizen_id=appointment.citizen_id, kind=kind, at=at)


@use_case
def appeal_mark(*, mark_id: str, citizen_id: int, words: str, by: Actor, at: datetime) -> None:
    """Say why it was not one's fault; a person answers. Raises AppealEmpty, AppealTooLate, NotFound."""
    mark = lock_one(Mark.objects.filter(public_id=mark_id, citizen_id=citizen_id))
    if mark.appealed_at is not None or at > mark.at + rules.APPEAL_WITHIN:
        raise AppealTooLate()
    if not words.strip():
        raise AppealEmpty(field="words")
    mark.appeal, mark.appealed_at = words.strip()[:1000], at
    mark.save(update_fields=["appeal", "appealed_at"])
    record(verb="mark.appeal", subject=f"mark:{mark_id}", by=by, at=at)


@use_case
def answer_appeal(
    *, mark_id: str, venue_code: str, forgive: bool, words: str, by: Actor, at: datetime
) -> None:
    """Forgive the mark or let it stand, with a reason; one that is answered stays so. Raises AppealEmpty, NotFound."""
    open_appeals = Mark.objects.filter(appealed_at__isnull=False, answered_at__isnull=True)
    mark = lock_one(
        open_appeals.filter(public_id=mark_id, appointment__slot__schedule__venue__code=venue_code)
    )
    if not forgive and not words.strip():
        raise AppealEmpty(field="words")
    mark.forgiven, mark.answer, mark.answered_at = forgive, words.strip()[:1000], at
    mark.save(update_fields=["forgiven", "answer", "answered_at"])
    record(verb="mark.answer", subject=f"mark:{mark_id}", by=by, at=at, detail={"forgiven": forgive})


@use_case
def mark_no_shows(*, at: datetime, limit: int = 500) -> int:
    """Close bookings whose holder never came; return how many. The place stays counted: nobody can use it any more."""
    due = Appointment.objects.filter(
        state=AppointmentState.BOOKED, slot__ends_at__lte=at - rules.NO_SHOW_AFTER
    )
    rows = list(due.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
    by = Actor.system("booking.mark_no_shows")
    for appointment in rows:
        appointment.state = APPOINTMENT.next_state(appointment.state, "miss")
        appointment.changed_at = at
        appointment.save(update_fields=["state", "changed_at"])
        set_mark(appointment, kind=MarkKind.NO_SHOW, at=at)
        detail = {"day": clock.city_day(at)}
        record(
            verb="appointment.miss",
            subject=f"appointment:{appointment.public_id}",
            by=by,
            at=at,
            detail=detail,
        )
        publish(
            AppointmentReleased(appointment_id=appointment.public_id, state=appointment.state, at=at, by=by)
        )
    return len(rows)
