"""What the database was asked, in its own words: proof that the floor asks exactly what Django asks."""

import re
import time
from collections.abc import Callable

from bench.stage import Stage, stage_database

_ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] ", re.MULTILINE)
_ASKED = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)", re.DOTALL)
_VALUE = re.compile(r"E?'(?:[^']|'')*'|\b\d+\b")


def statements_during(stage: Stage, work: Callable[[], object]) -> list[str]:
    """Return the statements that reached PostgreSQL meanwhile, in order, with a ? for every value."""
    log = stage.folder / "log" / "postgres.log"
    _switch_logging(stage, on=True)
    beginning = log.stat().st_size
    work()
    time.sleep(0.2)
    with log.open(encoding="utf-8") as file:
        file.seek(beginning)
        entries = _ENTRY.split(file.read())
    _switch_logging(stage, on=False)
    asked = (found.group(1) for entry in entries if (found := _ASKED.match(entry)))
    return [_VALUE.sub("?", " ".join(one.split())) for one in asked if "pg_reload_conf" not in one]


def _switch_logging(stage: Stage, *, on: bool) -> None:
    with stage_database(stage) as connection:
        connection.execute(f"ALTER SYSTEM SET log_statement = '{'all' if on else 'none'}'")
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)  # every session looks at its configuration before its next statement


def require_same(django: list[str], floor: list[str]) -> None:
    """Raise RuntimeError with the first difference."""
    for number, (one, other) in enumerate(zip(django, floor, strict=False)):
        if one != other:
            raise RuntimeError(f"statement {number}: Django asks\n  {one}\nthe floor asks\n  {other}")
    if len(django) != len(floor) or not django:
        raise RuntimeError(f"Django asks {len(django)} statements, the floor {len(floor)}")
