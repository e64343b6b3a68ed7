"""Jobs live and die with the transaction that asked for them."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry

from onetrip.core.jobs import defer, every, job, put_back_stalled

ran: list[Any] = []


@job(queue="tests")
def note(*, word: str) -> None:
    ran.append(word)


@job(queue="tests", attempts=3)
def stumble(*, word: str) -> None:
    ran.append(word)
    raise ValueError(word)


@job(queue="tests", attempts=1)
def stumble_once(*, word: str) -> None:
    ran.append(word)
    raise ValueError(word)


@job(queue="tests")
def ask_for_more(*, fails: bool) -> None:
    """A job whose transaction takes its time after asking for another job, and may come to nothing."""
    with transaction.atomic():
        defer(note, word="more")
        time.sleep(1)
        ran.append("asked")
        if fails:
            raise ValueError("nothing of this has happened")


@every(cron="* * * * * */1", queue="tests-timetable")
def tick_each_second() -> None:
    ran.append("tick")


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> Iterator[None]:
    """Django's flush between transactional tests does not know procrastinate's own tables."""
    ran.clear()
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")


def rows(columns: str = "task_name", *, queue: str = "tests") -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM procrastinate_jobs WHERE queue_name = %s ORDER BY id", [queue])
        return cursor.fetchall()


def work(*, queue: str = "tests", seconds: float | None = None) -> None:
    """Run a real worker until the queue is empty, or for so many seconds."""

    async def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as real:
            async with real.open_async():
                options = {
                    "queues": [queue],
                    "install_signal_handlers": False,
                    "concurrency": 2,
                    "fetch_job_polling_interval": 0.2,
                }
                if seconds is None:
                    await real.run_worker_async(wait=False, listen_notify=False, **options)
                else:
                    worker = asyncio.ensure_future(real.run_worker_async(listen_notify=False, **options))
                    await asyncio.sleep(seconds)
                    worker.cancel()
                    await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(run())


def test_a_job_is_called_by_module_and_function() -> None:
    assert note.name == "test_jobs.note"
    assert "notifications.deliver_due" in app.tasks


def test_a_committed_job_runs_once() -> None:
    with transaction.atomic():
        defer(note, word="kept")
    work()
    assert ran == ["kept"]
    assert rows("status") == [("succeeded",)]


def test_a_job_of_a_rolled_back_transaction_never_existed() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        defer(note, word="gone")
        assert len(rows()) == 1
        raise ZeroDivisionError
    assert rows() == []
    work()
    assert ran == []


def test_a_job_that_a_job_asks_for_waits_for_its_transaction() -> None:
    defer(ask_for_more, fails=False)
    work(seconds=3)
    assert ran == ["asked", "more"]


def test_a_job_that_fails_has_asked_for_nothing() -> None:
    with connection.cursor() as cursor:  # its last try
        defer(ask_for_more, fails=True)
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 4")
    work(seconds=3)
    assert ran == ["asked"]
    assert rows("task_name, status") == [("test_jobs.ask_for_more", "failed")]


def test_a_job_is_deferred_by_its_name() -> None:
    defer("test_jobs.note", word="named")
    assert rows("task_name, status, args->>'word'") == [("test_jobs.note", "todo", "named")]


def test_a_name_nobody_registered_is_refused() -> None:
    with pytest.raises(exceptions.TaskNotFound):
        defer("nobody.knows_this")
    assert rows() == []


def test_once_keeps_one_and_leaves_the_transaction_alive() -> None:
    with transaction.atomic():
        defer(note, once="only", word="first")
        defer(note, once="only", word="second")
        defer(note, word="another")  # the transaction still works
    work()
    assert sorted(ran) == ["another", "first"]
    defer(note, once="only", word="later")  # none waits any more, so a new one may
    work()
    assert ran[-1] == "later"


def test_a_job_for_later_waits() -> None:
    defer(note, at=datetime.now(UTC) + timedelta(hours=1), word="later")
    defer(note, at=datetime.now(UTC) - timedelta(hours=1), word="due")
    work()
    assert ran == ["due"]


def test_a_failed_job_is_tried_again_after_a_pause_that_grows() -> None:
    defer(stumble, word="ouch")
    pauses = []
    for attempt in (1, 2, 3):
        before = datetime.now(UTC)
        work()
        [(status, attempts, scheduled_at)] = rows("status, attempts, scheduled_at")
        assert attempts == attempt
        if status == "todo":
            pauses.append((scheduled_at - before).total_seconds())
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 s'")
    assert (status, ran) == ("failed", ["ouch"] * 3)
    assert pauses[0] >= 2 and pauses[1] >= 4  # seconds


def test_a_job_for_one_try_is_not_tried_again() -> None:
    defer(stumble_once, word="ouch")
    work()
    assert (rows("status, attempts"), ran) == ([("failed", 1)], ["ouch"])


def test_a_timetable_may_count_seconds() -> None:
    """The sixth field of a cron line is the second: procrastinate's own arithmetic must agree."""
    registry = PeriodicRegistry()
    registry.register_task(task=note, cron="* * * * * */5", periodic_id="", configure_kwargs={})
    assert PeriodicDeferrer(registry=registry).get_next_tick(at=1_000_000_001.0) == pytest.approx(4, abs=0.01)


def test_a_periodic_job_runs_every_second() -> None:
    work(queue="tests-timetable", seconds=3.4)
    assert 2 <= len(ran) <= 5
    assert set(ran) == {"tick"}


def test_two_workers_share_one_timetable() -> None:
    """Each tick is deferred once, however many workers watch the clock."""
    first, second = (
        PeriodicDeferrer(registry=app.periodic_registry),
        PeriodicDeferrer(registry=app.periodic_registry),
    )

    async def both() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as real:
            async with real.open_async():
                due = list(first.get_previous_tasks(at=datetime.now(UTC).timestamp()))
                due = [(task, at) for task, at in due if task.task.name == tick_each_second.name]
                await first.defer_jobs(due)
                await second.defer_jobs(due)

    asyncio.run(both())
    assert len(rows(queue="tests-timetable")) == 1


def revive() -> int:
    async def run() -> int:
        with app.replace_connector(app.connector.get_worker_connector()) as real:
            async with real.open_async():
                return await put_back_stalled(real.job_manager)

    return asyncio.run(run())


def die_in_the_middle(heartbeat_age: str) -> None:
    """Leave the first job as a killed worker leaves it: under way, its lock held, the heartbeat of that age."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [heartbeat_age],
        )
        (worker_id,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s"
            " WHERE id = (SELECT min(id) FROM procrastinate_jobs)",
            [worker_id],
        )


def test_a_job_whose_worker_was_killed_is_put_back_and_runs() -> None:
    defer(note, word="again")
    die_in_the_middle("1 minute")
    assert revive() == 1
    work()
    assert ran == ["again"]


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    defer(note, word="slow")
    die_in_the_middle("1 second")
    assert revive() == 0
    assert rows("status") == [("doing",)]


def test_a_timetable_goes_on_after_its_run_was_killed() -> None:
    tick_each_second.configure().defer(timestamp=1)
    die_in_the_middle("1 minute")
    tick_each_second.configure().defer(timestamp=2)  # waits behind the dead one's lock
    work(queue="tests-timetable")
    assert ran == []
    assert revive() == 1
    work(queue="tests-timetable")
    assert ran == ["tick"]
