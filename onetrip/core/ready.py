"""Queries whose SQL is worked out once.

Django builds the SQL of a query set anew each time, which takes longer than running it. On the pages that everybody
asks for, that is most of the work; there a query is made ready instead: written as a query set, worked out at its first
use, and from then on only given its values.

    _CASE = Ready(lambda case_id: Case.objects.filter(public_id=case_id), case_id=str)
    row = _CASE.first(case_id="…")

Every value is compared with a column: none may be None, a list or anything that would change the SQL.

The database keeps its own plan of a ready query, too, one a connection: for most of them planning takes longer than
answering. :func:`prepared` does the same for a statement that is written by hand, and :func:`save` for a row's fields.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from psycopg import Connection, Cursor

T = TypeVar("T")
_CURSOR = "_onetrip_cursor"
_FIRST_DAY = datetime(1903, 1, 1, tzinfo=UTC)


def _sample(kind: type, number: int) -> Any:
    """Return a value that stands nowhere else in a query: where it comes out, the real value goes in."""
    if kind is int:
        return 2_000_000_000 + number
    if kind is str:
        return f"\N{REPLACEMENT CHARACTER}{number}"
    moment = _FIRST_DAY + timedelta(days=number)
    return moment if kind is datetime else moment.date()


class _PreparingCursor(ServerBindingCursor):  # the stubs of Django do not know that psycopg 3 is here
    """Lets the database keep the plan. Django's log of statements shows them with their values, as all others."""

    def execute(self, query: Any, params: Any = None, **wishes: Any) -> Any:
        self._asked = (query, params)
        return super().execute(query, params, **wishes)  # type: ignore[misc]

    @property
    def _query(self) -> Any:
        asked = mogrify(*self._asked, self.connection)  # type: ignore[attr-defined]
        return SimpleNamespace(query=asked.encode())

    @_query.setter
    def _query(self, value: Any) -> None:
        """Nothing: what stood in psycopg's own note would be without values."""


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """Yield a cursor whose statements are parsed once a connection and planned for values in general.

    Such a plan knows no value: look at `EXPLAIN (GENERIC_PLAN)` before a statement with more than keys in it is asked
    in this way. Values are not written into the text, so none may stand where its type cannot be told.
    """
    connection.ensure_connection()
    # Django has this cursor, too, but gives it out for all statements of a connection or for none.
    raw = _PreparingCursor(connection.connection)  # type: ignore[call-arg]
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]
        yield cursor


