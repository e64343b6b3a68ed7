"""`python -m bench.stages`: where the time of a search and of a booking goes, in one process, one request at a time.

Microseconds of each stage without what it asked of the others, the median over all errands: a table for the documents.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any
from unittest.mock import patch

from bench.errands import make_errands, raise_row_numbers, take_everything_back
from bench.recording import Request
from bench.stage import set_up

ERRANDS, WARM_UP = 400, 50
FRAME, VIEW, TEMPLATE, DATABASE, COMMIT, VALKEY = (
    "frame: session, person, forms' tokens, headers, addresses", "view and domain", "template",
    "PostgreSQL: statements, with their values and rows", "PostgreSQL: begin and commit", "Valkey",
)  # fmt: skip
_STAGES = (FRAME, VIEW, TEMPLATE, DATABASE, COMMIT, VALKEY)


class Stopwatch:
    """Gives every moment to the innermost stage that is under way."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._open: list[tuple[str, float, list[float]]] = []

    def around(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            inner: list[float] = []
            begin = time.perf_counter()
            self._open.append((name, begin, inner))
            try:
                return original(*args, **kwargs)
            finally:
                self._open.pop()
                took = time.perf_counter() - begin
                self.spent[name] += took - sum(inner)
                if self._open:
                    self._open[-1][2].append(took)

        return call


@contextmanager
def _watched(watch: Stopwatch) -> Iterator[Callable[..., Any]]:
    """Put the stopwatch around everything that is a stage, and yield the application."""
    import redis
    from django.core.handlers.base import BaseHandler
    from django.db.backends.utils import CursorWrapper
    from django.template.backends.django import Template

    from onetrip.core.database import asking
    from onetrip.core.database.base import DatabaseWrapper

    places: list[tuple[Any, str, str]] = [
        (BaseHandler, "_get_response", VIEW), (Template, "render", TEMPLATE), (CursorWrapper, "execute", DATABASE),
        (DatabaseWrapper, "_say", COMMIT), (redis.client.Redis, "execute_command", VALKEY),
    ]  # fmt: skip
    with ExitStack() as stack:
        for owner, name, stage in places:
            stack.enter_context(patch.object(owner, name, _as_method(watch, stage, getattr(owner, name))))
        stack.enter_context(patch.object(asking, "_answer", watch.around(DATABASE, asking._answer)))
        from onetrip.project.wsgi import application  # it takes hold of its parts when it is loaded

        yield watch.around(FRAME, application)


def _as_method(watch: Stopwatch, stage: str, original: Callable[..., Any]) -> Callable[..., Any]:
    timed = watch.around(stage, original)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return timed(self, *args, **kwargs)

    return method


def _serve(application: Callable[..., Any], request: Request, status: str) -> None:
    def start_response(said: str, _headers: object, *_rest: object) -> None:
        if not said.startswith(status):
            raise RuntimeError(f"{request.path}: {said}")

    b"".join(application(request.environ, start_response))


def main() -> None:
    """Measure and print the table."""

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    kinds = {"search": "200", "hold": "302", "confirm": "302"}
    taken: dict[str, list[Counter[str]]] = {kind: [] for kind in kinds}
    with set_up(quick="--quick" in sys.argv, tell=tell) as stage:
        raise_row_numbers(stage)
        errands = make_errands(stage, count=stage.count(ERRANDS) + WARM_UP, first=0)
        take_everything_back(stage)
        watch = Stopwatch()
        with _watched(watch) as application:
            for errand in errands:
                for kind, request in errand.requests:
                    watch.spent = Counter()
                    _serve(application, request, kinds[kind])
                    taken[kind].append(watch.spent)
    print(_table({kind: found[WARM_UP:] for kind, found in taken.items()}))


def _table(taken: dict[str, list[Counter[str]]]) -> str:
    lines = [f"| stage, µs | {' | '.join(taken)} |", "|---|" + "---|" * len(taken)]
    for name in _STAGES:
        cells = [f"{1e6 * median(spent[name] for spent in found):,.0f}" for found in taken.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    whole = [f"{1e6 * median(spent.total() for spent in found):,.0f}" for found in taken.values()]
    return "\n".join([*lines, f"| the whole request | {' | '.join(whole)} |"])


if __name__ == "__main__":
    main()
