"""A recording made into a program: the same statements for another citizen, with that citizen's values put in.

A value of the recording is known again when it stood in the request (session, case, slot …) or in a row that an
earlier statement returned. Moments near the recording's, or whole days from it, become moments as far from the
replay's; a public id that comes from nowhere was made up by Django, and is made up again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bench.recording import BEGIN, COMMIT, EXECUTE, Recorded, Step

CONSTANT, GIVEN, ROW, MOMENT, NEW_ID, TEXT = "constant", "given", "row", "moment", "new id", "text"
_PUBLIC_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
# Below this, numbers are counts, flags and limits; row numbers that must be told apart are made to start above.
SMALLEST_KEY = 1_000_000
_NEAR = timedelta(minutes=10)
_JUST_NOW = timedelta(seconds=10)

Source = tuple[Any, ...]


@dataclass
class Line:
    """One statement: where each of its values comes from, and whether its rows are needed later."""

    kind: str
    sql: str = ""
    sources: list[Source] | dict[str, Source] | None = None
    fetch: bool = False
    prepared: bool = False


@dataclass
class Program:
    """All lines of one kind of request, and the answer to give."""

    lines: list[Line]
    status: str
    headers: list[tuple[str, str]]
    body: bytes


def made_from(recorded: Recorded, *, given: Mapping[str, Any], at: datetime) -> Program:
    """Turn a recording into a program; `given`: name → value of what stood in the request."""
    reader = _Reader(given=dict(given), at=at)
    lines = [reader.line(step) for step in recorded.steps]
    return Program(lines, recorded.status, recorded.headers, recorded.body)


class _Reader:
    def __init__(self, *, given: dict[str, Any], at: datetime) -> None:
        self.at = at
        self.known: dict[tuple[type, Any], Source] = {
            (type(value), value): (GIVEN, name) for name, value in given.items()
        }
        self.number = -1
        self.new_ids = 0

    def line(self, step: Step) -> Line:
        self.number += 1
        if step.kind != EXECUTE:
            return Line(step.kind)
        sources: list[Source] | dict[str, Source] | None = None
        if isinstance(step.params, dict):
            sources = {name: self.source(value) for name, value in step.params.items()}
        elif step.params is not None:
            sources = [self.source(value) for value in step.params]
        for row_number, row in enumerate(step.rows or ()):
            for column, value in enumerate(row):
                if _is_telling(value):
                    self.known.setdefault((type(value), value), (ROW, self.number, row_number, column))
        return Line(EXECUTE, step.sql, sources, fetch=step.rows is not None, prepared=step.prepared)

    def source(self, value: Any) -> Source:
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, datetime):
            known = self.known.get((datetime, value))
            if known is not None:
                return known
            return self._moment(value)
        if type(value) in (int, date):
            return self.known.get((type(value), value), (CONSTANT, value))
        return (CONSTANT, value)

    def _moment(self, value: datetime) -> Source:
        """Near the recording's own moment, or whole days from it: worked out from the clock, and so again."""
        away = value - self.at
        whole_days = timedelta(days=round(away / timedelta(days=1)))
        # A time of day that stands in a calendar has no microseconds.
        if abs(away) < _NEAR or (value.microsecond and abs(away - whole_days) < _JUST_NOW):
            return (MOMENT, round(away.total_seconds()))
        return (CONSTANT, value)

    def _text(self, value: str) -> Source:
        known = self.known.get((str, value))
        if known is not None:
            return known
        if _PUBLIC_ID.fullmatch(value):
            self.new_ids += 1
            source = (NEW_ID, self.new_ids)
            self.known[(str, value)] = source
            return source
        pieces = list(self._pieces(value))
        return (CONSTANT, value) if len(pieces) == 1 else (TEXT, pieces)

    def _pieces(self, value: str) -> Iterator[Source]:
        """Cut a text like `case:<id>` at the ids that are known."""
        end = 0
        for found in _PUBLIC_ID.finditer(value):
            known = self.known.get((str, found.group()))
            if known is not None:
                if found.start() > end:
                    yield (CONSTANT, value[end : found.start()])
                yield known
                end = found.end()
        if end < len(value) or not value:
            yield (CONSTANT, value[end:])


def _is_telling(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= 6
    if type(value) is int:
        return value >= SMALLEST_KEY
    return isinstance(value, datetime)


def resolve(
    source: Source, given: Mapping[str, Any], rows: Mapping[int, Any], now: datetime, new: Any
) -> Any:
    """Return the value for this request."""
    kind = source[0]
    if kind == CONSTANT:
        return source[1]
    if kind == ROW:
        return rows[source[1]][source[2]][source[3]]
    if kind == GIVEN:
        return given[source[1]]
    if kind == MOMENT:
        return now + timedelta(seconds=source[1])
    if kind == NEW_ID:
        return new(source[1])
    return "".join(str(resolve(piece, given, rows, now, new)) for piece in source[1])


def check(program: Program, other: Recorded, *, given: Mapping[str, Any], at: datetime) -> None:
    """Refuse a program that would not have asked what Django asked in another recording of the same request."""
    kinds = [step.kind for step in other.steps]
    if kinds != [line.kind for line in program.lines]:
        raise RuntimeError(f"the two recordings differ: {kinds}")
    reader, made = _Reader(given=dict(given), at=at), {}
    rows: dict[int, Any] = {}
    for number, (line, step) in enumerate(zip(program.lines, other.steps, strict=True)):
        if line.kind in (BEGIN, COMMIT):
            continue
        if line.sql != step.sql:
            raise RuntimeError(f"another statement:\n{line.sql}\n{step.sql}")
        rows[number] = step.rows
        for source, value in _pairs(line.sources, step.params):
            if source[0] == NEW_ID:
                made.setdefault(source[1], value)
            elif source[0] != MOMENT and not _looks_random(value):
                would = resolve(source, given, rows, reader.at, made.__getitem__)
                if repr(would) != repr(value) and would != value:
                    raise RuntimeError(
                        f"the floor would ask with {would!r}, Django asked with {value!r}: {step.sql}"
                    )


def _pairs(sources: Any, params: Any) -> Iterator[tuple[Source, Any]]:
    if isinstance(sources, dict):
        yield from ((source, params[name]) for name, source in sources.items())
    else:
        yield from zip(sources or (), params or (), strict=True)


def _looks_random(value: Any) -> bool:
    """An arrival code, whose eight digits may be any, or a sealed text, which is another one each time."""
    return type(value).__name__ == "Binary" or (
        isinstance(value, str) and re.fullmatch(r"\d{8}", value) is not None
    )
