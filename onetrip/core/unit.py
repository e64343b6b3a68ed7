"""One use case, one transaction.

`@use_case` opens the transaction and keeps what must happen at its end: live changes are written last, in one fixed
order of topics, so that two use cases which touch the same topics can never wait for each other in a circle, and the
topic rows are locked only for the moment before the commit. A use case called by another joins it.

What a use case has to say, audit entries and live changes, it says in one statement: a statement more is a way to the
database and back.

The database referees every "never two": a constraint it enforces comes back as the refusal that was registered for it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from onetrip.core.database import ask
from onetrip.core.errors import refusal_for

P = ParamSpec("P")
R = TypeVar("R")


# So many calls fit into one statement; more than a handful come from jobs that go through many rows.
_AT_ONCE = 8


@dataclass(frozen=True)
class Saying:
    """A call of a function in the database, with its values; `heard` is given what it returns."""

    call: str
    values: Sequence[Any]
    heard: Callable[[Any], None] | None = None


@dataclass
class Unit:
    """The use case that is running: what must happen at its end, what is said then, and notes taken on the way."""

    endings: dict[str, Callable[[], None]] = field(default_factory=dict)
    sayings: list[Saying] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def end(self) -> None:
        """Run the endings in the order of their names, then say everything in the order in which it was noted.

        An ending may add others with a later name.
        """
        ended: set[str] = set()
        while waiting := self.endings.keys() - ended:
            name = min(waiting)
            ended.add(name)
            self.endings[name]()
        for begin in range(0, len(self.sayings), _AT_ONCE):
            _say(self.sayings[begin : begin + _AT_ONCE])


def _say(sayings: list[Saying]) -> None:
    calls = ", ".join([saying.call for saying in sayings])
    [answers] = ask(f"SELECT {calls}", [value for saying in sayings for value in saying.values])
    for saying, answer in zip(sayings, answers, strict=True):
        if saying.heard is not None:
            saying.heard(answer)


_running: ContextVar[Unit | None] = ContextVar("onetrip_unit", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Run the block as one transaction, or as part of the one that is open.

    When a part fails, the whole can only fail: half of the part may be written, and a caller that catches the refusal
    and goes on would keep it. The database connection refuses everything but the way out.
    """
    if is_running():
        with transaction.atomic(savepoint=False):
            yield
        return
    unit = Unit()
    token = _running.set(unit)
    try:
        with transaction.atomic():
            yield
            if transaction.get_rollback():
                raise RuntimeError("a use case inside this one failed, and its refusal was passed over")
            unit.end()
    except DatabaseError as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error
    finally:
        _running.reset(token)


def is_running() -> bool:
    """Say whether a use case is open here."""
    return _running.get() is not None


def current_unit() -> Unit:
    """Return the running use case. Its `endings` run last before the commit, then its `sayings` are said.

    Raises RuntimeError outside a use case.
    """
    unit = _running.get()
    if unit is None:
        raise RuntimeError("this needs a use case: decorate the service with @use_case")
    return unit


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service one transaction: everything it writes stays, or nothing."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return function(*args, **kwargs)

    return run
