"""Every transition table can be walked from its beginning to an end, and every state can be told to a citizen."""

import pkgutil
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from typing import Any

import pytest
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import onetrip.domain
from onetrip.core.transitions import Transition, TransitionTable

ACTORS = {"citizen", "staff", "system", "device"}


def states_modules() -> Iterator[Any]:
    for module in pkgutil.iter_modules(onetrip.domain.__path__, "onetrip.domain."):
        if any(child.name == "states" for child in pkgutil.iter_modules(import_module(module.name).__path__)):
            yield import_module(module.name + ".states")


TABLES = [
    pytest.param(value, id=value.name)
    for module in states_modules()
    for value in vars(module).values()
    if isinstance(value, TransitionTable)
]


def flaws(table: TransitionTable) -> list[str]:
    """What is wrong with a table. A thing is made in the state that the first row starts from, or in one that
    nothing leads to."""
    rows = list(table)
    states = {str(state) for row in rows for state in (row.frm, row.to)}
    targets = {str(row.to) for row in rows}
    beginnings = {str(rows[0].frm)} | (states - targets)
    found = [f"{state} cannot be reached" for state in sorted(states - _reach(beginnings, _steps(rows)))]
    ends = table.final_states()
    if ends:
        backwards = [(to, frm) for frm, to in _steps(rows)]
        found += [f"{state} leads to no end" for state in sorted(states - _reach(ends, backwards))]
    found += [f"{row.verb} from {row.frm}: by whom?" for row in rows if not row.who or set(row.who) - ACTORS]
    for kind in {type(state) for row in rows for state in (row.frm, row.to)}:
        if not issubclass(kind, TextChoices):
            found.append(f"{kind.__name__} has no texts: states are TextChoices with lazy labels")
            continue
        found += [f"{member.value} stands in no row" for member in kind if member.value not in states]
        found += [f"{member.value} has no translatable text" for member in kind if not _translates(member)]
    return found


def _steps(rows: Iterable[Transition]) -> list[tuple[str, str]]:
    return [(str(row.frm), str(row.to)) for row in rows]


def _reach(starts: set[str], steps: list[tuple[str, str]]) -> set[str]:
    reached = set(starts)
    while more := {to for frm, to in steps if frm in reached} - reached:
        reached |= more
    return reached


def _translates(member: Any) -> bool:
    return isinstance(member._label_, Promise)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_can_be_walked_and_told(table: TransitionTable) -> None:
    found = flaws(table)
    assert not found, "\n".join(found)


def test_tables_are_found() -> None:
    assert {"booking", "consultations"} <= {param.values[0].name.partition(".")[0] for param in TABLES}  # type: ignore[union-attr]


class Light(TextChoices):
    RED = "red", _("red")
    GREEN = "green", _("green")
    BROKEN = "broken", _("broken")


class Bare(StrEnum):
    ON = "on"
    OFF = "off"


class Untold(TextChoices):
    ON = "on", "on"
    OFF = "off", "off"


def table(*rows: tuple[str, str, str], who: tuple[str, ...] = ("staff",)) -> TransitionTable:
    return TransitionTable("tests", [Transition(frm, verb, to, who) for frm, verb, to in rows])


def test_the_rule_sees_flaws() -> None:
    good = [
        (Light.RED, "go", Light.GREEN),
        (Light.GREEN, "stop", Light.RED),
        (Light.RED, "break", Light.BROKEN),
    ]
    assert flaws(table(*good)) == []
    assert flaws(table(*good[:2])) == ["broken stands in no row"]
    assert (
        "staff" not in str(flaws(table(*good, who=("nobody",))))
        and len(flaws(table(*good, who=("nobody",)))) == 3
    )
    assert "by whom?" in flaws(table(*good, who=()))[0]
    assert flaws(table(("a", "go", "a"), ("b", "go", "c"), ("c", "back", "b")))[:2] == [
        "b cannot be reached", "c cannot be reached",
    ]  # fmt: skip
    assert "b leads to no end" in flaws(table(("a", "go", "b"), ("b", "stay", "b"), ("a", "stop", "c")))
    assert flaws(table((Bare.ON, "stop", Bare.OFF))) == [
        "Bare has no texts: states are TextChoices with lazy labels"
    ]
    assert flaws(table((Untold.ON, "stop", Untold.OFF))) == [
        "on has no translatable text", "off has no translatable text",
    ]  # fmt: skip
