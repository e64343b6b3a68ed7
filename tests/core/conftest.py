"""What the core's tests share: an actor, a moment, and threads that start together."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import settings

from onetrip.core.audit import Actor
from tests.depth import examples

# A busy machine is no reason to fail.
settings.register_profile("core", deadline=None, max_examples=examples(60))
settings.load_profile("core")

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in the city


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def by() -> Actor:
    return Actor.system("tests")


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Run the calls in one thread each, all let go at the same moment; return results or exceptions, in order."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                barrier.wait(timeout=20)
                return call()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result(timeout=60) for future in [pool.submit(one, call) for call in calls]]

    return run


@pytest.fixture
def other_session() -> Iterator[Any]:
    """A second database session of its own, in autocommit."""
    own = connection.copy()
    yield own
    own.close()
