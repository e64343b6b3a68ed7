"""Statements whose plan the database keeps, asked in the quickest way that psycopg has.

psycopg makes a cursor, looks the statement up, and waits for the answer in Python: for a question that is answered in a
twentieth of a millisecond, that takes as long as the answer. Here a statement is prepared once a connection and asked
with one call of libpq (``PQexecPrepared``); psycopg translates the values and the rows, as it does for its cursors.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NoReturn

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.psycopg_any import mogrify
from psycopg import Connection, Error, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, error_from_result
from psycopg.pq import ConnStatus, ExecStatus

Rows = list[tuple[Any, ...]]
Values = Mapping[str, Any] | Sequence[Any]

_KEPT = "_onetrip_kept"
_MOST = 400  # statements a connection keeps; this project asks fewer
_OK = ExecStatus.TUPLES_OK
_PLACE = re.compile(r"%(?:%|s|\((\w+)\)s)")
_DEBUG = settings.DEBUG  # as Django's `queries_logged`, which looks it up with every statement


def ask(sql: str, values: Values = ()) -> Rows:
    """Return the rows of a statement with ``%s`` or ``%(name)s`` in it; none for one that returns no rows.

    It is parsed once a connection and planned for values in general. Such a plan knows no value: look at
    `EXPLAIN (GENERIC_PLAN)` before a statement with more than keys in it is asked in this way. Values are not written
    into the text, so none may stand where its type cannot be told. Raises what Django's cursors raise.
    """
    link: Any = connections[DEFAULT_DB_ALIAS]  # one a thread, and another for an event loop in it
    if link.execute_wrappers or link.force_debug_cursor or _DEBUG:
        return _asked_openly(link, sql, values)
    if link.connection is None:
        link.ensure_connection()
    try:
        return _answer(link.connection, sql, values)
    except Error:
        with link.wrap_database_errors:
            raise


class Listened:
    """What Django's wrappers of cursors, which count and log statements, need of a cursor."""

    def __init__(self, connection: "Connection[Any]") -> None:
        self.connection = connection
        self.rows: Rows = []

    def execute(self, sql: str, values: Values = ()) -> None:
        self._asked = (sql, values)
        self.rows = _answer(self.connection, sql, values)

    @property
    def _query(self) -> Any:
        """The statement with its values in it, as Django's log shows all others: psycopg's name for it."""
        connection: Any = self.connection  # the stubs know psycopg 2, which wants Django's
        return SimpleNamespace(query=mogrify(*self._asked, connection).encode())

    def close(self) -> None:
        """Nothing is open."""


def _asked_openly(link: Any, sql: str, values: Values) -> Rows:
    link.ensure_connection()
    listened = Listened(link.connection)
    with link._prepare_cursor(listened) as cursor:
        cursor.execute(sql, values)
    return listened.rows


class _Kept:
    """What is kept with a connection: how values are translated, and the names of the statements it has prepared."""

    def __init__(self, connection: "Connection[Any]") -> None:
        self.transformer = Transformer(connection)
        self.names: dict[tuple[bytes, tuple[int, ...] | None], bytes] = {}
        self.made = 0


def _answer(connection: "Connection[Any]", sql: str, values: Values) -> Rows:
    kept: _Kept | None = getattr(connection, _KEPT, None)
    if kept is None:
        kept = _Kept(connection)
        setattr(connection, _KEPT, kept)
    command, names, formats = _translated(sql)
    transformer, libpq = kept.transformer, connection.pgconn
    given: Any = [values[name] for name in names] if names else values  # type: ignore[call-overload]
    params: Any = transformer.dump_sequence(given, formats)
    name = kept.names.get((command, transformer.types))
    if name is None:
        name = _prepare(connection, kept, command)
    result = libpq.exec_prepared(name, params, transformer.formats)
    if result.status != _OK:
        if result.status == ExecStatus.COMMAND_OK:
            return []
        _refuse(connection, kept, command, result)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)


def _prepare(connection: "Connection[Any]", kept: _Kept, command: bytes) -> bytes:
    if len(kept.names) >= _MOST:
        connection.pgconn.exec_(b"DEALLOCATE ALL")
        kept.names.clear()
    types = kept.transformer.types
    name = b"onetrip_%d" % kept.made
    kept.made += 1
    result = connection.pgconn.prepare(name, command, types)
    if result.status != ExecStatus.COMMAND_OK:
        _refuse(connection, kept, command, result)
    kept.names[command, types] = name
    return name


def _refuse(connection: "Connection[Any]", kept: _Kept, command: bytes, result: Any) -> NoReturn:
    if connection.pgconn.status == ConnStatus.BAD:
        raise OperationalError(result.get_error_message(kept.transformer.encoding))
    error = error_from_result(result, kept.transformer.encoding)
    if isinstance(error, FeatureNotSupported):  # a migration changed what it returns: prepared anew next time
        kept.names = {key: name for key, name in kept.names.items() if key[0] != command}
    raise error


@lru_cache(maxsize=2048)
def _translated(sql: str) -> tuple[bytes, tuple[str, ...], list[PyFormat]]:
    """Return the statement with $1, $2 … in it, the names of its values, if they have any, and psycopg's formats."""
    names: list[str] = []
    places = 0

    def place(found: re.Match[str]) -> str:
        nonlocal places
        if found.group() == "%%":
            return "%"
        name = found.group(1)
        if name is None:
            places += 1
            return f"${places}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    command = _PLACE.sub(place, sql)
    if names and places:
        raise ValueError("a statement has names for all of its values or for none")
    return command.encode(), tuple(names), [PyFormat.AUTO] * (places or len(names))
