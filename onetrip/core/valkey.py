"""The connection to Valkey that a thread keeps for small things: hints and counters that may be lost."""

from threading import local

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_here = local()


def client() -> "redis.Redis":
    """Return the thread's client. What takes longer than a second fails with `redis.RedisError`: no errand may hang on
    it.

    Each thread has a connection of its own: taking one out of redis-py's pool and looking at it takes as long as the
    question.
    """
    url = settings.VALKEY_URL
    if getattr(_here, "url", None) != url:
        _here.client, _here.url = _new_client(url), url
    found: redis.Redis = _here.client
    return found


def _new_client(url: str) -> "redis.Redis":
    # One try more, at once: a connection may have gone stale while the server restarted. redis-py's own ten tries
    # would keep the citizen waiting for something that nobody needs.
    retry = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(
        url, socket_timeout=1, socket_connect_timeout=1, retry=retry, single_connection_client=True
    )
