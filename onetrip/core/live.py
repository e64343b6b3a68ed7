"""Pages that follow: a document per topic, a snapshot of it, and numbered changes as RFC 7396 merge patches.

The truth is in PostgreSQL. A change gets its number in the transaction that made it; after the commit a hint goes out
through Valkey. Hints may be lost or overtake each other: whoever follows sees the gap and reads it from the table.
Every patch sets absolute values (never "one more"), so applying one twice changes nothing.
"""

import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

import redis
from django.db import connection, transaction

from onetrip.core import valkey
from onetrip.core.errors import NotFound
from onetrip.core.unit import Saying, Unit, current_unit

log = logging.getLogger(__name__)
Document = dict[str, Any]
CHANNEL = "live:"
_snapshots: dict[str, Callable[[str], Document]] = {}
_APPEND = "core_live_append(%s, %s)"


def merge(document: Document, patch: Document) -> Document:
    """Apply a merge patch (RFC 7396): objects merge, null removes, everything else replaces."""
    result = dict(document)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            below = result.get(key)
            result[key] = merge(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


def _combine(first: Document, second: Document) -> Document | None:
    """Return one patch that does what `first` and then `second` do (unlike merge, removals are kept).

    None where no single patch can: `first` removes or replaces a value whole, `second` then builds an object in its
    place. Patched at once, the object would mix with what lay there before.
    """
    result = dict(first)
    for key, value in second.items():
        if key in result and isinstance(value, dict):
            below = result[key]
            combined = _combine(below, value) if isinstance(below, dict) else None
            if combined is None:
                return None
            result[key] = combined
        else:
            result[key] = value
    return result


def change(*, topic: str, patch: Document) -> None:
    """Note a change of the topic's document; it is numbered and stored at the end of the running use case.

    Several changes of one topic in one use case become one event where one patch can say them all. Raises
    RuntimeError outside a use case.
    """
    unit = current_unit()
    noted: dict[str, list[Document]] = unit.notes.setdefault("live", {})
    patches = noted.setdefault(topic, [])
    combined = _combine(patches[-1], patch) if patches else patch
    if combined is None:
        patches.append(patch)
    else:
        patches[-1:] = [combined]
    unit.endings.setdefault("live:" + topic, partial(_append, topic, patches, unit))


def _append(topic: str, patches: list[Document], unit: Unit) -> None:
    hints: list[tuple[str, str]] | None = unit.notes.get("live_hints")
    if hints is None:
        hints = unit.notes["live_hints"] = []
        transaction.on_commit(partial(_push, hints), robust=True)
    for patch in patches:
        text = json.dumps(patch, ensure_ascii=False, default=str)
        unit.sayings.append(Saying(_APPEND, (topic, text), partial(_note_hint, hints, topic, text)))


def _note_hint(hints: list[tuple[str, str]], topic: str, patch: str, seq: int) -> None:
    hints.append((CHANNEL + topic, f'{{"topic": {json.dumps(topic)}, "seq": {seq}, "patch": {patch}}}'))


def _push(hints: list[tuple[str, str]]) -> None:
    try:
        if len(hints) == 1:
            valkey.client().publish(*hints[0])
            return
        with valkey.client().pipeline(transaction=False) as pipeline:
            for channel, hint in hints:
                pipeline.publish(channel, hint)
            pipeline.execute()
    except redis.RedisError:
        # Followers find the change in the table at their next look; the errand itself must not fail for a hint.
        log.warning("live hints for %s were not sent", ", ".join(channel for channel, _hint in hints))


def register_snapshot(prefix: str, build: Callable[[str], Document]) -> None:
    """Say how to build the present document of the topics `prefix:<key>`. No value in it may be null."""
    _snapshots[prefix] = build


def snapshot(topic: str) -> tuple[int, Document]:
    """Return (number of the last change, document), both as of one moment.

    Raises NotFound for a topic that no module has registered or whose thing does not exist.
    """
    prefix, _colon, key = topic.partition(":")
    build = _snapshots.get(prefix)
    if build is None or not key:
        raise NotFound()
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0 and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return heads([topic]).get(topic, 0), build(key)


def heads(topics: Iterable[str]) -> dict[str, int]:
    """Return the number of the last change of each topic that has ever changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT topic, seq FROM core_livetopic WHERE topic = ANY(%s)", [list(topics)])
        return dict(cursor.fetchall())


def events_after(topic: str, seq: int) -> list[tuple[int, Document]] | None:
    """Return the changes after number `seq`, oldest first, or None when some of them are no longer kept."""
    head = heads([topic]).get(topic, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, patch FROM core_liveevent WHERE topic = %s AND seq > %s ORDER BY seq", [topic, seq]
        )
        rows = [(number, json.loads(patch) if isinstance(patch, str) else patch) for number, patch in cursor]
    # Changes are thrown away by the age of their transaction, and the older one may have the higher number: a hole
    # can be anywhere. The head was read first, so a change that commits in between is one more row, never a hole.
    without_holes = [number for number, _patch in rows] == list(range(seq + 1, seq + 1 + len(rows)))
    if seq > head or not without_holes or seq + len(rows) < head:
        return None
    return rows


def forget_before(at: datetime) -> int:
    """Delete changes older than `at`; whoever was away longer gets a fresh snapshot. Returns how many went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_liveevent WHERE at < %s", [at])
        return int(cursor.rowcount)
