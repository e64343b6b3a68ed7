"""Row locks that refuse to be taken carelessly.

Order, everywhere: the parent before the child, one fixed order between modules (see docs/map.md, "Order of locks").
A lock is waited for 3 s, set for the whole connection in the settings; then the answer is `Busy`.
"""

from typing import Any, TypeVar

from django.db import models, transaction

from onetrip.core.errors import NotFound

M = TypeVar("M", bound=models.Model)


def lock_one(rows: "models.QuerySet[M, Any]") -> M:
    """Return the single row of `rows`, locked until the transaction ends.

    Raises NotFound when there is none, RuntimeError outside a transaction (the lock would be gone at once).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_one() needs a transaction: the lock would not outlive the query")
    row: M | None = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise NotFound()
    return row


def locked(row: M | None) -> M:
    """Return the row that a ready query has locked (it ends with select_for_update). Raises as lock_one."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("locked() needs a transaction: the lock is gone already")
    if row is None:
        raise NotFound()
    return row


def lock_name(name: str) -> None:
    """Wait for the right to be the only one working on `name` until the transaction ends.

    For things that have no row of their own to lock (a line, a window's next call). Raises RuntimeError outside a
    transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_name() needs a transaction: the lock would be gone at once")
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
