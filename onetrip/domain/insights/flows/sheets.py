"""What an export is written into: one row at a time, however many."""

import csv
from pathlib import Path
from typing import Any, Protocol

from onetrip.domain.insights import rules


class Sheet(Protocol):
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
        import xlsxwriter

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


SHEETS: dict[str, type[_Csv] | type[_Xlsx]] = {"csv": _Csv, "xlsx": _Xlsx}
