"""The audit trail: appended with the data, never changed, and every change from outside is found."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from onetrip.core.audit import Actor, record, verify
from onetrip.core.models import AuditEntry, AuditLane


def sql(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else None


def write(count: int, *, by: Actor, at: datetime) -> None:
    for number in range(count):
        record(
            verb="case.read",
            subject=f"case:{number}",
            by=by,
            at=at,
            detail={"number": number, "word": "窗口"},
        )


@pytest.mark.django_db
def test_entries_are_chained_and_prove_intact(by: Actor, at: datetime) -> None:
    write(5, by=by, at=at)
    report = verify()
    assert (report.intact, report.entries, report.lanes) == (True, 5, 1)
    first, second, *_rest = AuditEntry.objects.order_by("number")
    assert bytes(first.previous) == b"" and bytes(second.previous) == bytes(first.hash) != b""
    assert (first.verb, first.subject, first.actor_kind, first.actor_id, first.at) == (
        "case.read", "case:0", "system", "tests", at,
    )  # fmt: skip
    assert first.detail == {"number": 0, "word": "窗口"}


@pytest.mark.django_db
def test_an_empty_trail_is_intact() -> None:
    assert verify().intact and verify().entries == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE core_auditentry SET verb = 'x'", "DELETE FROM core_auditentry"]
)
def test_the_database_refuses_to_change_an_entry(statement: str, by: Actor, at: datetime) -> None:
    write(2, by=by, at=at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert verify().intact


TAMPERING = {
    "verb": "verb = 'case.forgotten'",
    "subject": "subject = 'case:of a friend'",
    "actor": "actor_id = 'somebody else'",
    "time": "at = at + interval '1 microsecond'",
    "detail": """detail = '{"number": 3, "word": "门"}'""",
    "hash": "hash = sha256('a')",
    "link": "previous = sha256('a')",
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", TAMPERING.values(), ids=TAMPERING.keys())
def test_who_disables_the_trigger_and_changes_an_entry_is_found(change: str, by: Actor, at: datetime) -> None:
    write(5, by=by, at=at)
    sql("ALTER TABLE core_auditentry DISABLE TRIGGER audit_append_only")
    sql(f"UPDATE core_auditentry SET {change} WHERE number = 3")
    report = verify()
    assert not report.intact
    assert any("entry 3: altered" in line for line in report.broken)


@pytest.mark.django_db
def test_an_entry_changed_together_with_its_hash_breaks_the_next(by: Actor, at: datetime) -> None:
    write(5, by=by, at=at)
    sql("ALTER TABLE core_auditentry DISABLE TRIGGER audit_append_only")
    sql("UPDATE core_auditentry SET verb = 'x' WHERE number = 3")
    sql("UPDATE core_auditentry SET hash = sha256(previous || core_audit_text("
        "lane, number, at, verb, subject, actor_kind, actor_id, detail)) WHERE number = 3")  # fmt: skip
    assert [line.partition(", ")[2] for line in verify().broken] == ["entry 4: altered"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "which, found", [(3, "entry 4: altered"), (1, "entry 2: altered"), (5, "the end is missing")]
)
def test_an_entry_taken_out_is_found(which: int, found: str, by: Actor, at: datetime) -> None:
    write(5, by=by, at=at)
    sql("ALTER TABLE core_auditentry DISABLE TRIGGER audit_append_only")
    sql("DELETE FROM core_auditentry WHERE number = %s", which)
    assert any(found in line for line in verify().broken)


@pytest.mark.django_db
def test_an_end_cut_off_with_its_head_shows_in_the_anchor(by: Actor, at: datetime) -> None:
    """Whoever owns the database can make a shorter chain look whole; an anchor kept elsewhere tells."""
    write(4, by=by, at=at)
    head = AuditLane.objects.get(number=4).head
    write(1, by=by, at=at)
    anchor = verify().anchor
    sql("ALTER TABLE core_auditentry DISABLE TRIGGER audit_append_only")
    sql("DELETE FROM core_auditentry WHERE number = 5")
    AuditLane.objects.update(number=4, head=head)
    assert verify().intact and verify().anchor != anchor


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_use_case_leaves_no_entry_and_no_hole(by: Actor, at: datetime) -> None:
    for fails in (False, True, False):
        try:
            with transaction.atomic():
                write(1, by=by, at=at)
                assert not fails
        except AssertionError:
            pass
    assert (verify().intact, verify().entries) == (True, 2)


def _append(session: psycopg.Connection[Any], at: datetime) -> int:
    session.execute("SELECT core_audit_append(%s, 'a', 'b', 'system', 'tests', '{}')", [at])
    row = session.execute("SELECT lane FROM core_auditentry ORDER BY id DESC LIMIT 1").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.django_db(transaction=True)
def test_transactions_that_audit_never_wait_for_each_other(at: datetime) -> None:
    """Sixty transactions are open at once, each with entries: one millisecond of waiting would be an error."""
    given = connection.get_connection_params()
    where = {name: given[name] for name in ("dbname", "host", "user", "port", "password") if name in given}
    sessions = [psycopg.connect(**where, options="-c lock_timeout=1") for _number in range(60)]
    try:
        lanes = [_append(session, at) for session in sessions]
        assert len(set(lanes)) == len(sessions)
        assert [_append(session, at) for session in reversed(sessions)] == lanes[
            ::-1
        ]  # a transaction keeps its lane
        for session in sessions:
            session.commit()
    finally:
        for session in sessions:
            session.close()
    report = verify()
    assert (report.intact, report.entries, report.lanes) == (True, 120, 60)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_concurrent_use_cases(
    together: Callable[..., list[Any]], by: Actor, at: datetime
) -> None:
    def act() -> None:
        with transaction.atomic():
            write(2, by=by, at=at)

    def ten_times() -> None:
        for _time in range(10):
            act()

    assert together(*[ten_times] * 20) == [None] * 20
    report = verify()
    assert (report.intact, report.entries) == (True, 400)


@pytest.mark.django_db
def test_who_acts_is_known_by_kind_and_id() -> None:
    assert Actor.system("worker") == Actor(kind="system", id="worker")
    assert Actor(kind="staff", id="A").is_staff and not Actor.system("worker").is_staff
