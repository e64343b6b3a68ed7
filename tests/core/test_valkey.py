"""A thread has one client of Valkey, of the server that the settings name."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from onetrip.core import valkey


def test_a_thread_keeps_its_client_and_shares_it_with_nobody() -> None:
    def ask_twice(_number: int) -> tuple[int, int]:
        first, second = valkey.client(), valkey.client()
        assert first.ping() and first is second
        return id(first), first.client_id()

    mine = ask_twice(0)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        theirs = {*one.map(ask_twice, range(3)), *other.map(ask_twice, range(3))}
    assert len(theirs) == 2 and mine not in theirs


def test_another_server_is_another_client(settings: Any) -> None:
    assert valkey.client().ping()
    before, settings.VALKEY_URL = settings.VALKEY_URL, "redis://127.0.0.1:1"
    with pytest.raises(redis.ConnectionError):
        valkey.client()
    settings.VALKEY_URL = before
    assert valkey.client().ping()


def test_a_connection_that_was_cut_is_made_again() -> None:
    cut = valkey.client().client_id()
    with ThreadPoolExecutor(1) as other:
        other.submit(lambda: valkey.client().client_kill_filter(_id=str(cut))).result()
    assert valkey.client().ping()
    assert valkey.client().client_id() != cut
