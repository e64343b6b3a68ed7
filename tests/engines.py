"""The test run's own PostgreSQL and Valkey, in a throw-away folder.

PostgreSQL is started once, by the process that the user started, and shared: each pytest-xdist worker makes
its own database in it. Valkey is started once per process that runs tests, because its channels know no
databases. `DATABASE_URL` and `VALKEY_URL` in the environment name running servers instead.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from onetrip.cli.engines.binaries import reachable_binaries
from onetrip.cli.engines.embedded import DATABASE
from onetrip.cli.engines.folders import lock_home, run_folder
from onetrip.cli.engines.postgres import Postgres
from onetrip.cli.engines.valkey import Valkey
from onetrip.cli.owner import EngineUser, choose_engine_user
from onetrip.cli.refusals import CannotStart

PREFIX = "onetrip-tests-"
FOLDER_VARIABLE = "ONETRIP_TESTS_FOLDER"
ABANDONED_AFTER_S = 2 * 3600
# Every process of the run has sites of its own with their pools here, and one test alone opens sixty transactions.
CONNECTIONS = "300"


class TestEngines:
    """What this process started or shares; `point_settings_at_them()` must run before Django loads."""

    __test__ = False

    def __init__(self) -> None:
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        self.user: EngineUser = choose_engine_user()
        shared = os.environ.get(FOLDER_VARIABLE) if self.worker else None
        self.folder = Path(shared) if shared else self._make_folder()
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    def point_settings_at_them(self) -> None:
        """Export where the engines will be. Sockets have names known beforehand, so nothing need run yet."""
        binaries = reachable_binaries(user=self.user, home=self.folder)
        if not os.environ.get("DATABASE_URL"):
            self.postgres = self._postgres(self.folder)
            os.environ["DATABASE_URL"] = self.postgres.url(DATABASE)
        own = self.folder / (self.worker or "main")
        own.mkdir(mode=0o755, exist_ok=True)
        given = os.environ.get("ONETRIP_TESTS_VALKEY_URL") or (
            os.environ.get("VALKEY_URL", "") if not self.worker else ""
        )
        if given:
            os.environ["ONETRIP_TESTS_VALKEY_URL"] = given
            number = int(self.worker.removeprefix("gw") or -1) + 1 if self.worker else 0
            os.environ["VALKEY_URL"] = f"{given.rsplit('?', 1)[0].rstrip('/')}?db={number}"
        else:
            self.valkey = Valkey(
                program=binaries.valkey_server, run=run_folder(own, user=self.user),
                log=own / "valkey.log", user=self.user,
            )  # fmt: skip
            os.environ["VALKEY_URL"] = self.valkey.url()
        os.environ[FOLDER_VARIABLE] = str(self.folder)
        os.environ["ONETRIP_HOME"] = str(own)

    def start(self) -> None:
        if self.postgres is not None:
            self.postgres.start()
            self.postgres.make_database(DATABASE)
        if self.valkey is not None:
            self.valkey.start()

    def stop(self) -> None:
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if not self.worker:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def another_postgres(self, name: str) -> Iterator[Postgres]:
        """A cluster beside the shared one, running: for who must stop one while other processes' tests go on."""
        folder = self.folder / name
        folder.mkdir(mode=0o755, exist_ok=True)
        postgres = self._postgres(folder)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()

    def _postgres(self, folder: Path) -> Postgres:
        return Postgres(
            programs=reachable_binaries(user=self.user, home=self.folder).postgres_bin, folder=folder / "postgres",
            run=run_folder(folder, user=self.user), log=folder / "postgres.log", user=self.user, throw_away=True,
            settings={"max_connections": CONNECTIONS},
        )  # fmt: skip

    def _make_folder(self) -> Path:
        """A short path (sockets!) that the database user can enter; old ones of killed runs are removed."""
        for old in Path("/tmp").glob(f"{PREFIX}*"):
            with contextlib.suppress(FileNotFoundError):  # its run has just ended
                found = old.stat()
                if found.st_uid == os.geteuid() and time.time() - found.st_mtime > ABANDONED_AFTER_S:
                    _remove_if_abandoned(old)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        folder.chmod(0o755)
        self._lock = lock_home(folder)
        return folder


def _remove_if_abandoned(folder: Path) -> None:
    try:
        lock_home(folder).close()
    except CannotStart:
        return
    shutil.rmtree(folder, ignore_errors=True)
