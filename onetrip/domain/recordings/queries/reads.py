"""Recordings as the citizen and the staff see them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.recordings.models import Recording
from onetrip.domain.recordings.queries.policy import terms_of
from onetrip.domain.recordings.states import KEPT, OPEN
from onetrip.domain.recordings.views import AnswerView, LookView, RecordingView, SegmentView


def within_reach(*, staff_id: int, venue_codes: Sequence[str] | None) -> "QuerySet[Recording]":
    """Return what a member of staff may know of: their own calls, and those of the venues in reach (None: all)."""
    rows = Recording.objects.select_related("consultation", "officer")
    if venue_codes is None:
        return rows
    return rows.filter(Q(officer_id=staff_id) | Q(venue_code__in=venue_codes))


def open_in(*, consultation_id: str, user_id: int) -> str | None:
    """Return the recording that is asked for or under way in a call, to one of its parties or a guest who is there."""
    mine = (
        Q(consultation__citizen_id=user_id)
        | Q(consultation__officer_id=user_id)
        | Q(consultation__guests__user_id=user_id, consultation__guests__state="here")
    )
    rows = Recording.objects.filter(mine, consultation__public_id=consultation_id, state__in=OPEN)
    return rows.values_list("public_id", flat=True).first()


def recordings_of(*, consultation_id: str, citizen_id: int) -> list[RecordingView]:
    """Return what was recorded of a citizen's own call, with everybody who looked; nothing of a stranger's."""
    rows = Recording.objects.filter(
        consultation__public_id=consultation_id, consultation__citizen_id=citizen_id, began_at__isnull=False
    )
    return [_whole(row) for row in rows.select_related("consultation", "officer").order_by("pk")]


def recordings_for_staff(
    *, staff_id: int, venue_codes: Sequence[str] | None, limit: int, offset: int = 0
) -> list[RecordingView]:
    """Return recordings within reach, the latest first: that there are such, not what is in them."""
    rows = within_reach(staff_id=staff_id, venue_codes=venue_codes).filter(began_at__isnull=False)
    return [_view(row) for row in rows.order_by("-asked_at", "-pk")[offset : offset + limit]]


def recording_for_staff(
    *, recording_id: str, staff_id: int, venue_codes: Sequence[str] | None, by: Actor, at: datetime
) -> RecordingView:
    """Return one recording within reach with its answers and looks, and note the look at them; NotFound for others."""
    rows = within_reach(staff_id=staff_id, venue_codes=venue_codes)
    row = rows.filter(public_id=recording_id, began_at__isnull=False).first()
    if row is None:
        raise NotFound()
    record(verb="recording.read", subject=f"recording:{recording_id}", by=by, at=at)
    return _whole(row)


def _view(row: Recording) -> RecordingView:
    lasted = (row.stopped_at - row.began_at).total_seconds() if row.stopped_at and row.began_at else None
    return RecordingView(
        id=row.public_id,
        consultation_id=row.consultation.public_id,
        state=row.state,
        item_name=row.consultation.item_name,
        officer_name=row.officer.name,
        post_label=row.post_label,
        why="",
        asked_at=row.asked_at,
        began_at=row.began_at,
        lasted_s=None if lasted is None else int(lasted),
        expires_at=row.expires_at,
        size=row.size,
        chunks=row.chunks,
        playable=row.state in KEPT and row.chunks > 0,
    )


def _whole(row: Recording) -> RecordingView:
    sizes = dict(row.pieces.values_list("segment").annotate(Sum("size")).order_by())
    stretches = row.stretches.filter(chunks__gt=0).order_by("number")
    return replace(
        _view(row),
        why=terms_of(row.guide_version, row.kept_days).why,
        segments=tuple(
            SegmentView(one.number, one.content_type, one.began_at, sizes.get(one.number, 0))
            for one in stretches
        ),
        answers=tuple(AnswerView(one.kind, one.agreed, one.at) for one in row.consents.order_by("at", "pk")),
        looks=tuple(
            LookView(one.staff.name, one.reason, one.words, one.at)
            for one in row.looks.select_related("staff").order_by("at", "pk")
        ),
    )
