"""Somebody's own exports."""

from datetime import datetime

from onetrip.core.errors import NotFound
from onetrip.domain.insights.models import Export
from onetrip.domain.insights.states import UNDER_WAY, ExportState
from onetrip.domain.insights.views import ExportView


def exports_of(*, staff_id: int, at: datetime, limit: int = 20) -> list[ExportView]:
    """Return the exports somebody asked for, the latest first."""
    rows = Export.objects.filter(staff_id=staff_id).order_by("-asked_at", "-pk")[:limit]
    return [_view(row, at) for row in rows]


def _view(row: Export, at: datetime) -> ExportView:
    return ExportView(
        id=row.public_id,
        subject=row.subject,
        form=row.form,
        since=row.since,
        until=row.until,
        state=row.state,
        total=row.total,
        written=row.written,
        under_way=row.state in UNDER_WAY and at < row.expires_at,
        can_fetch=row.state == ExportState.READY and at < row.expires_at,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
    )


def export_file(*, export_id: str, staff_id: int, at: datetime) -> tuple[str, str, str]:
    """Return (name in the storage, subject, form) of an export to who asked for it; NotFound for others, and later."""
    rows = Export.objects.filter(
        public_id=export_id, staff_id=staff_id, state=ExportState.READY, expires_at__gt=at
    )
    found = rows.values_list("file", "subject", "form").first()
    if found is None:
        raise NotFound()
    return found
