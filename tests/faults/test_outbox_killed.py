"""Workers that deliver messages are killed with -9 in the middle of a call: each message is brought once all the same.

The benchmark `outbox_unsettled` does it with 10,000 messages and for minutes; here a few hundred are enough.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from onetrip.domain.notifications import services
from onetrip.domain.notifications.views import Route
from tests.conftest import django_on
from tests.fake_sms import SECRET, FakeSms, fake_sms
from tests.servers import Farm

MESSAGES = int(os.environ.get("ONETRIP_OUTBOX_MESSAGES", "300"))
KILLS = 3
WITHIN_S = 120
Link = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[FakeSms]:
    with fake_sms(folder=tmp_path) as found:
        yield found


def test_killed_workers_neither_lose_a_message_nor_send_one_twice(
    platform: FakeSms, fresh_database: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    platform.behave(delay_s=0.5, busy=0.1, mute=0.2)
    with django_db_blocker.unblock(), django_on(fresh_database):
        _write()
    settings = {"ONETRIP_SMS_URL": platform.url, "ONETRIP_SMS_SECRET": SECRET}
    farm = Farm(folder=tmp_path, database_url=fresh_database, **settings)
    try:
        with psycopg.connect(fresh_database, autocommit=True) as link:
            for _kill in range(KILLS):
                worker = farm.start("worker")
                _wait_for(link, lambda counted: counted.get("sending", 0) > 0)
                worker.kill()
                assert _counted(link).get("sending", 0) > 0, "the worker had some in hand"
                _make_due(link)
            farm.start("worker")
            _wait_for(link, lambda counted: counted == {"sent": MESSAGES}, meanwhile=_make_due)
    finally:
        farm.stop()
    assert platform.totals()["brought"] == len(platform.brought(MESSAGES + 1)) == MESSAGES


def _write() -> None:
    at = datetime.now(UTC)
    for number in range(MESSAGES):
        services.send(
            template="consultations.answered",
            params={"item": "补领"},
            language="zh-hans",
            routes=[Route("sms", f"138{number:08d}")],
            expires_at=at + timedelta(hours=1),
            at=at,
        )


def _make_due(link: Link) -> None:
    """The lease of the dead is over, and pauses have passed. What is in the hands of the living stays there."""
    link.execute(
        "UPDATE notifications_message SET due_at = now() WHERE state = 'queued'"
        " OR state = 'sending' AND due_at < now() + interval '25 seconds'"
    )


def _counted(link: Link) -> dict[str, int]:
    return dict(link.execute("SELECT state, count(*) FROM notifications_message GROUP BY state").fetchall())


def _wait_for(
    link: Link, true: Callable[[dict[str, int]], bool], meanwhile: Callable[[Link], None] = lambda _link: None
) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not true(_counted(link)):
        assert time.monotonic() < deadline, _counted(link)
        meanwhile(link)
        time.sleep(0.05)
