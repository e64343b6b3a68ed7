"""What all benchmarks stand on: throw-away engines with PostgreSQL's default settings, the sample city, servers."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from onetrip.cli import children
from onetrip.cli.engines.embedded import Engines, plan_engines
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.engines.postgres import Postgres
from onetrip.cli.owner import choose_engine_user
from onetrip.cli.ports import free_port

ANSWERS_WITHIN_S = 60
# As on a machine of two cores in production: one web process a core. The pools (2 × 10) leave PostgreSQL's default of
# 100 connections to others.
WEB_PROCESSES = 2

Tell = Callable[[str], None]


@dataclass
class Server:
    """A server process that we started."""

    port: int
    child: "subprocess.Popen[bytes]"
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Stage:
    """The engines and the environment that points to them. `quick`: tiny durations, to try the benchmarks out."""

    folder: Path
    engines: Engines
    quick: bool
    tell: Tell
    environ: dict[str, str] = field(default_factory=dict)
    servers: list[Server] = field(default_factory=list)

    def seconds(self, normal: float) -> float:
        """How long to measure."""
        return max(0.5, normal / 8) if self.quick else normal

    def count(self, normal: int) -> int:
        """How many of something to take."""
        return max(20, normal // 8) if self.quick else normal

    def serve(self, *argv: str, environ: dict[str, str] | None = None, path: str = "/") -> Server:
        """Start a program that listens on `--port`, and return when it answers HTTP."""
        port = free_port()
        log = self.folder / f"server-{len(self.servers)}.log"
        with log.open("w", encoding="utf-8") as output:
            child = children.spawn(
                [sys.executable, "-m", *argv, "--port", str(port)],
                environ={**self.environ, **(environ or {})},
                output=output,
                folder=CHECKOUT,
            )
        server = Server(port, child, log)
        self.servers.append(server)
        wait_for(lambda: _answers(f"{server.url}{path}"), within_s=ANSWERS_WITHIN_S, server=server)
        return server

    def serve_web(self) -> Server:
        """Start the pages as production does."""
        return self.serve("onetrip", "serve", "web", "--workers", str(WEB_PROCESSES))

    def stop(self, server: Server) -> None:
        """End a server."""
        children.stop(server.child)
        self.servers.remove(server)


def wait_for(true: Callable[[], bool], *, within_s: float, server: Server | None = None) -> None:
    """Return when it is true; RuntimeError with the server's words when it never is."""
    deadline = time.monotonic() + within_s
    while not true():
        ended = server is not None and server.child.poll() is not None
        if ended or time.monotonic() > deadline:
            said = server.log.read_text(encoding="utf-8", errors="replace")[-2000:] if server else ""
            raise RuntimeError(f"waited {within_s} s in vain\n{said}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10):
            return True
    except OSError as error:
        return hasattr(error, "code")  # an answer all the same


@contextmanager
def set_up(*, quick: bool, tell: Tell) -> Iterator[Stage]:
    """Engines, tables, the sample city; Django in this process works on them. Everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="onetrip-bench-", dir="/tmp"))
    folder.chmod(0o755)  # the database user has to get through
    engines = plan_engines(home=folder, user=choose_engine_user(), environ={})
    stage = Stage(folder=folder, engines=engines, quick=quick, tell=tell)
    try:
        tell("starting PostgreSQL (its default settings) and Valkey")
        engines.start()
        _check_defaults(engines.postgres)
        _point_at(stage)
        tell("building the sample city")
        run(stage, "onetrip", "prepare")
        run(stage, "onetrip", "static")
        _load_django(stage.environ)
        yield stage
    finally:
        for server in reversed(stage.servers):
            children.stop(server.child)
        engines.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(stage: Stage, *argv: str) -> None:
    """Run a program to its end; RuntimeError with its words when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *argv], env=stage.environ, cwd=CHECKOUT, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)} failed:\n{done.stderr[-2000:]}")


def _check_defaults(postgres: Postgres | None) -> None:
    """A figure measured with a faster database than the default one would be none."""
    import psycopg

    assert postgres is not None
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "100"}
    with psycopg.connect(postgres.url("postgres")) as connection:
        for name, value in wanted.items():
            row = connection.execute(f"SHOW {name}").fetchone()
            if row is None or row[0] != value:
                raise RuntimeError(f"PostgreSQL runs with {name} = {row and row[0]}, its default is {value}")


def _point_at(stage: Stage) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONETRIP_")}
    stage.environ = {
        **kept,
        "DATABASE_URL": stage.engines.database_url,
        "VALKEY_URL": stage.engines.valkey_url,
        "ONETRIP_HOME": os.fspath(stage.folder),
        "ONETRIP_MODE": "demo",  # only a demo has a sample city
        "ONETRIP_BOOKING_TRIES": "1000000000",  # counted as in production, and one machine plays everybody
        "ONETRIP_SECRET_KEY": "only-for-benchmarks-" + "0" * 44,
        "PYTHONPATH": os.fspath(CHECKOUT),
        "PYTHONHASHSEED": "0",
    }


def _load_django(environ: dict[str, str]) -> None:
    os.environ.update(environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
    # Playwright keeps an event loop in this thread; our own database calls are meant to wait all the same.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    import django

    django.setup()


def on_a_copy(stage: Stage, name: str) -> Stage:
    """Copy the database as it stands, and return the same stage with its servers and connections on the copy."""
    import psycopg
    from django.db import connection as own
    from psycopg import sql

    own.close()  # what is copied may have nobody in it
    own.close_pool()  # type: ignore[attr-defined]
    parts = urlsplit(stage.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        names = sql.Identifier(name), sql.Identifier(parts.path[1:])
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [parts.path[1:]]
        )
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return replace(
        stage, environ={**stage.environ, "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}
    )


def stage_database(stage: Stage) -> Any:
    """A connection of our own, without Django: for measuring and for looking behind the scenes."""
    import psycopg

    return psycopg.connect(stage.environ["DATABASE_URL"], autocommit=True)
