"""Work for later: deferred in the caller's transaction, run by a worker (procrastinate, in PostgreSQL).

A job exists exactly if the data that asked for it was committed. Jobs take ids, never objects, and are thin: read
the clock, call one service.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy
from procrastinate.tasks import Task

Job = Task[Any, Any, Any]


def job(*, queue: str = "default", attempts: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Register a function as a job. It is tried `attempts` times, with exponentially longer pauses (2, 4, 8 … s)."""

    def register(function: Callable[..., Any]) -> Job:
        name = f"{function.__module__}.{function.__qualname__}"
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=2)
        task: Job = app.task(function, queue=queue, name=name, retry=retry)
        return task

    return register


def every(*, cron: str, queue: str = "default") -> Callable[[Callable[..., Any]], Job]:
    """Register a function to run on a timetable; a sixth cron field counts seconds. One run at a time."""

    def register(function: Callable[..., Any]) -> Job:
        name = f"{function.__module__}.{function.__qualname__}"

        def tick(timestamp: int) -> None:
            function()

        tick.__name__ = function.__name__
        tick.__module__ = function.__module__
        task: Job = app.task(tick, queue=queue, name=name, lock=name, queueing_lock=name)
        app.periodic(cron=cron)(task)
        return task

    return register


def defer(task: Job, *, at: datetime | None = None, once: str | None = None, **arguments: Any) -> None:
    """Put a job into the queue, with the data of the caller's transaction.

    `at`: not before this moment. `once`: while a job with this key waits, another is not added.
    """
    configured = task.configure(schedule_at=at, queueing_lock=once)
    if once is None:
        configured.defer(**arguments)
        return
    try:
        with transaction.atomic():  # a savepoint: the unique key must not spoil the caller's transaction
            configured.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return
