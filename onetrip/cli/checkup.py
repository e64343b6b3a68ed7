"""What `onetrip doctor` looks at: each finding good or wrong, with what to do."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
import redis

from onetrip.cli.engines.binaries import reachable_binaries
from onetrip.cli.engines.folders import CHECKOUT, choose_home
from onetrip.cli.environment import environment_of_running_demo
from onetrip.cli.owner import choose_engine_user
from onetrip.cli.refusals import CannotStart
from onetrip.cli.translations import stale

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 15


@dataclass(frozen=True)
class Finding:
    subject: str
    good: bool
    text: str


def look_at_everything(*, given: Mapping[str, str]) -> Iterator[Finding]:
    """Look at what onetrip needs. `given`: the URLs and the secret key of the environment, empty if unset."""
    yield Finding("Python", sys.version_info >= OLDEST_PYTHON, platform.python_version())
    front_end = CHECKOUT / "onetrip" / "faces" / "frame" / "static" / "dist"
    yield Finding("front end", front_end.is_dir(), "built" if front_end.is_dir() else "run: make front-end")
    old = stale(root=CHECKOUT / "onetrip")
    advice = "run: python -m onetrip translations"
    yield Finding("translations", not old, f"{len(old)} not compiled, {advice}" if old else "compiled")
    yield _embedded()
    urls = {**environment_of_running_demo(), **{name: value for name, value in given.items() if value}}
    if not urls.get("DATABASE_URL"):
        yield Finding("servers", True, "DATABASE_URL is not set and no demo runs: nothing to ask")
        return
    yield _database(urls["DATABASE_URL"])
    if urls.get("VALKEY_URL"):
        yield _valkey(urls["VALKEY_URL"])


def _embedded() -> Finding:
    try:
        user = choose_engine_user()
        home = choose_home(user=user, environ=os.environ)
        programs = reachable_binaries(user=user, home=home).postgres_bin
    except CannotStart as refusal:
        return Finding("embedded engines", False, str(refusal))
    return Finding("embedded engines", True, f"run as '{user.name}' from {programs}, data in {home}")


def _database(url: str) -> Finding:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        return Finding("PostgreSQL", False, str(error).splitlines()[-1].strip())
    new_enough = version >= OLDEST_POSTGRES
    return Finding(
        "PostgreSQL", new_enough, f"version {version}" + ("" if new_enough else f", needs {OLDEST_POSTGRES}")
    )


def _valkey(url: str) -> Finding:
    client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
    try:
        facts = client.info("server")
    except redis.RedisError as error:
        return Finding("Valkey", False, str(error))
    finally:
        client.close()
    return Finding("Valkey", True, f"version {facts.get('valkey_version') or facts['redis_version']}")
