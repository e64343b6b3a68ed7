"""One embedded PostgreSQL cluster: made once, started, stopped, and taken over after a crash."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from onetrip.cli import children
from onetrip.cli.engines.folders import make_folder
from onetrip.cli.owner import EngineUser
from onetrip.cli.refusals import CannotStart

ROLE = "onetrip"
START_WITHIN_S = 60  # crash recovery of a demo's few hundred megabytes included

# Only over the private socket: no port to collide with, no password to leak.
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "wal_level": "minimal",
              "max_wal_senders": "0"}  # fmt: skip


@dataclass(kw_only=True)
class Postgres:
    """A cluster in `folder` with its socket in `run`, owned by `user`.

    `throw_away`: trade safety against power loss for speed; for tests only.
    """

    programs: Path
    folder: Path
    run: Path
    log: Path
    user: EngineUser
    throw_away: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The connection URL of one database of this cluster."""
        return f"postgresql://{ROLE}@/{database}?host={quote(os.fspath(self.run), safe='')}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, and return when it answers.

        Raises:
            CannotStart: one line with the reason.
        """
        self._remove_unfinished()
        if not self.folder.exists():
            self._make_cluster()
        self._check_folder()
        self._take_over()
        self._launch()

    def stop(self) -> None:
        """End it the fast way: no new work, open transactions rolled back, everything on disk."""
        if self.child is not None:
            children.stop(self.child, by=signal.SIGINT, within_s=30)
            self.child = None

    def make_database(self, name: str, *, template: str = "template0") -> None:
        """Create the database unless it is there.

        Raises:
            psycopg.Error: the template does not exist or is in use.
        """
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if there is None:
                identifiers = [sql.Identifier(part) for part in (name, template)]
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*identifiers))

    def _make_cluster(self) -> None:
        """Build it beside its place and rename: an interrupted build is never mistaken for a cluster."""
        building = Path(tempfile.mkdtemp(dir=make_folder(self.folder.parent), prefix=self._building_prefix()))
        if self.user.dropped:
            os.chown(building, self.user.uid, self.user.gid)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            maker = children.spawn(
                [self.programs / "initdb", "-D", building, "-U", ROLE, "-E", "UTF8", "--no-instructions",
                 "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=peer",
                 *(["--no-sync"] if self.throw_away else [])],
                environ=_environment(), output=said, user=self.user, folder=Path("/"),
                stop_signal=signal.SIGKILL,
            )  # fmt: skip
            try:
                code = maker.wait()
            finally:
                children.stop(maker, by=signal.SIGKILL)
            if code != 0:
                said.seek(0)
                shutil.rmtree(building, ignore_errors=True)
                raise CannotStart(f"PostgreSQL could not make its data folder: {_reason(said.read())}")
        # The kernel says who is at the other end of the socket: root (the pages, when root runs the
        # demo) and the database user come in, nobody else.
        (building / "pg_hba.conf").write_text("local all all peer map=onetrip\n", encoding="ascii")
        doors = "".join(f"onetrip {name} {ROLE}\n" for name in dict.fromkeys(("root", self.user.name)))
        (building / "pg_ident.conf").write_text(doors, encoding="utf-8")
        building.rename(self.folder)

    def _building_prefix(self) -> str:
        return f"{self.folder.name}.building-"

    def _remove_unfinished(self) -> None:
        for left_over in self.folder.parent.glob(f"{self._building_prefix()}*"):
            for number in _at_work_in(left_over):
                os.kill(number, signal.SIGKILL)
            shutil.rmtree(left_over, ignore_errors=True)

    def _check_folder(self) -> None:
        version_file = self.folder / "PG_VERSION"
        start_over = "start over with `make demo ARGS=--reset` (its data is lost) or move the folder away."
        if not version_file.is_file() or not (self.folder / "global" / "pg_control").is_file():
            raise CannotStart(f"The data folder {self.folder} is incomplete: {start_over}")
        owner = self.folder.stat().st_uid
        if owner != self.user.uid:
            raise CannotStart(
                f"The data folder {self.folder} belongs to user id {owner}, not to '{self.user.name}': "
                "run as the same user as before, or set ONETRIP_HOME to another folder."
            )
        ours = subprocess.run(
            [self.programs / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1].split(".")[0]  # fmt: skip
        theirs = version_file.read_text(encoding="ascii").strip()
        if theirs != ours:
            raise CannotStart(
                f"The data folder {self.folder} was made by PostgreSQL {theirs}, this is {ours}: {start_over}"
            )

    def _take_over(self) -> None:
        """Clear what a killed run left: end its server if it still shuts down, drop a stale lock file.

        The caller holds the home's lock, so a server still in this folder has lost its onetrip.
        """
        lock_file = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            number = int(lock_file.read_text(encoding="utf-8").splitlines()[0])
            if number in _at_work_in(self.folder):
                os.kill(number, signal.SIGINT)
        # Also after the server itself was killed: its sessions take a moment to notice.
        if not _wait(lambda: not _at_work_in(self.folder), within_s=30):
            raise CannotStart(f"Another PostgreSQL still works in {self.folder}: stop it first.")
        # The number in the lock files may have gone to a stranger, which PostgreSQL would take for itself.
        for left_over in (lock_file, self.run / ".s.PGSQL.5432.lock", self.run / ".s.PGSQL.5432"):
            left_over.unlink(missing_ok=True)

    def _launch(self) -> None:
        options = {**ALWAYS, **(THROW_AWAY if self.throw_away else {}), **self.settings}
        argv: list[str | Path] = [self.programs / "postgres", "-D", self.folder, "-k", self.run]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        make_folder(self.log.parent)
        beginning = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("a", encoding="utf-8") as log:
            self.child = children.spawn(
                argv, environ=_environment(), output=log, user=self.user, folder=Path("/"),
                stop_signal=signal.SIGINT,
            )  # fmt: skip
        if not _wait(self._answers_or_ended, within_s=START_WITHIN_S) or self.child.poll() is not None:
            children.stop(self.child, by=signal.SIGINT)
            self.child = None
            with self.log.open(encoding="utf-8", errors="replace") as log:
                log.seek(beginning)
                raise CannotStart(f"PostgreSQL did not start: {_reason(log.read())} (see {self.log})")

    def _answers_or_ended(self) -> bool:
        if self.child is None or self.child.poll() is not None:
            return True
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _environment() -> dict[str, str]:
    """What the server sees of our environment: no PG* variable of the user's may change what it does."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _at_work_in(folder: Path) -> set[int]:
    """The processes that work in this data folder, as every process of a PostgreSQL server does."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):  # gone, a zombie, or a stranger's
            if entry.readlink() == folder.resolve():
                found.add(int(entry.parent.name))
    return found


def _wait(true: Callable[[], bool], *, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()


def _reason(output: str) -> str:
    """The line of a server's output that says why: the last FATAL or error, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    line = (telling or lines or ["it said nothing"])[-1]
    for mark in ("FATAL:", "PANIC:", "error:"):
        line = line.split(mark, 1)[-1].strip()
    return line
