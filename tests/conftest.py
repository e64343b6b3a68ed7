"""Every test runs on the real engines. This file starts them and points Django at them before it loads.

DJANGO_SETTINGS_MODULE is set here, not in pyproject.toml: pytest-django would load the settings before any
conftest could say where the engines are. For the same reason it is taken out of the environment again: processes of
xdist inherit it, and would load the settings with the Valkey of the process that started them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from pytest_django import DjangoDbBlocker

from tests import order
from tests.databases import CITY, INSTALLED, TABLES, Template, a_database, django_on
from tests.engines import TestEngines
from tests.servers import LiveServers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
os.environ.setdefault("ONETRIP_MODE", "demo")
os.environ.setdefault("ONETRIP_SECRET_KEY", "only-for-tests-" + "0" * 50)

KeptDatabase = Callable[[Template], str]

ENGINES = TestEngines()
ENGINES.point_settings_at_them()
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]
# The same Argon2 as everywhere, without its price: it takes a third of a second of both cores by design.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1
# Each test client is a server of its own, and would look through all static files before its first answer.
settings.WHITENOISE_AUTOREFRESH = True


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(order)
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
    with _servers(CITY, folder=tmp_path_factory.mktemp("servers"), blocker=django_db_blocker) as servers:
        yield servers


@pytest.fixture(scope="module")
def empty_live_servers(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[LiveServers]:
    """As `live_servers`, with tables but no city."""
    with _servers(INSTALLED, folder=tmp_path_factory.mktemp("servers"), blocker=django_db_blocker) as servers:
        yield servers


@pytest.fixture
def fresh_database() -> Iterator[str]:
    """The URL of a database with tables and no rows that this test has to itself."""
    with new_database(INSTALLED) as url:
        yield url


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> Iterator[None]:
    """In place of pytest-django's own, which migrates in every process: a copy of tables migrated once."""
    with new_database(TABLES) as url, django_on(url):
        yield


@pytest.fixture(scope="session")
def kept_database(django_db_setup: None) -> Iterator[KeptDatabase]:
    """`kept_database(TEMPLATE)`: this process's one copy of a template, for tests that roll back what they do.

    After the session's own database, or whoever turns to a copy first would turn back to what was before both.
    """
    with ExitStack() as stack:
        yield lru_cache(lambda template: stack.enter_context(new_database(template)))


def new_database(template: Template) -> AbstractContextManager[str]:
    """The URL of a new database of this test run, removed afterwards."""
    return a_database(template, cluster_url=os.environ["DATABASE_URL"], folder=ENGINES.folder)


def city_database() -> AbstractContextManager[str]:
    """The URL of a database with the sample city, removed afterwards."""
    return new_database(CITY)


@contextmanager
def _servers(template: Template, *, folder: Path, blocker: DjangoDbBlocker) -> Iterator[LiveServers]:
    with new_database(template) as url:
        servers = LiveServers(folder=folder, database_url=url)
        try:
            servers.open()
            with blocker.unblock(), django_on(url):
                yield servers
        finally:
            servers.stop()
