"""What WeChat knows: people, who follows the account, what was said, the menu. One SQLite file."""

import json
import secrets
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS person (
    openid TEXT PRIMARY KEY, unionid TEXT NOT NULL, nickname TEXT NOT NULL, follows INTEGER NOT NULL DEFAULT 0,
    heard_s REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS line (
    number INTEGER PRIMARY KEY, openid TEXT NOT NULL, mine INTEGER NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scene (
    ticket TEXT PRIMARY KEY, scene TEXT NOT NULL, ends_s REAL);
CREATE TABLE IF NOT EXISTS permission (
    openid TEXT NOT NULL, template TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (openid, template));
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_PEOPLE = ("小郑", "小河", "王阿姨", "李叔叔")


class Books:
    """One connection, used by one thread at a time."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        self._link = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._link.row_factory = sqlite3.Row
        self._link.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _TABLES)
        if not self.people():
            for nickname in _PEOPLE:
                self.add_person(nickname)

    def _all(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._link.execute(sql, values)]

    def _one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        found = self._all(sql, *values)
        return found[0] if found else None

    # People

    def people(self) -> list[dict[str, Any]]:
        return self._all("SELECT * FROM person ORDER BY rowid")

    def person(self, openid: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM person WHERE openid = ?", openid)

    def add_person(self, nickname: str) -> str:
        openid = "o" + secrets.token_urlsafe(20)[:27]
        unionid = "u" + secrets.token_urlsafe(20)[:27]
        self._all(
            "INSERT INTO person (openid, unionid, nickname) VALUES (?, ?, ?)", openid, unionid, nickname
        )
        return openid

    def set_follows(self, openid: str, follows: bool) -> None:
        self._all("UPDATE person SET follows = ? WHERE openid = ?", int(follows), openid)

    def note_heard(self, openid: str, *, now_s: float) -> None:
        self._all("UPDATE person SET heard_s = ? WHERE openid = ?", now_s, openid)

    # What was said

    def add_line(self, openid: str, *, mine: bool, kind: str, content: dict[str, Any]) -> None:
        self._all(
            "INSERT INTO line (openid, mine, kind, content, at) VALUES (?, ?, ?, ?, ?)",
            openid,
            int(mine),
            kind,
            json.dumps(content, ensure_ascii=False),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def lines(self, openid: str, *, limit: int = 40) -> list[dict[str, Any]]:
        rows = self._all("SELECT * FROM line WHERE openid = ? ORDER BY number DESC LIMIT ?", openid, limit)
        return [{**row, "content": json.loads(row["content"])} for row in reversed(rows)]

    # Scenes of QR codes, permissions for subscription messages, the menu

    def add_scene(self, scene: str, *, ends_s: float | None) -> str:
        ticket = "g" + secrets.token_urlsafe(48)
        self._all("INSERT INTO scene (ticket, scene, ends_s) VALUES (?, ?, ?)", ticket, scene, ends_s)
        return ticket

    def scene_of(self, ticket: str, *, now_s: float) -> str | None:
        row = self._one("SELECT * FROM scene WHERE ticket = ?", ticket)
        if row is None or (row["ends_s"] is not None and row["ends_s"] < now_s):
            return None
        return str(row["scene"])

    def permit(self, openid: str, template: str, *, times: int) -> None:
        self._all(
            "INSERT INTO permission VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET times = times + excluded.times",
            openid,
            template,
            times,
        )

    def use_permission(self, openid: str, template: str) -> bool:
        """Use up one of the messages that a person agreed to; say whether there was one."""
        return bool(
            self._all(
                "UPDATE permission SET times = times - 1 WHERE openid = ? AND template = ? AND times > 0"
                " RETURNING times",
                openid,
                template,
            )
        )

    def keep(self, name: str, value: Any) -> None:
        self._all(
            "INSERT INTO kept VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            name,
            json.dumps(value, ensure_ascii=False),
        )

    def kept(self, name: str) -> Any:
        row = self._one("SELECT value FROM kept WHERE name = ?", name)
        return json.loads(row["value"]) if row else None
