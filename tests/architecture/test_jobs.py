"""Services name the jobs they ask for: the name must be one that a worker knows."""

import ast
from collections.abc import Iterator

from procrastinate.contrib.django import app

from tests.architecture.house import Source, catches, keep, sources


def unknown_jobs(source: Source) -> Iterator[str]:
    """Only the bare `defer(…)`: querysets have a method of that name for columns."""
    if not source.is_domain:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"defer", "jobs.defer"} and node.args:
            name = getattr(node.args[0], "value", None)
            if isinstance(name, str) and name not in app.tasks:
                yield f"line {node.lineno}: no job is called {name}"


def test_every_job_that_is_asked_for_exists() -> None:
    keep(unknown_jobs)


def test_jobs_are_asked_for_by_name() -> None:
    assert any('defer("' in source.text for source in sources() if source.room == "services")


def test_the_rule_sees_an_unknown_job() -> None:
    module = "onetrip.domain.booking.services"
    assert catches(unknown_jobs, module, "defer('booking.nobody_wrote_this', once='a')")
    assert not catches(unknown_jobs, module, "defer('notifications.deliver_due')\nrows.defer('outline')")