def ask(sql: str, params: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement asked through :func:`prepared`.

    Where nobody listens to what is asked, without Django's wrapping: it takes as long as the question does.
    """
    link: Any = connections[DEFAULT_DB_ALIAS]
    if link.execute_wrappers or link.queries_logged:
        with prepared() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    if link.connection is None:
        link.ensure_connection()
    with link.wrap_database_errors:
        return _cursor_of(link.connection).execute(sql, params).fetchall()


def save(row: Model, *fields: str) -> None:
    """Write these fields of a row that is there, as ``row.save(update_fields=…)`` does, with SQL worked out once.

    Raises DatabaseError where the row has gone. It sends no signals: this project listens to none.
    """
    sql, written = _update_of(type(row), fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in written]
    if not ask(sql, [*values, row.pk]):
        raise DatabaseError(f"{type(row).__name__} {row.pk} is not there to be saved")


@lru_cache(maxsize=256)
def _update_of(model: type[Model], fields: tuple[str, ...]) -> "tuple[str, list[Field[Any, Any]]]":
    quote, about = connection.ops.quote_name, model._meta
    written: list[Any] = [about.get_field(name) for name in fields]
    columns = ", ".join(f"{quote(field.column)} = %s" for field in written)
    key: Any = about.pk
    return f"UPDATE {quote(about.db_table)} SET {columns} WHERE {quote(key.column)} = %s RETURNING 1", written


def _cursor_of(connection: "Connection[Any]") -> "Cursor[Any]":
    # One cursor serves a connection for good: every answer is fetched whole before the next question.
    cursor: Cursor[Any] | None = getattr(connection, _CURSOR, None)
    if cursor is None:
        cursor = Cursor(connection)
        setattr(connection, _CURSOR, cursor)
    return cursor


@dataclass(frozen=True)
class _Plan:
    """The SQL, its values with gaps in them, and how rows become what the query set would have yielded."""

    sql: str
    params: tuple[Any, ...]
    gaps: tuple[tuple[int, str, Callable[[Any], Any] | None], ...]
    finish: Callable[[Any], Iterator[Any]]


class Ready(Generic[T]):
    """A query set made ready; `values` names what it is given, with the type of each: int, str, date or datetime.

    It may yield models (with select_related, defer and annotations), tuples or single values, and it may lock rows.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, T]"], **values: type) -> None:
        if not set(values.values()) <= {int, str, date, datetime}:
            raise TypeError("a ready query takes values of int, str, date and datetime only")
        self._build = build
        self._kinds = values
        self._plan: _Plan | None = None

    def all(self, **values: Any) -> list[T]:
        """Return all rows."""
        plan = self._plan
        if plan is None:  # two threads may both work it out: the same plan twice
            plan = self._plan = self._worked_out()
        if values.keys() != self._kinds.keys() or None in values.values():
            raise TypeError(f"this query takes {', '.join(self._kinds)}, each with a value")
        params = list(plan.params)
        for position, name, cast in plan.gaps:
            params[position] = cast(values[name]) if cast else values[name]
        rows = ask(plan.sql, params)
        return list(plan.finish(rows)) if rows else []

    def first(self, **values: Any) -> T | None:
        """Return the first row, or None. The query set says how many rows are read: end it with ``[:1]``."""
        found = self.all(**values)
        return found[0] if found else None

    def _worked_out(self) -> _Plan:
        samples = {name: _sample(kind, number) for number, (name, kind) in enumerate(self._kinds.items())}
        rows: Any = self._build(**samples)
        if rows._prefetch_related_lookups:
            raise TypeError("a ready query is one query: prefetch_related would be another")
        compiler = rows.query.get_compiler(using=connection.alias)
        sql, params = compiler.as_sql()
        gaps = tuple(_gaps(params, samples))
        forgotten = samples.keys() - {name for _position, name, _cast in gaps}
        if forgotten:
            raise TypeError(f"the query does not use {', '.join(forgotten)} as given")
        return _Plan(sql, tuple(params), gaps, _finisher(rows, compiler))


def _gaps(
    params: tuple[Any, ...], samples: dict[str, Any]
) -> Iterator[tuple[int, str, Callable[[Any], Any] | None]]:
    for position, param in enumerate(params):
        for name, sample in samples.items():
            if isinstance(param, type(sample)) and param == sample:
                # Django tells the database the width of some numbers by a type of its own.
                yield position, name, None if type(param) is type(sample) else type(param)


def _finisher(rows: Any, compiler: Any) -> Callable[[Any], Iterator[Any]]:
    """Return how the compiler would turn rows of the database into what the query set yields."""
    width = compiler.col_count
    fields = [column[0] for column in compiler.select[0:width]]
    converters = compiler.get_converters(fields)
    kind = rows._iterable_class
    if kind is ModelIterable:
        shape: Callable[[Any], Any] = _model_maker(compiler)
    elif kind is FlatValuesListIterable:
        shape = _only_value
    elif kind is ValuesListIterable:
        shape = tuple
    else:
        raise TypeError(f"{kind.__name__} cannot be made ready")

    def finish(found: Any) -> Iterator[Any]:
        read = (row[:width] for row in found)
        return map(shape, compiler.apply_converters(read, converters) if converters else read)

    return finish


def _only_value(row: Any) -> Any:
    return row[0]


def _model_maker(compiler: Any) -> Callable[[Any], Any]:
    select, model = compiler.select, compiler.klass_info["model"]
    places = compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    # The stubs are those of a later Django, where it takes one argument more.
    related = get_related_populators(compiler.klass_info, select, connection.alias)  # type: ignore[call-arg]
    annotations = tuple(compiler.annotation_col_map.items())

    def make(row: Any) -> Any:
        made = model.from_db(connection.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        for name, place in annotations:
            setattr(made, name, row[place])
        return made

    return make
