"""Use cases of exports: asking for one, how far it is, its end."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from onetrip.core.audit import Actor, record
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.insights import rules
from onetrip.domain.insights.errors import FormUnknown, TooManyExports
from onetrip.domain.insights.models import Export
from onetrip.domain.insights.states import EXPORT, UNDER_WAY, ExportForm, ExportState, ExportSubject

__all__ = ["ask_export", "expire_exports", "fail", "finish", "note_download", "progress", "start"]


@use_case
def ask_export(
    *,
    staff_id: int,
    subject: str = ExportSubject.VISITS,
    form: str,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    by: Actor,
    at: datetime,
) -> str:
    """Ask for a file of a period's visits or fees and return the export's id. Raises FormUnknown, TooManyExports."""
    if form not in ExportForm.values or subject not in ExportSubject.values:
        raise FormUnknown(field="form")
    lock_name(f"exports:{staff_id}")
    if (
        Export.objects.filter(staff_id=staff_id, state__in=UNDER_WAY, expires_at__gt=at).count()
        >= rules.MOST_EXPORTS
    ):
        raise TooManyExports()
    row = Export.objects.create(
        staff_id=staff_id,
        subject=subject,
        form=form,
        since=since,
        until=until,
        venue_codes=None if venue_codes is None else list(venue_codes),
        asked_at=at,
        expires_at=at + rules.EXPORT_KEPT,
    )
    defer("insights.write_export", export_id=row.public_id)
    detail = {"subject": subject, "form": form, "since": since, "until": until, "venues": row.venue_codes}
    record(verb="export.ask", subject=f"export:{row.public_id}", by=by, at=at, detail=detail)
    return row.public_id


def _locked(export_id: str) -> Export:
    return lock_one(Export.objects.filter(public_id=export_id))


@use_case
def start(*, export_id: str, total: int) -> None:
    """Begin, or begin again after a worker died. Raises WrongState once it is over, NotFound."""
    row = _locked(export_id)
    row.state = EXPORT.next_state(row.state, "start")
    row.total, row.written = total, 0
    row.save(update_fields=["state", "total", "written"])


@use_case
def progress(*, export_id: str, written: int) -> None:
    """Note how many rows are written."""
    Export.objects.filter(public_id=export_id, state=ExportState.RUNNING).update(written=written)


@use_case
def finish(*, export_id: str, file: str, written: int, at: datetime) -> None:
    """The file is there. Raises WrongState, NotFound."""
    row = _locked(export_id)
    row.state = EXPORT.next_state(row.state, "finish")
    row.file, row.written, row.total = file, written, written
    row.expires_at = at + rules.EXPORT_KEPT
    row.save(update_fields=["state", "file", "written", "total", "expires_at"])


@use_case
def fail(*, export_id: str) -> None:
    """It could not be written; whoever asked can ask again."""
    row = _locked(export_id)
    if EXPORT.allows(row.state, "fail"):
        row.state = EXPORT.next_state(row.state, "fail")
        row.save(update_fields=["state"])


@use_case
def note_download(*, export_id: str, by: Actor, at: datetime) -> None:
    """Write down that somebody fetches the file."""
    record(verb="export.download", subject=f"export:{export_id}", by=by, at=at)


@use_case
def expire_exports(*, at: datetime, limit: int = 100) -> int:
    """Delete the files of exports past their time; return how many."""
    due = Export.objects.filter(expires_at__lte=at).exclude(state=ExportState.GONE).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    for row in rows:
        if row.file:  # at the commit: a deletion that is rolled back must not leave a row without its file
            transaction.on_commit(partial(default_storage.delete, row.file))
        row.state, row.file = EXPORT.next_state(row.state, "expire"), ""
        row.save(update_fields=["state", "file"])
    return len(rows)
