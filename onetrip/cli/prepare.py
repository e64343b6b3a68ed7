"""`onetrip prepare`: tables and sample city, skipped when nothing they are made from has changed.

The demo runs this as a process of its own, so that it need not load Django itself, and reads the progress
from its output: lines of JSON.
"""

import argparse
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.environment import set_up_django
from onetrip.cli.refusals import CannotStart
from onetrip.cli.upkeep import load_reference

SOURCES = (
    "onetrip/**/migrations/*.py",
    "onetrip/domain/catalog/*.py",
    "onetrip/domain/*/messages.yaml",
    "onetrip/cli/sample_city/**/*",
    "catalog/**/*",
    "city/**/*",
    "requirements.lock",
)
CITY_BUILDER = "onetrip.cli.sample_city"


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("prepare", help="tables and sample city (what `demo` does first)")
    parser.add_argument("--json", action="store_true", help="report progress as lines of JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate and build the sample city, then note in the database what they were made from."""
    tell = _tell_json if arguments.json else _tell_person
    tell(0, 1, "Setting up the tables")
    set_up_django()
    if os.environ.get("ONETRIP_MODE") != "demo":
        raise CannotStart("The sample city is for the demo only: production uses `onetrip migrate`.")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    load_reference()
    if importlib.util.find_spec(CITY_BUILDER) is not None:
        builder = importlib.import_module(CITY_BUILDER)
        builder.build(progress=lambda step, done, total: tell(done, total, f"Building the city: {step}"))
    note_fingerprint(database_url=os.environ["DATABASE_URL"], value=fingerprint())
    return 0


def fingerprint(*, checkout: Path = CHECKOUT) -> str:
    """A digest of every file that tables and sample city are made from."""
    digest = hashlib.sha256()
    for path in _source_files(checkout):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(checkout)} {content}\n".encode())
    return digest.hexdigest()


def is_prepared(*, database_url: str) -> bool:
    """Whether this database was prepared from exactly these files."""
    with psycopg.connect(database_url, connect_timeout=10) as connection:
        row = connection.execute(
            "SELECT obj_description(to_regclass('public.django_migrations'), 'pg_class')"
        ).fetchone()
    return row is not None and row[0] == _note(fingerprint())


def note_fingerprint(*, database_url: str, value: str) -> None:
    """Keep the digest with the data it speaks of: as the comment of Django's own table."""
    with psycopg.connect(database_url) as connection:
        connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(_note(value)))


def _note(value: str) -> str:
    return f"onetrip prepared from {value}"


def _source_files(checkout: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        for path in sorted(checkout.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _tell_json(done: float, total: float, text: Any) -> None:
    print(json.dumps({"done": done, "total": total, "text": str(text)}, ensure_ascii=False), flush=True)


def _tell_person(done: float, total: float, text: Any) -> None:
    print(f"{text} {done}/{total}", flush=True)
