"""One use case, one transaction.

`@use_case` opens the transaction and keeps what must happen at its end: live changes are written last, in one fixed
order of topics, so that two use cases which touch the same topics can never wait for each other in a circle, and the
topic rows are locked only for the moment before the commit. A use case called by another joins it.

The database referees every "never two": a constraint it enforces comes back as the refusal that was registered for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from onetrip.core.errors import refusal_for

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Unit:
    """The use case that is running: what must happen at its end, and notes taken on the way."""

    endings: dict[str, Callable[[], None]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)


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
            for name in sorted(unit.endings):
                unit.endings[name]()
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
    """Return the running use case. Its `endings` run last before the commit, in the order of their names.

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
