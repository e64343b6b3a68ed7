"""Writing an export: rows are read in pages and written one by one, however many; no lock is held meanwhile."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from onetrip.core.clock import city_time
from onetrip.core.ids import new_public_id
from onetrip.core.transitions import WrongState
from onetrip.domain.cases import queries as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.insights import rules, services
from onetrip.domain.insights.models import Export
from onetrip.domain.venues import queries as venues

_PAGE = 1000


class _Sheet(Protocol):
    def write(self, row: list[Any]) -> None: ...
    def close(self) -> None: ...


class _Csv:
    """RFC 4180 with a mark at its begin, so that a spreadsheet reads the Chinese."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)

    def write(self, row: list[Any]) -> None:
        self._rows.writerow([rules.plain_cell(value) for value in row])

    def close(self) -> None:
        self._file.close()


class _Xlsx:
    """One row is in memory at a time; texts are texts, whatever they begin with."""

    def __init__(self, path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        self._at = 0

    def write(self, row: list[Any]) -> None:
        for column, value in enumerate(row):
            if isinstance(value, int):
                self._sheet.write_number(self._at, column, value)
            else:
                self._sheet.write_string(self._at, column, value)
        self._at += 1

    def close(self) -> None:
        self._book.close()


_SHEETS: dict[str, type[_Csv] | type[_Xlsx]] = {"csv": _Csv, "xlsx": _Xlsx}


def write_export(*, export_id: str, at: datetime) -> None:
    """Write the file of an export and put it where only its owner finds it. One that is over is left alone."""
    row = Export.objects.filter(public_id=export_id).first()
    if row is None:
        return
    try:
        services.start(export_id=export_id, total=cases.count_visits(**_scope(row)))
    except WrongState:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"visits.{row.form}"
        try:
            written = _fill(_SHEETS[row.form](path), row)
            with path.open("rb") as ready:
                name = default_storage.save(f"exports/{new_public_id()}.{row.form}", File(ready))
        except Exception:
            services.fail(export_id=export_id)
            raise
    services.finish(export_id=export_id, file=name, written=written, at=at)


def _scope(row: Export) -> dict[str, Any]:
    return {"since": row.since, "until": row.until, "venue_codes": row.venue_codes}


def _fill(sheet: _Sheet, row: Export) -> int:
    written = 0
    try:
        sheet.write(_head())
        names = {venue.code: venue.name for venue in venues.venues()}
        for page in _pages(row):
            items = catalog.names_of(line.item_code for line in page)
            versions = catalog.names_of_versions(line.guide_version for line in page)
            for line in page:
                sheet.write(_cells(line, names, items, versions))
            written += len(page)
            services.progress(export_id=row.public_id, written=written)
    finally:
        sheet.close()
    return written


def _pages(row: Export) -> Iterator[list[cases.VisitLine]]:
    after = 0
    while page := cases.visits_after(**_scope(row), after=after, limit=_PAGE):
        yield page
        after = page[-1].key


def _head() -> list[Any]:
    return [_("Day"), _("Time"), _("Venue"), _("Venue code"), _("Item"), _("Item code"), _("Version of the guide"),
            _("Channel"), _("Officer asked"), _("Visit number"), _("Outcome"), _("Reason"), _("Material"),
            _("Stars")]  # fmt: skip


def _cells(
    line: cases.VisitLine, names: dict[str, str], items: dict[str, str], versions: dict[str, tuple[str, int]]
) -> list[Any]:
    moment = city_time(line.at)
    version = versions.get(line.guide_version)
    return [
        moment.date().isoformat(),
        f"{moment:%H:%M}",
        names.get(line.venue_code, ""),
        line.venue_code,
        items.get(line.item_code, ""),
        line.item_code,
        version[1] if version else "",
        line.came,
        _("yes") if line.consulted else _("no"),
        line.number,
        line.outcome,
        line.reason,
        line.material,
        line.stars if line.stars is not None else "",
    ]
