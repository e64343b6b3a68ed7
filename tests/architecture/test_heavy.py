"""What takes long to load and is seldom needed is loaded by the function that needs it.

Every process of the service loads every module; each of these is a good part of what its start costs, in time and in
memory.
"""

import ast
from collections.abc import Iterator

from tests.architecture.house import Source, catches, keep

HEAVY = {"escpos", "onnxruntime", "pypinyin", "rapidocr", "requests", "xlsxwriter"}


def loaded_at_once(source: Source) -> Iterator[str]:
    """No heavy package is imported at the top of a module, unless for types only."""
    for node in source.tree.body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        yield from (f"{name}, line {node.lineno}" for name in names if name.split(".")[0] in HEAVY)


def test_nothing_heavy_is_loaded_at_once() -> None:
    keep(loaded_at_once)


def test_the_rule_sees_heavy_imports() -> None:
    for text in ("import requests", "from escpos.printer import Network", "import os, pypinyin.seg"):
        assert catches(loaded_at_once, "onetrip.x", text), text
    for text in (
        "def ask():\n    import requests",
        "if TYPE_CHECKING:\n    import requests",
        "from . import requests",
    ):
        assert not catches(loaded_at_once, "onetrip.x", text), text
