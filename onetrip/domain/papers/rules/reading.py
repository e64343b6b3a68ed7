"""What is written on a paper: fields and dates out of lines as a reader gives them, errors included."""

import re
from collections.abc import Sequence
from datetime import date

from onetrip.domain.papers.views import Line

_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_DATE = re.compile(r"((?:19|20)\d\d)[.\-年/:]?(0[1-9]|1[0-2])[.\-月/:]?(0[1-9]|[12]\d|3[01])")
_MONTH = re.compile(r"((?:19|20)\d\d)年(0?[1-9]|1[0-2])月")
_CLEAR = 0.9  # a number read with less is not argued about


def rows_of(lines: Sequence[Line]) -> list[str]:
    """Return the writing row by row, without blanks: what stands side by side belongs together."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        row = next(
            (row for row in rows if abs(row[0].y - line.y) < 0.55 * min(row[0].height, line.height)), None
        )
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    return [
        "".join(line.text for line in sorted(row, key=lambda line: line.x)).replace(" ", "") for row in rows
    ]


def has(keyword: str, text: str) -> bool:
    """Say whether the keyword stands in the text; one letter in four may have been misread."""
    if keyword in text:
        return True
    allowed = len(keyword) // 4
    if allowed == 0:
        return False
    for start in range(len(text) - len(keyword) + 1):
        wrong = sum(a != b for a, b in zip(keyword, text[start : start + len(keyword)], strict=True))
        if wrong <= allowed:
            return True
    return False


def id_numbers(lines: Sequence[Line]) -> list[str]:
    """Return the ID numbers that were read clearly."""
    clear = (line.text.replace(" ", "") for line in lines if line.confidence >= _CLEAR)
    return [found.group().upper() for text in clear for found in _NUMBER.finditer(text)]


def valid_until(rows: Sequence[str]) -> date | None:
    """Return the last day of validity: the end of a span, or of “valid until”; None for unlimited or unread."""
    for row in rows:
        if "长期" in row:
            return None
    for row in rows:
        dates = _dates(row)
        if len(dates) >= 2 and dates[-1].year - dates[0].year >= 4:
            return dates[-1]
        if "有效期至" in row or "有效期止" in row:
            if dates:
                return dates[-1]
            month = _MONTH.search(row)
            if month:
                return _last_of_month(int(month[1]), int(month[2]))
    return None


def _dates(row: str) -> list[date]:
    found = []
    for year, month, day in _DATE.findall(row):
        try:
            found.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _last_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def name_after(keyword: str, rows: Sequence[str]) -> str | None:
    """Return the two to four letters that follow the keyword, None where they cannot be told."""
    for row in rows:
        _before, found, rest = row.partition(keyword)
        if found:
            name = re.match(
                r"[:：]?([\u4e00-\u9fff·]{2,4}?)(?=性[别別]|国籍|出生|民族|户主|与户|[^\u4e00-\u9fff·]|$)",
                rest,
            )
            if name:
                return name[1]
    return None
