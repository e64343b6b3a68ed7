"""The process's ear at Valkey: hints of changes come in, signals go out and come in. Losing it loses no truth."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

import redis.asyncio as redis
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from onetrip.core.live import CHANNEL

log = logging.getLogger(__name__)
SIGNALS = "signal:"
_LONGEST_WAIT_S = 5.0
_CHECK_EVERY_S = 10.0


def _connect(*, answers_in_s: float | None) -> "redis.Redis":
    # No hidden retries: after a lost connection the hub must know, because pushes may have been missed.
    return redis.Redis.from_url(
        settings.VALKEY_URL,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=2,
        socket_timeout=answers_in_s,
    )


class Pushes:
    """Calls `hint(topic, text)` and `signal(topic, text)` for what arrives, `connected()` after every (re)connection.

    It listens to the patterns, not to single channels: that leaves no moment in which a topic is followed but not
    yet listened to, and costs no memory for each waiting citizen.
    """

    def __init__(
        self,
        *,
        hint: Callable[[str, str], None],
        signal: Callable[[str, str], None],
        connected: Callable[[], None],
    ) -> None:
        self._hint = hint
        self._signal = signal
        self._connected = connected
        self._out = _connect(answers_in_s=2)

    async def listen(self) -> None:
        """Listen until cancelled; a lost connection is made again."""
        wait = 0.1
        while True:
            try:
                await self._listen_once()
                wait = 0.1
            except (redis.RedisError, OSError) as error:
                log.warning("live pushes interrupted: %s", error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)

    async def _listen_once(self) -> None:
        client = _connect(answers_in_s=None)
        async with contextlib.aclosing(client), client.pubsub() as channels:
            await channels.psubscribe(f"{CHANNEL}*", f"{SIGNALS}*")
            while True:
                message = await channels.get_message(timeout=_CHECK_EVERY_S)
                if message is None:
                    await channels.ping()
                elif message["type"] == "psubscribe":
                    self._connected()
                elif message["type"] == "pmessage":
                    self._sort(message["channel"].decode(), message["data"].decode())

    def _sort(self, channel: str, text: str) -> None:
        if channel.startswith(CHANNEL):
            self._hint(channel[len(CHANNEL) :], text)
        else:
            self._signal(channel[len(SIGNALS) :], text)

    async def send_signal(self, topic: str, text: str) -> None:
        """Pass a signal to every live process, this one too. Without Valkey it stays in this process."""
        try:
            await self._out.publish(SIGNALS + topic, text)
        except (redis.RedisError, OSError):
            self._signal(topic, text)

    async def close(self) -> None:
        """Give the connections back."""
        await self._out.aclose()
