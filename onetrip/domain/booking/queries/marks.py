"""Marks for wasted places: what counts against somebody now, and which objections wait for an answer."""

from datetime import date, datetime

from onetrip.core import clock
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Mark
from onetrip.domain.booking.views import AppealView, MarkView, Standing
from onetrip.domain.venues import queries as venues


def marks_of(*, citizen_id: int, at: datetime) -> Standing:
    """Return the marks of the last weeks: which count, which were forgiven, and whether they limit booking."""
    rows = (
        Mark.objects.filter(citizen_id=citizen_id, at__gt=at - rules.MARK_LASTS)
        .select_related("appointment__slot__schedule__venue")
        .order_by("-at")
    )
    views = [(row.forgiven, _view(row, at)) for row in rows]
    counting = [view for forgiven, view in views if not forgiven]
    return Standing(
        counting=counting,
        forgiven=[view for forgiven, view in views if forgiven],
        limits=len(counting) >= rules.MARKS_THAT_COUNT,
    )


def last_day_by_phone(*, citizen_id: int, at: datetime) -> date:
    """Return up to which day somebody may book by phone: marks that count let it be only the next days."""
    counting = Mark.objects.filter(citizen_id=citizen_id, at__gt=at - rules.MARK_LASTS, forgiven=False)
    return rules.last_day(clock.city_day(at), limited=counting.count() >= rules.MARKS_THAT_COUNT)


def _view(row: Mark, at: datetime) -> MarkView:
    appointment = row.appointment
    return MarkView(
        id=row.public_id,
        kind=row.kind,
        at=row.at,
        forgotten_at=row.at + rules.MARK_LASTS,
        item_name=appointment.item_name,
        venue_name=venues.named(appointment.slot.schedule.venue),
        starts_at=appointment.slot.starts_at,
        may_appeal=row.appealed_at is None and at <= row.at + rules.APPEAL_WITHIN,
        appeal=row.appeal,
        answered=row.answered_at is not None,
        answer=row.answer,
    )


def open_appeals(*, venue_code: str, limit: int = 100) -> list[AppealView]:
    """Return the objections that nobody of this venue has answered yet, the oldest first."""
    rows = Mark.objects.filter(
        appealed_at__isnull=False,
        answered_at__isnull=True,
        appointment__slot__schedule__venue__code=venue_code,
    ).select_related("appointment__slot", "citizen")
    return [
        AppealView(
            id=row.public_id,
            kind=row.kind,
            citizen_name=row.citizen.name,
            item_name=row.appointment.item_name,
            starts_at=row.appointment.slot.starts_at,
            marked_at=row.at,
            words=row.appeal,
        )
        for row in rows.order_by("appealed_at")[:limit]
    ]


def would_be_late(*, starts_at: datetime, at: datetime) -> bool:
    """Say whether cancelling now would be noted as late."""
    return rules.is_late_cancel(at=at, starts_at=starts_at)
