"""What the platform remembers: every message it took, once for each id, and how often it was asked to take it."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, phone TEXT NOT NULL, text TEXT NOT NULL, number TEXT NOT NULL, taken_at REAL NOT NULL,
    times INTEGER NOT NULL DEFAULT 1);
"""


class Books:
    """Kept in a file, so that a platform that is killed still knows its ids afterwards."""

    def __init__(self, path: "Path | str") -> None:
        self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._link.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + _TABLES)
        self._lock = threading.Lock()

    def take(self, messages: list[dict[str, Any]], *, now_s: float) -> None:
        """Take messages; one whose id is known is counted and not brought again."""
        rows = [
            (one["id"], one["phone"], one["text"], f"S{abs(hash(one['id'])):x}", now_s) for one in messages
        ]
        with self._lock:
            self._link.execute("BEGIN")
            self._link.executemany(
                "INSERT INTO message (id, phone, text, number, taken_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET times = times + 1",
                rows,
            )
            self._link.execute("COMMIT")

    def known(self, ids: list[str]) -> dict[str, str]:
        """Return the platform's numbers of the messages it has taken."""
        marks = ",".join("?" * len(ids))
        with self._lock:
            rows = self._link.execute(f"SELECT id, number FROM message WHERE id IN ({marks})", ids)
            return dict(rows.fetchall())

    def newest(self, count: int) -> list[dict[str, Any]]:
        """Return the latest messages, as their phones show them."""
        with self._lock:
            rows = self._link.execute(
                "SELECT id, phone, text, taken_at FROM message ORDER BY taken_at DESC LIMIT ?", [count]
            )
            return [
                dict(zip(("id", "phone", "text", "taken_at"), row, strict=True)) for row in rows.fetchall()
            ]

    def totals(self) -> dict[str, int]:
        """Return how many messages were brought, and how often one was handed over that was here already."""
        with self._lock:
            found = self._link.execute("SELECT count(*), coalesce(sum(times), 0) FROM message").fetchone()
        return {"brought": found[0], "again": found[1] - found[0]}
