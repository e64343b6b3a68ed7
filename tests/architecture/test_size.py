"""Small things: past these sizes a file is split by verb family, never by technical kind."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.architecture.house import Function, Source, catches, keep, sources

FILE_LINES = 400
FUNCTION_LINES = 40
FILES_IN_A_FOLDER = 12


def files_too_long(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines())
    if lines > FILE_LINES and not source.is_migration:  # those are generated
        yield f"{lines} lines, at most {FILE_LINES}"


def functions_too_long(source: Source) -> Iterator[str]:
    """The lines from `def` to the end, decorators and the docstring aside: words explain, they do not complicate."""
    for node in source.functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
        if lines > FUNCTION_LINES:
            yield f"{node.name}() has {lines} lines, at most {FUNCTION_LINES}"


def _docstring_lines(node: Function) -> int:
    first = node.body[0]
    if ast.get_docstring(node) is None or first.end_lineno is None:
        return 0
    return first.end_lineno - first.lineno + 1


def crowded_folders(modules: Iterable[str]) -> list[str]:
    """`modules`: dotted names of files. A subfolder counts as one more thing to know in its parent."""
    children = {
        name for module in modules for name in _with_parents(module) if "migrations" not in name.split(".")
    }
    count = Counter(name.rpartition(".")[0] for name in children)
    crowded = {folder: files for folder, files in count.items() if _is_crowded(folder, files)}
    return [f"{folder}: {files} files, at most {FILES_IN_A_FOLDER}" for folder, files in crowded.items()]


def _is_crowded(folder: str, files: int) -> bool:
    is_module = folder.count(".") >= 2  # onetrip.core, onetrip.domain and onetrip.faces hold rooms, not files
    return is_module and files > FILES_IN_A_FOLDER


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def test_files_are_short() -> None:
    keep(files_too_long)


def test_functions_are_short() -> None:
    keep(functions_too_long)


def test_folders_are_not_crowded() -> None:
    found = crowded_folders(source.module for source in sources())
    assert not found, "\n" + "\n".join(found)


def test_the_rules_see_what_is_too_big() -> None:
    assert catches(files_too_long, "onetrip.x", "a = 1\n" * (FILE_LINES + 1))
    assert not catches(files_too_long, "onetrip.x", "a = 1\n" * FILE_LINES)
    body = "    a = 1\n" * FUNCTION_LINES
    assert catches(functions_too_long, "onetrip.x", "class A:\n  def f(self):\n" + body)
    assert not catches(
        functions_too_long, "onetrip.x", 'def f():\n    """One\n    two\n    three."""\n' + body[10:]
    )
    files = [f"onetrip.domain.booking.part{n}" for n in range(FILES_IN_A_FOLDER)]
    assert crowded_folders(files) == []
    assert crowded_folders([*files, "onetrip.domain.booking.services.holds"]) != []
    assert crowded_folders([*files, "onetrip.domain.booking.migrations.m0001"]) == []
