"""How often may somebody do this? Counters in PostgreSQL, so that they hold across processes and restarts."""

from datetime import datetime

from django.db import connection

from onetrip.core.errors import TooMany
from onetrip.core.unit import is_running

_TAKE = """
INSERT INTO core_limitcounter AS c (key, since, taken) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN c.since + make_interval(secs => %(per)s) <= %(at)s THEN %(at)s ELSE c.since END,
    taken = CASE WHEN c.since + make_interval(secs => %(per)s) <= %(at)s THEN 1 ELSE c.taken + 1 END
RETURNING taken, ceil(extract(epoch FROM since + make_interval(secs => %(per)s) - %(at)s))::int
"""


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
