"""What the provider knows: payments and refunds, in one SQLite file, so that a restarted demo still knows them."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    number TEXT PRIMARY KEY, prepay TEXT UNIQUE NOT NULL, body TEXT NOT NULL, fen INTEGER NOT NULL,
    state TEXT NOT NULL, transaction_id TEXT, success_time TEXT, expires TEXT);
CREATE TABLE IF NOT EXISTS refund (
    number TEXT PRIMARY KEY, payment TEXT NOT NULL, refund_id TEXT NOT NULL, fen INTEGER NOT NULL,
    state TEXT NOT NULL, success_time TEXT);
"""


class Books:
    """One connection, used by one thread at a time."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._link.row_factory = sqlite3.Row
        self._link.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _TABLES)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the books while several questions and answers belong together."""
        with self._lock:
            yield

    def _one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        with self._lock:
            row = self._link.execute(sql, values).fetchone()
        return dict(row) if row else None

    def _all(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._link.execute(sql, values)]

    def _write(self, sql: str, *values: Any) -> None:
        with self._lock:
            self._link.execute(sql, values)

    def payment(self, number: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM payment WHERE number = ?", number)

    def payment_by_prepay(self, prepay: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM payment WHERE prepay = ?", prepay)

    def open_payment(self, *, number: str, prepay: str, body: dict[str, Any], fen: int, expires: str) -> None:
        self._write(
            "INSERT INTO payment (number, prepay, body, fen, state, expires) VALUES (?, ?, ?, ?, 'NOTPAY', ?)",
            number,
            prepay,
            json.dumps(body, ensure_ascii=False),
            fen,
            expires,
        )

    def set_paid(self, number: str, *, transaction_id: str, at: str) -> None:
        self._write(
            "UPDATE payment SET state = 'SUCCESS', transaction_id = ?, success_time = ? WHERE number = ?",
            transaction_id,
            at,
            number,
        )

    def set_closed(self, number: str) -> None:
        self._write("UPDATE payment SET state = 'CLOSED' WHERE number = ? AND state = 'NOTPAY'", number)

    def refund(self, number: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM refund WHERE number = ?", number)

    def refunded_fen(self, payment: str) -> int:
        row = self._one("SELECT coalesce(sum(fen), 0) AS fen FROM refund WHERE payment = ?", payment)
        return int(row["fen"]) if row else 0

    def open_refund(self, *, number: str, payment: str, refund_id: str, fen: int) -> None:
        self._write(
            "INSERT INTO refund (number, payment, refund_id, fen, state) VALUES (?, ?, ?, ?, 'PROCESSING')",
            number,
            payment,
            refund_id,
            fen,
        )

    def set_refunded(self, number: str, *, at: str) -> None:
        self._write("UPDATE refund SET state = 'SUCCESS', success_time = ? WHERE number = ?", at, number)
        self._write(
            "UPDATE payment SET state = 'REFUND' WHERE number = (SELECT payment FROM refund WHERE number = ?)",
            number,
        )

    def of_day(self, day: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return what was paid and what was refunded on a day (YYYY-MM-DD, city time)."""
        paid = self._all(
            "SELECT * FROM payment WHERE substr(success_time, 1, 10) = ? ORDER BY success_time", day
        )
        back = self._all(
            "SELECT r.*, p.transaction_id FROM refund r JOIN payment p ON p.number = r.payment"
            " WHERE substr(r.success_time, 1, 10) = ? ORDER BY r.success_time",
            day,
        )
        return paid, back

    def totals(self) -> dict[str, int]:
        """Return what was paid and what went back, ever."""
        paid = self._one("SELECT coalesce(sum(fen), 0) AS fen FROM payment WHERE success_time IS NOT NULL")
        back = self._one("SELECT coalesce(sum(fen), 0) AS fen FROM refund WHERE state = 'SUCCESS'")
        assert paid and back
        return {"paid": int(paid["fen"]), "refunded": int(back["fen"])}
