"""Units of work, facts, locks and limits: what must hold when many act at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from onetrip.core import errors, events, limits
from onetrip.core.errors import Busy, Conflict, NotFound, Refusal, TooMany
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.models import AuditEntry, LimitCounter
from onetrip.core.unit import current_unit, is_running, unit_of_work, use_case


def put(key: str) -> None:
    LimitCounter.objects.create(key=key, since="2026-03-02T01:00Z", taken=0)


def keys() -> list[str]:
    return sorted(LimitCounter.objects.values_list("key", flat=True))


@use_case
def put_one(*, key: str, fails: bool = False) -> str:
    put(key)
    if fails:
        raise Conflict()
    return key


@pytest.mark.django_db(transaction=True)
def test_a_use_case_is_one_transaction() -> None:
    assert put_one(key="kept") == "kept"
    with pytest.raises(Conflict):
        put_one(key="gone", fails=True)
    assert keys() == ["kept"]
    assert not is_running()


@pytest.mark.django_db(transaction=True)
def test_a_use_case_inside_another_joins_it() -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work():
        outer = current_unit()
        put_one(key="inner")
        assert current_unit() is outer
        raise ZeroDivisionError
    assert keys() == []


@pytest.mark.django_db(transaction=True)
def test_a_part_that_failed_cannot_be_passed_over() -> None:
    """The part had written before it was refused: whoever goes on would keep half of it."""
    with pytest.raises(RuntimeError, match="passed over"), unit_of_work():
        put("outer")
        with pytest.raises(Conflict):
            put_one(key="half", fails=True)
    assert keys() == []


@pytest.mark.django_db(transaction=True)
def test_a_part_in_a_savepoint_may_fail() -> None:
    with unit_of_work():
        put("outer")
        with pytest.raises(Conflict), transaction.atomic():
            put_one(key="half", fails=True)
    assert keys() == ["outer"]


def test_outside_a_use_case_there_is_no_unit() -> None:
    with pytest.raises(RuntimeError, match="use_case"):
        current_unit()


@pytest.mark.django_db
def test_endings_run_in_the_order_of_their_names_before_the_commit() -> None:
    ran: list[str] = []
    with unit_of_work():
        for name in ("b", "c", "a"):
            current_unit().endings[name] = lambda name=name: ran.append(name)
        assert ran == []
    assert ran == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
def test_threads_have_units_of_their_own(together: Callable[..., list[Any]]) -> None:
    both = threading.Barrier(2)

    def run() -> int:
        with unit_of_work():
            both.wait(10)
            return id(current_unit())

    first, second = together(run, run)
    assert first != second


class Twice(Conflict):
    code = "tests_twice"


@pytest.mark.django_db(transaction=True)
def test_the_database_referees(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    def same_number_twice() -> None:
        with unit_of_work():
            for _time in range(2):
                AuditEntry.objects.create(lane=1, number=1, at=at, previous=b"", hash=b"")

    monkeypatch.setattr(errors, "_referees", {})
    with pytest.raises(IntegrityError):  # nobody has said what it means: a bug stays a bug
        same_number_twice()
    errors.referee("audit_lane_number_once", Twice)
    with pytest.raises(Twice):
        same_number_twice()


@dataclass(frozen=True)
class Served:
    key: str


@dataclass(frozen=True)
class Unheard:
    pass


heard: list[str] = []


@events.subscribe(Served)
def on_served(event: Served) -> None:
    heard.append(event.key)
    put(event.key)
    if event.key == "refused":
        raise Conflict()


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_told_in_the_same_transaction() -> None:
    heard.clear()
    events.subscribe(Served)(on_served)  # a module imported twice still reacts once
    with unit_of_work():
        events.publish(Served("told"))
        events.publish(Unheard())
    with pytest.raises(Conflict), unit_of_work():
        put("with it")
        events.publish(Served("refused"))
    assert heard == ["told", "refused"]
    assert keys() == ["told"]
    with pytest.raises(RuntimeError, match="transaction"):
        events.publish(Served("alone"))
    assert heard == ["told", "refused"]


@pytest.mark.django_db(transaction=True)
def test_locks_refuse_to_be_taken_outside_a_transaction() -> None:
    put("a")
    for lock in (lambda: lock_one(LimitCounter.objects.filter(key="a")), lambda: lock_name("a")):
        with pytest.raises(RuntimeError, match="transaction"):
            lock()


@pytest.mark.django_db
def test_nothing_to_lock_is_not_found() -> None:
    with pytest.raises(NotFound), transaction.atomic():
        lock_one(LimitCounter.objects.filter(key="nobody's"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["row", "name"])
def test_a_lock_makes_the_second_wait(how: str, together: Callable[..., list[Any]]) -> None:
    put("a")

    def add_one() -> None:
        for _time in range(10):
            with unit_of_work():
                if how == "name":
                    lock_name("tests:a")
                    row = LimitCounter.objects.get(key="a")
                else:
                    row = lock_one(LimitCounter.objects.filter(key="a"))
                row.taken += 1
                row.save()

    assert together(*[add_one] * 8) == [None] * 8
    assert LimitCounter.objects.get(key="a").taken == 80


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_waited_for_three_seconds_at_most_and_then_refused(other_session: Any) -> None:
    put("a")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)
    with other_session.cursor() as cursor:
        cursor.execute("BEGIN; SELECT * FROM core_limitcounter FOR UPDATE")
        with pytest.raises(Busy), unit_of_work():
            with connection.cursor() as here:
                here.execute("SET LOCAL lock_timeout = '50ms'")
            lock_one(LimitCounter.objects.filter(key="a"))
        cursor.execute("ROLLBACK")
    with unit_of_work():
        assert lock_one(LimitCounter.objects.filter(key="a")).key == "a"


def take(at: datetime, *, limit: int = 3) -> None:
    limits.take(key="sms:phone:x", limit=limit, per_s=60, at=at)


@pytest.mark.django_db
def test_a_limit_counts_and_opens_again(at: datetime) -> None:
    for second in range(3):
        take(at + timedelta(seconds=second))
    with pytest.raises(TooMany) as refusal:
        take(at + timedelta(seconds=20))
    assert refusal.value.retry_after_s == 40
    limits.take(key="sms:phone:y", limit=1, per_s=60, at=at)  # another key, another count
    with pytest.raises(TooMany):
        take(at + timedelta(seconds=59))
    take(at + timedelta(seconds=60))
    limits.forget(key="sms:phone:x")
    take(at + timedelta(seconds=61), limit=1)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_take_exactly_what_there_is(together: Callable[..., list[Any]], at: datetime) -> None:
    answers = together(*[lambda: take(at, limit=7)] * 50)
    assert answers.count(None) == 7
    assert [type(answer) for answer in answers if answer is not None] == [TooMany] * 43


@pytest.mark.django_db
def test_a_limit_inside_a_use_case_is_refused(at: datetime) -> None:
    with pytest.raises(RuntimeError, match="before the use case"), unit_of_work():
        take(at)


def test_a_refusal_says_why_in_the_language_of_the_moment() -> None:
    class Full(Conflict):
        code = "tests_full"
        message = "%(left)s left of %(places)s"

    refusal = Full(field="slot", left=0, places=5)
    assert (refusal.code, refusal.status, refusal.field, refusal.text()) == (
        "tests_full",
        409,
        "slot",
        "0 left of 5",
    )
    assert isinstance(refusal, Refusal) and str(refusal) == "tests_full"
    assert TooMany(retry_after_s=9).retry_after_s == 9
