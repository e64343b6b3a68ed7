"""How often may somebody do this? Counters in PostgreSQL, so that they hold across processes and restarts.

For what a whole city does in one minute there are quicker ones in Valkey (`pace`), which may be lost: they decide who
is asked for more, never who may have what.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import redis
from django.db import connection
from redis.commands.core import Script

from onetrip.core import valkey
from onetrip.core.errors import TooMany
from onetrip.core.unit import is_running

log = logging.getLogger(__name__)
_TAKE = """
INSERT INTO core_limitcounter AS c (key, since, taken) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN c.since + make_interval(secs => %(per)s) <= %(at)s THEN %(at)s ELSE c.since END,
    taken = CASE WHEN c.since + make_interval(secs => %(per)s) <= %(at)s THEN 1 ELSE c.taken + 1 END
RETURNING taken, ceil(extract(epoch FROM since + make_interval(secs => %(per)s) - %(at)s))::int
"""
# As one command: for redis-py each costs more than Valkey takes to do them all.
_COUNT = """
local counted = {}
for number, key in ipairs(KEYS) do
  counted[number] = redis.call('INCR', key)
  redis.call('EXPIRE', key, ARGV[number])
end
return counted
"""


@cache
def _count() -> Script:
    return valkey.client().register_script(_COUNT)


def take(*, key: str, limit: int, per_s: int, at: datetime) -> None:
    """Count one use of `key`; raise TooMany past `limit` uses in a window of `per_s` seconds.

    Call it *before* the use case: a refusal rolls the use case back, and the count must stay. Raises RuntimeError
    inside one.
    """
    if is_running():
        raise RuntimeError("limits.take() stands before the use case: a refusal would take back the count")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key[:160], "at": at, "per": per_s})
        taken, left_s = cursor.fetchone()
    if taken > limit:
        raise TooMany(retry_after_s=max(1, left_s))


def forget(*, key: str) -> None:
    """Clear a counter, for example after the right password."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_limitcounter WHERE key = %s", [key[:160]])


def pace(windows: Mapping[str, int], *, at: datetime) -> dict[str, int]:
    """Count one use of every key and return how often each was used in its present window, this time included.

    `windows`: key to length in seconds; windows begin at whole multiples of it. One trip to Valkey. When Valkey does
    not answer, nothing is counted and every key counts nought: a counter must not stop anybody's errand.
    """
    moment = int(at.timestamp())
    names = {key: f"pace:{key[:120]}:{moment // per_s}" for key, per_s in windows.items()}
    try:
        lives_s = [2 * per_s for per_s in windows.values()]
        counted = _count()(keys=list(names.values()), args=lives_s, client=valkey.client())
    except redis.RedisError:
        log.warning("uses of %s were not counted", ", ".join(windows))
        return dict.fromkeys(windows, 0)
    return dict(zip(windows, counted, strict=True))
