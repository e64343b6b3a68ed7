"""Writing an export: rows are read in pages and written one by one, however many; no lock is held meanwhile."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from onetrip.core.ids import new_public_id
from onetrip.core.transitions import WrongState
from onetrip.domain.insights import services
from onetrip.domain.insights.flows.contents import CONTENTS, Content
from onetrip.domain.insights.flows.sheets import SHEETS, Sheet
from onetrip.domain.insights.models import Export

_PAGE = 1000


def write_export(*, export_id: str, at: datetime) -> None:
    """Write the file of an export and put it where only its owner finds it. One that is over is left alone."""
    row = Export.objects.filter(public_id=export_id).first()
    if row is None:
        return
    content = CONTENTS[row.subject]
    try:
        services.start(export_id=export_id, total=content.count(**_scope(row)))
    except WrongState:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{row.subject}.{row.form}"
        try:
            written = _fill(SHEETS[row.form](path), row, content)
            with path.open("rb") as ready:
                name = default_storage.save(f"exports/{new_public_id()}.{row.form}", File(ready))
        except Exception:
            services.fail(export_id=export_id)
            raise
    services.finish(export_id=export_id, file=name, written=written, at=at)


def _scope(row: Export) -> dict[str, Any]:
    return {"since": row.since, "until": row.until, "venue_codes": row.venue_codes}


def _fill(sheet: Sheet, row: Export, content: Content) -> int:
    written = 0
    try:
        sheet.write(content.head())
        for page in _pages(row, content):
            for line in content.rows(page):
                sheet.write(line)
            written += len(page)
            services.progress(export_id=row.public_id, written=written)
    finally:
        sheet.close()
    return written


def _pages(row: Export, content: Content) -> Iterator[list[Any]]:
    after = 0
    while page := content.after(**_scope(row), after=after, limit=_PAGE):
        yield page
        after = page[-1].key
