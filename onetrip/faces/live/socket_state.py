"""One open page: what it follows, what waits to be sent to it, and whether it keeps to the limits."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from onetrip.faces.live import limits

Send = Callable[[dict[str, Any]], Awaitable[None]]


class SocketState:
    """Kept small: a waiting citizen's page holds one of these for an hour and says almost nothing."""

    __slots__ = ("_bucket", "_outbox", "_outbox_bytes", "_send", "_sender", "_sending_since", "_task", "ended", "heard",
                 "recheck", "topics", "user_id")  # fmt: skip

    def __init__(self, *, send: Send, user_id: int | None, task: "asyncio.Task[Any] | None") -> None:
        self.user_id = user_id
        self.recheck: Callable[[], int | None] | None = None  # reads who is signed in now
        self.topics: set[str] = set()
        self.heard = time.monotonic()
        self.ended = 0
        self._send = send
        self._task = task
        self._bucket: limits.Bucket | None = None
        self._outbox: list[str] = []
        self._outbox_bytes = 0
        self._sender: asyncio.Task[None] | None = None
        self._sending_since = 0.0

    def allows(self, *, now: float) -> bool:
        """Say whether one more message may be taken in."""
        self.heard = now
        if self._bucket is None:
            self._bucket = limits.Bucket(now=now)
        return self._bucket.take(now=now)

    def push(self, text: str) -> None:
        """Send without waiting; whoever cannot keep up is dropped and catches up when it comes back."""
        if self.ended:
            return
        self._outbox.append(text)
        self._outbox_bytes += len(text)
        if len(self._outbox) > limits.OUTBOX_MESSAGES or self._outbox_bytes > limits.OUTBOX_BYTES:
            self.end(limits.CLOSE_SLOW)
        elif self._sender is None:
            self._sending_since = time.monotonic()
            self._begin()

    def _begin(self) -> None:
        """Send in this turn of the loop; only a page whose network has to be waited for gets a task of its own.

        News for 2,000 pages would otherwise be 2,000 tasks, and the last page would wait for all of them to be made.
        """
        begun = self._drain()
        try:
            waits_for = begun.send(None)
        except StopIteration:
            return
        self._sender = asyncio.get_running_loop().create_task(_go_on(begun, waits_for))

    async def _drain(self) -> None:
        try:
            while self._outbox and not self.ended:
                texts, self._outbox, self._outbox_bytes = self._outbox, [], 0
                for text in texts:
                    self._sending_since = time.monotonic()
                    await self._send({"type": "websocket.send", "text": text})
        except Exception:  # the server's own exceptions differ: whatever it was, the page is gone
            self.end(limits.CLOSE_RESTART)
        finally:
            self._sender = None

    def check(self, *, now: float) -> None:
        """End the socket when it has been silent, or deaf, for too long."""
        if now - self.heard > limits.REFILL_S:
            self._bucket = None  # full again: quiet pages do not carry one around
        if now - self.heard > limits.SILENCE_S:
            self.end(limits.CLOSE_IDLE)
        elif self._sender is not None and now - self._sending_since > limits.SEND_S:
            self.end(limits.CLOSE_SLOW)

    def end(self, code: int) -> None:
        """Close from this side: the page's own task is woken and says goodbye."""
        if self.ended:
            return
        self.ended = code
        self._outbox.clear()
        if self._sender is not None and self._sender is not asyncio.current_task():
            self._sender.cancel()
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def goodbye(self) -> None:
        """Tell the browser why, if it still listens."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(2):
                if self._sender is not None:
                    await asyncio.wait([self._sender])  # two sends at once would get into each other's way
                await self._send({"type": "websocket.close", "code": self.ended or 1000})


async def _go_on(begun: Coroutine[Any, Any, None], waits_for: Any) -> None:
    """Bring a coroutine to its end that has run up to its first wait."""
    await _rest(begun, waits_for)


@coroutine
def _rest(begun: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    try:
        yield waits_for
    except BaseException as error:  # it is cancelled where it waits
        begun.throw(error)
    yield from begun.__await__()
