"""Statements that the database keeps the plan of: the same answers, the same transactions, the same errors."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from onetrip.core.database import ask


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE asked (number int PRIMARY KEY, word text)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE asked")


@pytest.mark.django_db
def test_values_and_rows_are_those_of_a_cursor() -> None:
    at = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
    sql = "SELECT %s::int, %s::text, %s::timestamptz, %s::date, %s::text[], %s::bigint, '100%%'"
    values = [7, "张伟", at, at.date(), ["a", "b"], None]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        wanted = cursor.fetchall()
    assert ask(sql, values) == ask(sql, values) == wanted == [(*values, "100%")]
    named = "SELECT %(later)s::int - %(sooner)s::int, %(later)s::int"
    assert ask(named, {"sooner": 3, "later": 10}) == [(7, 10)]
    assert ask("SELECT 1") == [(1,)]
    assert ask("SELECT 1 WHERE false") == []
    with pytest.raises(ValueError, match="all of its values or for none"):
        ask("SELECT %s, %(name)s", {"name": 1})


@pytest.mark.django_db
def test_whoever_counts_statements_sees_them_with_their_values() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert ask("SELECT %s::int + 1", [41]) == [(42,)]
    assert [one["sql"] for one in asked.captured_queries] == ["SELECT 41::int + 1"]


def test_a_statement_is_part_of_the_transaction_that_is_open(table: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert ask("INSERT INTO asked VALUES (1, %s) RETURNING number", ["a"]) == [
            (1,)
        ]  # the first one in it
        raise ZeroDivisionError
    assert ask("SELECT number FROM asked") == []
    with transaction.atomic():
        assert ask("INSERT INTO asked VALUES (1, %s)", ["a"]) == []  # nothing is returned
    assert ask("SELECT number FROM asked") == [(1,)]


def test_errors_are_djangos_and_leave_the_connection_as_it_should_be(table: None) -> None:
    ask("INSERT INTO asked VALUES (1, 'a')")
    with pytest.raises(IntegrityError) as broken:
        ask("INSERT INTO asked VALUES (%s, 'b')", [1])
    assert broken.value.__cause__.diag.constraint_name == "asked_pkey"  # type: ignore[union-attr]
    with pytest.raises(ProgrammingError):
        ask("SELECT nothing FROM asked")
    assert ask("SELECT word FROM asked") == [("a",)]
    with pytest.raises(IntegrityError), transaction.atomic():
        ask("INSERT INTO asked VALUES (2, 'a')")
        ask("INSERT INTO asked VALUES (%s, 'b')", [1])
    assert ask("SELECT word FROM asked") == [("a",)]


def test_after_a_migration_a_statement_is_prepared_anew(table: None) -> None:
    ask("INSERT INTO asked VALUES (1, 'a')")
    assert ask("SELECT * FROM asked") == [(1, "a")]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE asked ADD COLUMN more int DEFAULT 5")
    with pytest.raises(Exception, match="cached plan must not change result type"):
        ask("SELECT * FROM asked")
    assert ask("SELECT * FROM asked") == [(1, "a", 5)]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_gone_is_said_to_be_gone_and_the_next_request_has_another_connection() -> None:
    [(backend,)] = ask("SELECT pg_backend_pid()")

    def end_it() -> None:
        ask("SELECT pg_terminate_backend(%s)", [backend])
        connections.close_all()

    other = threading.Thread(target=end_it)
    other.start()
    other.join()
    with pytest.raises(OperationalError):
        ask("SELECT 1")
    connection.close_if_unusable_or_obsolete()
    assert ask("SELECT 1") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_in_the_pool_is_not_handed_out() -> None:
    ask("SELECT 1")
    connection.close()  # back to the pool
    pool = connection.pool  # type: ignore[attr-defined]
    held = pool.getconn()

    def end_it() -> None:
        ask("SELECT pg_terminate_backend(%s)", [held.info.backend_pid])
        connections.close_all()

    other = threading.Thread(target=end_it)
    other.start()
    other.join()
    pool.putconn(held)
    for _request in range(3):  # the pool gives them out in turns
        assert ask("SELECT 1") == [(1,)]
        connection.close()
