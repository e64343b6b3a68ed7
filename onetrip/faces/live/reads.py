"""Database reads of the live face, in a few threads: thousands of sockets share four connections."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live-read")


async def read(question: Callable[..., T], *args: Any) -> T:
    """Answer a question that reads the database, without stopping the event loop.

    A connection that a database restart has broken is replaced once; raises OperationalError while it is away.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(_answer, question, *args))


def _answer(question: Callable[..., T], *args: Any) -> T:
    try:
        try:
            return question(*args)
        except (OperationalError, InterfaceError):
            connection.close()
            return question(*args)
    finally:
        connection.close()  # gives it back to the pool
