"""Names that say nothing are not used: whoever looks for a thing must be able to guess its name."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import Function, Source, catches, keep

BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "handle",
    "handler",
    "process",
    "data",
    "info",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def empty_names(source: Source) -> Iterator[str]:
    """No word of a module's, class's or function's name is banned. Methods a base class asks for keep their names."""
    yield from (f"module {part}" for part in source.parts if _bad(part))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and _bad(node.name):
            yield f"class {node.name}, line {node.lineno}"
        elif (
            isinstance(node, Function) and _bad(node.name) and id(node) not in _given_from_above(source.tree)
        ):
            yield f"{node.name}(), line {node.lineno}"


def _bad(name: str) -> bool:
    return any(word.lower() in BANNED for word in _WORD.findall(name))


def _given_from_above(tree: ast.Module) -> set[int]:
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases)
    return {id(method) for node in classes for method in node.body}


def test_names_say_something() -> None:
    keep(empty_names)


def test_the_rule_sees_empty_names() -> None:
    for module in ("onetrip.core.utils", "onetrip.faces.form_helpers"):
        assert catches(empty_names, module, "")
    for text in ("def handle_call(): ...", "class SlotManager: ...", "class HTTPInfo: ...", "async def process(): ...",
                 "class A:\n  def get_data(self): ..."):  # fmt: skip
        assert catches(empty_names, "onetrip.x", text), text
    for text in ("def processes(): ...", "class Database: ...", "class A(Base):\n  def handle(self): ..."):
        assert not catches(empty_names, "onetrip.x", text), text
