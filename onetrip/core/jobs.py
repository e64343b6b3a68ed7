"""Work for later: deferred in the caller's transaction, run by a worker (procrastinate, in PostgreSQL).

A job exists exactly if the data that asked for it was committed. Jobs take ids, never objects, and are thin: read
the clock, call one service. A job's name is "<module>.<function>", for example "booking.let_holds_go": services name
the jobs they ask for and do not import them, because jobs stand above services and call them.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.retry import RetryStrategy
from procrastinate.tasks import Task, configure_task

log = logging.getLogger(__name__)
Job = Task[Any, Any, Any]
# A job whose moment has come is noticed within this many seconds.
POLL_S = 1.0
HEARTBEAT_S = 3.0
DEAD_AFTER_S = 10.0


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removesuffix('.jobs').rpartition('.')[2]}.{function.__name__}"


def job(*, queue: str = "default", attempts: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Register a function as a job. It is tried `attempts` times, with exponentially longer pauses (2, 4, 8 … s)."""

    def register(function: Callable[..., Any]) -> Job:
        name = _name(function)
        # procrastinate counts the tries after the first, and takes 0 of them for "for ever".
        retry = RetryStrategy(max_attempts=attempts - 1, exponential_wait=2) if attempts > 1 else False
        task: Job = app.task(queue=queue, name=name, retry=retry)(function)
        return task

    return register


def every(*, cron: str, queue: str = "default") -> Callable[[Callable[..., Any]], Job]:
    """Register a function to run on a timetable; a sixth cron field counts seconds. One run at a time."""

    def register(function: Callable[..., Any]) -> Job:
        name = _name(function)

        def tick(timestamp: int) -> None:  # noqa: ARG001 - procrastinate names it
            function()

        tick.__name__ = function.__name__
        tick.__module__ = function.__module__
        task: Job = app.task(queue=queue, name=name, lock=name, queueing_lock=name)(tick)
        app.periodic(cron=cron)(task)
        return task

    return register


def defer(
    task: Job | str, /, *, at: datetime | None = None, once: str | None = None, **arguments: Any
) -> None:
    """Put a job into the queue, with the data of the caller's transaction.

    `task`: the job or its name. `at`: not before this moment. `once`: while a job with this key waits, another is
    not added. Raises procrastinate's TaskNotFound for a name that no module has registered.
    """
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    name = task if isinstance(task, str) else task.name
    known = app.tasks.get(name)
    if known is None:
        raise exceptions.TaskNotFound
    configured = configure_task(
        name=name,
        job_manager=_of_the_caller(),
        queue=known.queue,
        lock=known.lock,
        queueing_lock=once or known.queueing_lock,
        priority=known.priority,
        schedule_at=at,
    )
    if once is None:
        configured.defer(**arguments)
        return
    try:
        with transaction.atomic():  # a savepoint: the unique key must not spoil the caller's transaction
            configured.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return


@cache
def _of_the_caller() -> JobManager:
    """Return what writes jobs through Django's connection, and so in its transaction.

    The app's own would not: in a worker it writes through the worker's connections, at once. A job that a job asks for
    would then begin before there is what it is about, find nothing to do, and be gone.
    """
    return JobManager(DjangoConnector())


def queues_apart_from(*names: str) -> list[str]:
    """Return the names of all queues that jobs were registered for, but these."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    return sorted({task.queue for task in app.tasks.values()} - set(names))


async def work(*, concurrency: int, stop_within_s: float, queues: Sequence[str] | None = None) -> None:
    """Run jobs until a signal says stop; jobs under way are given `stop_within_s` seconds to finish.

    `queues`: only these, None for all.

    Beside it, jobs of workers that died in the middle are put back: every job may run twice, none may be lost, and a
    timetable must not stand still because its last run holds the lock for ever.
    """
    only: dict[str, Any] = {} if queues is None else {"queues": list(queues)}
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        async with worker.open_async():
            revival = asyncio.create_task(_revive(worker.job_manager))
            try:
                await worker.run_worker_async(
                    **only,
                    concurrency=concurrency,
                    fetch_job_polling_interval=POLL_S,
                    shutdown_graceful_timeout=stop_within_s,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=DEAD_AFTER_S,
                    delete_jobs="successful",
                )
            finally:
                revival.cancel()


async def _revive(manager: JobManager) -> None:
    while True:
        try:
            await put_back_stalled(manager)
        except exceptions.ConnectorException:
            log.warning("jobs of dead workers could not be looked for; trying again")
        await asyncio.sleep(HEARTBEAT_S)


async def put_back_stalled(manager: JobManager) -> int:
    """Put jobs whose worker has been silent for `DEAD_AFTER_S` back into the queue; return how many."""
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S))
    for job in stalled:
        try:
            await manager.retry_job(job)
        except (
            exceptions.UniqueViolation
        ):  # the timetable has queued its next run already: that one is enough
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        log.warning("job %s (%s) was put back: its worker died", job.id, job.task_name)
    return len(stalled)
