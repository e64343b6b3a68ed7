"""Real servers for tests: `onetrip serve …` processes on real ports and a database with committed rows.

Each module of tests gets a fresh copy of a template database: with the sample city, or with tables only.
"""

import fcntl
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
from psycopg import sql

from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port

ANSWERS_WITHIN_S = 100  # a busy machine; usually three
_numbers = itertools.count()


@dataclass
class Server:
    """One `onetrip serve` process; `url` is empty for the job worker."""

    part: str
    url: str
    port: int
    log: Path
    child: "subprocess.Popen[bytes]"

    @property
    def live_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def kill(self) -> None:
        """End it as a power cut would; its worker processes follow."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self) -> int:
        return children.stop(self.child)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class Farm:
    """Servers that share one database and one Valkey; `environ` is what they see."""

    def __init__(self, *, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "PYTHONPATH": str(CHECKOUT),
            "ONETRIP_DB_POOL": "6",
            **settings,
        }
        self.servers: list[Server] = []

    def start(self, part: str, *options: str, port: int | None = None) -> Server:
        """Start `onetrip serve <part>`; returns at once, see `wait_until_it_answers`."""
        chosen = 0 if part == "worker" else (port or free_port())
        listen = [] if part == "worker" else ["--port", str(chosen)]
        log = self.folder / f"{part}-{next(_numbers)}.log"
        with log.open("w", encoding="utf-8") as output:
            child = children.spawn(
                [sys.executable, "-m", "onetrip", "serve", part, *listen, *options],
                environ=self.environ,
                output=output,
                folder=CHECKOUT,
            )
        url = f"http://localhost:{chosen}" if chosen else ""
        server = Server(part, url, chosen, log, child)
        self.servers.append(server)
        return server

    def wait_until_it_answers(self, server: Server, path: str = "/") -> None:
        """Return when the server answers HTTP at all; AssertionError with its output when it does not."""
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while time.monotonic() < deadline and server.child.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{server.port}{path}", timeout=10)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"serve {server.part} does not answer:\n{server.said()[-4000:]}")

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()


class LiveServers(Farm):
    """The demo's topology: pages and sockets on one port (`url`), and a worker."""

    def open(self) -> None:
        self.pages = self.start("all")
        self.jobs = self.start("worker")
        self.wait_until_it_answers(self.pages)

    @property
    def url(self) -> str:
        return self.pages.url


def database_from_template(*, cluster_url: str, folder: Path, city: bool) -> str:
    """A new database, copied from a template that is made once per test run; returns its URL."""
    template = "template_city" if city else "template_tables"
    name = f"live_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    # Also around the copy: PostgreSQL copies no database that somebody is connected to.
    with _only_one(folder / f"{template}.lock"), psycopg.connect(cluster_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if there is None:
            _make_template(cluster_url=cluster_url, template=template, city=city)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return url_of(cluster_url, name)


def drop_database(*, cluster_url: str, url: str) -> None:
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def url_of(cluster_url: str, database: str) -> str:
    """The same server's URL with another database."""
    return urlunsplit(urlsplit(cluster_url)._replace(path=f"/{database}"))


def _make_template(*, cluster_url: str, template: str, city: bool) -> None:
    """Build under another name and rename: a build that failed is not taken for a template."""
    building = f"{template}_building"
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building))
        )
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        made = subprocess.run(
            [sys.executable, "-m", "onetrip", "prepare" if city else "migrate"],
            env={**os.environ, "DATABASE_URL": url_of(cluster_url, building)},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr[-4000:]
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(building), sql.Identifier(template)
            )
        )


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
