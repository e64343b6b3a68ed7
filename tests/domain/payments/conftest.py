"""An order of ¥40, and the fake WeChat Pay with an ear for its notices."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import Refusal
from onetrip.domain.payments import flows, jobs, queries, services
from onetrip.domain.payments.models import Attempt
from tests.fake_pay import Ear, FakePay, Heard, an_ear, fake_pay, paying_through
from tests.people import a_citizen

BY = Actor.system("test")
FEN = 4000


@dataclass
class Till:
    """The provider, what it tells us, and what the worker would do."""

    pay: FakePay
    ear: Ear

    def heard(self, count: int = 1, *, within_s: float = 15) -> list[Heard]:
        deadline = time.monotonic() + within_s
        while len(self.ear.heard) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.ear.heard) >= count, self.ear.heard
        return self.ear.heard[-count:]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakePay, Ear]]:
    with an_ear() as ear, fake_pay(folder=tmp_path_factory.mktemp("pay"), notify_url=ear.url) as pay:
        yield pay, ear


@pytest.fixture
def till(provider: tuple[FakePay, Ear], db: None) -> Iterator[Till]:
    pay, ear = provider
    with paying_through(pay):
        ear.heard.clear()
        yield Till(pay, ear)


def an_order(*, fen: int = FEN, expires_at: datetime | None = None, at: datetime | None = None) -> str:
    return services.open_order(
        payer_id=a_citizen().pk, item_code="i28", title="居民身份证丢失补领", fen=fen,
        expires_at=expires_at, by=BY, at=at or clock.now(),
    )  # fmt: skip


def started(order_id: str, *, way: str = "native", at: datetime | None = None) -> str:
    return flows.start_payment(order_id=order_id, way=way, ip="10.0.0.1", by=BY, at=at or clock.now())


def take(heard: Heard, *, at: datetime | None = None) -> bool:
    headers, body = heard
    return flows.take_notice(headers=headers, body=body, source="10.9.9.9", at=at or clock.now())


def refused(heard: Heard, *, at: datetime | None = None) -> str:
    try:
        take(heard, at=at)
    except Refusal as refusal:
        assert 400 <= refusal.status < 500
        return refusal.code
    return ""


def work() -> int:
    """Do what the worker would, now, for the jobs of payments that are due; return how many there were."""
    done = len(queries.notices_to_apply())
    jobs.apply_notices.func(0)
    acts = {f"payments.{name}": getattr(jobs, name) for name in (
        "look_after", "close_order", "send_refund", "issue_invoice")}  # fmt: skip
    rows = list(ProcrastinateJob.objects.filter(status="todo", task_name__in=acts).order_by("id"))
    for row in rows:
        if row.scheduled_at is None or row.scheduled_at <= clock.now():
            acts[row.task_name].func(**row.args)
            _forget(row.pk)
            done += 1
    return done


def _forget(job: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])


def balance() -> dict[str, int]:
    found = queries.trial_balance()
    assert sum(found.values()) == 0
    return {account: fen for account, fen in found.items() if fen}


def attempt(number: str) -> Attempt:
    return Attempt.objects.get(public_id=number)
