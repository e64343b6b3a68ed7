"""Every test runs on the real engines. This file starts them and points Django at them before it loads.

DJANGO_SETTINGS_MODULE is set here, not in pyproject.toml: pytest-django would load the settings before any
conftest could say where the engines are. For the same reason it is taken out of the environment again: processes of
xdist inherit it, and would load the settings with the Valkey of the process that started them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.engines import TestEngines
from tests.servers import LiveServers, database_from_template, drop_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
os.environ.setdefault("ONETRIP_MODE", "demo")
os.environ.setdefault("ONETRIP_SECRET_KEY", "only-for-tests-" + "0" * 50)

ENGINES = TestEngines()
ENGINES.point_settings_at_them()
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_configure(config: pytest.Config) -> None:
    if not (config.option.collectonly or config.option.help or config.option.version):
        ENGINES.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    ENGINES.stop()


@pytest.fixture(scope="module")
def live_servers(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveServers]:
    """The whole service with the sample city, for the tests of one module: `live_servers.url`.

    Within these tests Django itself works on the servers' database, in real transactions.
    """
    with _servers(city=True, folder=tmp_path_factory.mktemp("servers"), blocker=django_db_blocker) as servers:
        yield servers


@pytest.fixture(scope="module")
def empty_live_servers(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveServers]:
    """As `live_servers`, with tables but no city."""
    with _servers(
        city=False, folder=tmp_path_factory.mktemp("servers"), blocker=django_db_blocker
    ) as servers:
        yield servers


@pytest.fixture
def fresh_database() -> Iterator[str]:
    """The URL of a database with tables and no rows that this test has to itself."""
    with _database(city=False) as url:
        yield url


@contextmanager
def city_database() -> Iterator[str]:
    """The URL of a database with the sample city, removed afterwards."""
    with _database(city=True) as url:
        yield url


@contextmanager
def _database(*, city: bool) -> Iterator[str]:
    cluster = os.environ["DATABASE_URL"]
    url = database_from_template(cluster_url=cluster, folder=ENGINES.folder, city=city)
    try:
        yield url
    finally:
        drop_database(cluster_url=cluster, url=url)


@contextmanager
def _servers(*, city: bool, folder: Path, blocker: DjangoDbBlocker) -> Iterator[LiveServers]:
    with _database(city=city) as url:
        servers = LiveServers(folder=folder, database_url=url)
        try:
            servers.open()
            with blocker.unblock(), django_on(url):
                yield servers
        finally:
            servers.stop()


@contextmanager
def django_on(url: str) -> Iterator[None]:
    """Let Django's default connection in this process talk to another database of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = urlsplit(url).path.removeprefix("/")
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = before
