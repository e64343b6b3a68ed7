"""The one connection to Valkey that a process keeps for small things: hints and counters that may be lost."""

from functools import cache
from threading import Lock

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_making = Lock()


def client() -> "redis.Redis":
    """Return the client. What takes longer than a second fails with `redis.RedisError`: no errand may hang on it."""
    # Two threads that come first together must get the same one: a second client, thrown away, closes the connections
    # that its thread is still talking through, and that citizen meets an error of ours.
    with _making:
        return _client()


@cache
def _client() -> "redis.Redis":
    # One try more, at once: a connection may have gone stale while the server restarted. redis-py's own ten tries
    # would keep the citizen waiting for something that nobody needs.
    retry = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=1, socket_connect_timeout=1, retry=retry)
