"""Both engines together, each only where no URL names a running server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onetrip.cli.engines.binaries import reachable_binaries
from onetrip.cli.engines.folders import run_folder
from onetrip.cli.engines.postgres import Postgres
from onetrip.cli.engines.valkey import Valkey
from onetrip.cli.owner import EngineUser

DATABASE = "onetrip"


@dataclass(kw_only=True)
class Engines:
    """`postgres` or `valkey` is None where the environment names a real server instead."""

    postgres: Postgres | None
    valkey: Valkey | None
    database_url: str
    valkey_url: str

    def start(self) -> None:
        """Start what is embedded.

        Raises:
            CannotStart: one line with the reason; what had started is stopped again.
        """
        try:
            if self.postgres is not None:
                self.postgres.start()
                self.postgres.make_database(DATABASE)
            if self.valkey is not None:
                self.valkey.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()


def plan_engines(
    *, home: Path, user: EngineUser, environ: Mapping[str, str], throw_away: bool = False
) -> Engines:
    """The engines for this home, not yet started; `DATABASE_URL` and `VALKEY_URL` take their place.

    Raises:
        CannotStart: the programs are missing or cannot be put where `user` can run them.
    """
    database_url, valkey_url = environ.get("DATABASE_URL", ""), environ.get("VALKEY_URL", "")
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    if not (database_url and valkey_url):
        binaries = reachable_binaries(user=user, home=home)
        run = run_folder(home, user=user)
        if not database_url:
            postgres = Postgres(
                programs=binaries.postgres_bin, folder=home / "postgres", run=run,
                log=home / "log" / "postgres.log", user=user, throw_away=throw_away,
            )  # fmt: skip
            database_url = postgres.url(DATABASE)
        if not valkey_url:
            valkey = Valkey(
                program=binaries.valkey_server, run=run, log=home / "log" / "valkey.log", user=user
            )
            valkey_url = valkey.url()
    return Engines(postgres=postgres, valkey=valkey, database_url=database_url, valkey_url=valkey_url)
