"""Queries whose SQL is worked out once.

Django builds the SQL of a query set anew each time, which takes longer than running it. On the pages that everybody
asks for, that is most of the work; there a query is made ready instead: written as a query set, worked out at its first
use, and from then on only given its values.

    _CASE = Ready(lambda case_id: Case.objects.filter(public_id=case_id), case_id=str)
    row = _CASE.first(case_id="…")

Every value is compared with a column: none may be None, a list or anything that would change the SQL.

The database keeps its own plan of a ready query, too (`onetrip.core.database.ask`). :func:`save` does the same for a
row's fields.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection
from django.db.models import Field, Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from psycopg.sql import Literal

from onetrip.core.database import ask

T = TypeVar("T")
_FIRST_DAY = datetime(1903, 1, 1, tzinfo=UTC)


def _sample(kind: type, number: int) -> Any:
    """Return a value that stands nowhere else in a query: where it comes out, the real value goes in."""
    if kind is int:
        return 2_000_000_000 + number
    if kind is str:
        return f"\N{REPLACEMENT CHARACTER}{number}"
    moment = _FIRST_DAY + timedelta(days=number)
    return moment if kind is datetime else moment.date()


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


@dataclass(frozen=True)
class _Plan:
    """The SQL, the values it is given in their order, and how rows become what the query set would have yielded."""

    sql: str
    gaps: tuple[tuple[str, Callable[[Any], Any] | None], ...]
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
        rows = ask(plan.sql, [cast(values[name]) if cast else values[name] for name, cast in plan.gaps])
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
        gaps = {position: (name, cast) for position, name, cast in _gaps(params, samples)}
        forgotten = samples.keys() - {name for name, _cast in gaps.values()}
        if forgotten:
            raise TypeError(f"the query does not use {', '.join(forgotten)} as given")
        fixed = _with_constants(sql, {place: one for place, one in enumerate(params) if place not in gaps})
        return _Plan(fixed, tuple(gaps.values()), _finisher(rows, compiler))


def _gaps(
    params: tuple[Any, ...], samples: dict[str, Any]
) -> Iterator[tuple[int, str, Callable[[Any], Any] | None]]:
    for position, param in enumerate(params):
        for name, sample in samples.items():
            if isinstance(param, type(sample)) and param == sample:
                # Django tells the database the width of some numbers by a type of its own.
                yield position, name, None if type(param) is type(sample) else type(param)


def _with_constants(sql: str, constants: dict[int, Any]) -> str:
    """Write what is the same every time into the SQL: a plan that the database keeps knows it then.

    An index of some rows only, as of the appointments that live, would serve no plan that is told later which.
    """
    places = count()
    connection.ensure_connection()

    def written(found: re.Match[str]) -> str:
        if found.group() == "%%" or (place := next(places)) not in constants:
            return found.group()
        literal: str = Literal(constants[place]).as_string(connection.connection)
        return literal.replace("%", "%%")

    return re.sub("%%|%s", written, sql)


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
