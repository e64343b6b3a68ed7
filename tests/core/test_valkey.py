"""A process has one client of Valkey, however many threads ask for the first time at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import redis

from onetrip.core import valkey


def test_threads_that_come_first_together_get_the_same_client(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def slowly(*_address: Any, **_options: Any) -> object:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    monkeypatch.setattr(redis.Redis, "from_url", slowly)
    valkey._client.cache_clear()
    start = Barrier(8)

    def ask(_number: int) -> object:
        start.wait()
        return valkey.client()

    try:
        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(ask, range(8)))
    finally:
        valkey._client.cache_clear()
    assert len(made) == 1 and set(got) == {made[0]}
