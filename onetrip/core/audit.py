"""Who did or saw what, when: append-only, chained by SHA-256, provable by :func:`verify`."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from onetrip.core.database import ask
from onetrip.core.unit import Saying, current_unit, is_running


@dataclass(frozen=True)
class Actor:
    """Who acts. `kind` is citizen, staff, system or device; `id` is a public id or a job's name."""

    kind: str
    id: str

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor for work that no person asked for: a timer, an import."""
        return cls(kind="system", id=name)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"


_APPEND = "core_audit_append(%s, %s, %s, %s, %s, %s)"
_LAST = """
SELECT detail::text FROM core_auditentry WHERE subject = %s AND verb = %s ORDER BY at DESC, number DESC LIMIT 1
"""


def record(*, verb: str, subject: str, by: Actor, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Append one entry inside the caller's transaction, at the end of the running use case.

    `detail` holds no personal data: codes, counts, ids.
    """
    entry = (at, verb, subject, by.kind, by.id, json.dumps(detail or {}, ensure_ascii=False, default=str))
    if is_running():
        current_unit().sayings.append(Saying(_APPEND, entry))
        return
    ask(f"SELECT {_APPEND}", entry)


def last_detail(*, verb: str, subject: str) -> dict[str, Any] | None:
    """Return what the trail last said with this verb of a subject, None if it never did."""
    found = ask(_LAST, [subject, verb])
    return json.loads(found[0][0]) if found else None


@dataclass(frozen=True)
class AuditReport:
    """What a verification found. `anchor` is a digest of all heads: keep it elsewhere to prove nothing was cut off."""

    entries: int
    lanes: int
    anchor: str
    broken: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.broken


_BROKEN = """
SELECT lane, number FROM (
    SELECT lane, number, previous, hash,
           lag(hash, 1, ''::bytea) OVER chain AS expected_previous,
           lag(number, 1, 0::bigint) OVER chain AS number_before,
           sha256(previous || core_audit_text(
               lane, number, at, verb, subject, actor_kind, actor_id, detail)) AS expected
    FROM core_auditentry WINDOW chain AS (PARTITION BY lane ORDER BY number)
) linked
WHERE hash <> expected OR previous <> expected_previous OR number <> number_before + 1
ORDER BY lane, number LIMIT 100
"""
_CUT_OFF = """
SELECT l.lane, l.number FROM core_auditlane l
LEFT JOIN core_auditentry e ON e.lane = l.lane AND e.number = l.number
WHERE l.number > 0 AND (e.hash IS NULL OR e.hash <> l.head) ORDER BY l.lane
"""
_HEADS = """
SELECT coalesce(sum(number), 0)::bigint, count(*),
       encode(sha256(coalesce(string_agg(head, ''::bytea ORDER BY lane), ''::bytea)), 'hex')
FROM core_auditlane WHERE number > 0
"""


def verify() -> AuditReport:
    """Recompute every hash and link in the database and report the places where the trail was altered."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        broken = [f"lane {lane}, entry {number}: altered" for lane, number in cursor.fetchall()]
        cursor.execute(_CUT_OFF)
        broken += [
            f"lane {lane}: the end is missing after entry {number}" for lane, number in cursor.fetchall()
        ]
        cursor.execute(_HEADS)
        entries, lanes, anchor = cursor.fetchone()
    return AuditReport(entries=entries, lanes=lanes, anchor=anchor, broken=broken)
