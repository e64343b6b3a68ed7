"""Databases for tests, copied from templates that are made once per test run: copying takes a tenth of a second."""

import fcntl
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
from django.db import connection
from psycopg import sql

from onetrip.cli.engines.folders import CHECKOUT

_numbers = itertools.count()


@dataclass(frozen=True)
class Template:
    """What a new database has in it: `fill` is called with the URL of a copy of `on` (None: an empty database)."""

    name: str
    fill: Callable[[str], None]
    on: "Template | None" = None


def _run(*words: str) -> Callable[[str], None]:
    def run(url: str) -> None:
        environ = {
            **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "onetrip.project.settings",
        }  # fmt: skip
        made = subprocess.run(
            [sys.executable, "-m", *words], env=environ, cwd=CHECKOUT, capture_output=True, text=True
        )
        assert made.returncode == 0, made.stderr[-4000:]

    return run


TABLES = Template("tables", _run("django", "migrate"))
# As every installation is: with what is shipped in files and belongs into tables.
INSTALLED = Template("installed", _run("onetrip", "migrate"), on=TABLES)
CITY = Template("city", _run("onetrip", "prepare"), on=INSTALLED)


@contextmanager
def a_database(template: Template, *, cluster_url: str, folder: Path) -> Iterator[str]:
    """The URL of a new copy of the template, removed afterwards. `folder`: shared by this run's processes."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    _copy(template, name, cluster_url=cluster_url, folder=folder)
    try:
        yield url_of(cluster_url, name)
    finally:
        _do(cluster_url, "DROP DATABASE {} WITH (FORCE)", name)


def url_of(cluster_url: str, database: str) -> str:
    """The same server's URL with another database."""
    return urlunsplit(urlsplit(cluster_url)._replace(path=f"/{database}"))


@contextmanager
def django_on(url: str) -> Iterator[None]:
    """Let Django's default connection in this process talk to another database, of another server too."""
    # In place: every thread and every event loop has a connection of its own, and all of them share these settings.
    before, there = dict(connection.settings_dict), dj_database_url.parse(url)
    _turn_to(
        NAME=there["NAME"], HOST=there["HOST"], PORT=there["PORT"],
        OPTIONS={**before["OPTIONS"], **there["OPTIONS"]},
    )  # fmt: skip
    try:
        yield
    finally:
        _turn_to(**before)


def _turn_to(**settings: Any) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(settings)


def carry_over(url: str, *, into: str, programs: Path) -> None:
    """Fill an empty database, of another cluster, with all that one holds; `programs`: PostgreSQL's."""
    with tempfile.NamedTemporaryFile(suffix=".dump") as file:
        for words in (
            ["pg_dump", "--format=custom", "--compress=none", f"--file={file.name}", url],
            ["pg_restore", "--exit-on-error", f"--dbname={into}", file.name],
        ):
            subprocess.run([programs / words[0], *words[1:]], check=True)


def _copy(template: Template, name: str, *, cluster_url: str, folder: Path) -> None:
    ready = f"template_{template.name}"
    # Also around the copy: PostgreSQL copies no database that somebody is connected to.
    with _only_one(folder / f"{ready}.lock"):
        with psycopg.connect(cluster_url) as link:
            there = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ready]).fetchone()
        if there is None:
            _make(template, ready, cluster_url=cluster_url, folder=folder)
        _do(cluster_url, "CREATE DATABASE {} TEMPLATE {}", name, ready)


def _make(template: Template, ready: str, *, cluster_url: str, folder: Path) -> None:
    """Build under another name and rename: a build that failed is not taken for a template."""
    building = f"{ready}_building"
    _do(cluster_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", building)
    if template.on is None:
        _do(cluster_url, "CREATE DATABASE {}", building)
    else:
        _copy(template.on, building, cluster_url=cluster_url, folder=folder)
    template.fill(url_of(cluster_url, building))
    _do(cluster_url, "ALTER DATABASE {} RENAME TO {}", building, ready)


def _do(cluster_url: str, statement: str, *names: str) -> None:
    with psycopg.connect(cluster_url, autocommit=True) as link:
        link.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
