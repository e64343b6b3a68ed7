"""What the rules look at: the package's sources, parsed once, and the files that git knows."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "onetrip"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its dotted name (without `__init__`) and its text.

    `exported`: where a part of a module has become a folder, the names its `__init__` hands out; None where it has not.
    """

    module: str
    text: str
    exported: frozenset[str] | None = None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.module.split("."))

    @property
    def is_domain(self) -> bool:
        return self.parts[:2] == ("onetrip", "domain")

    @property
    def is_face(self) -> bool:
        return self.parts[:2] == ("onetrip", "faces")

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def room(self) -> str:
        """Which file of a module's shape this is: `services` for onetrip.domain.booking.services.holds too."""
        return self.parts[3] if self.is_domain and len(self.parts) > 3 else ""

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def public_functions(self) -> Iterator[Function]:
        """The functions of the module itself that others may call."""
        for node in self.tree.body:
            is_named = isinstance(node, Function) and not node.name.startswith("_")
            if is_named and (self.exported is None or node.name in self.exported):
                yield node

    def imported(self) -> Iterator[tuple[int, str]]:
        """Every name that is imported, in full, with its line; inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


Rule = Callable[[Source], Iterator[str]]


@cache
def sources() -> tuple[Source, ...]:
    """The package, file by file."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        is_part_of_a_part = parts[:2] == ("onetrip", "domain") and len(parts) > 4
        exported = _names_in_all(path.with_name("__init__.py")) if is_part_of_a_part else None
        found.append(Source(module, path.read_text(encoding="utf-8"), exported))
    return tuple(found)


@cache
def _names_in_all(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def broken(rule: Rule) -> list[str]:
    """Everything in the package that breaks the rule, as lines for a person to read."""
    return [f"{source.module}: {line}" for source in sources() for line in rule(source)]


def keep(rule: Rule) -> None:
    """Fail with every place that breaks the rule, one a line."""
    found = broken(rule)
    assert not found, "\n" + "\n".join(found)


def catches(rule: Rule, module: str, text: str) -> bool:
    """Say whether the rule finds anything in a made-up file."""
    return bool(list(rule(Source(module, text))))


@cache
def known_files() -> tuple[Path, ...]:
    """Every file that is or is about to be in the repository; without git, every file but the made ones."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if answer.returncode == 0:
        names = [name for name in answer.stdout.decode().split("\0") if name]
        return tuple(path for path in (ROOT / name for name in names) if path.is_file())
    made = {".venv", "var", "node_modules", "__pycache__", "dist", ".git"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not made & set(p.relative_to(ROOT).parts))


def text_of(path: Path) -> str | None:
    """The file's text, None for pictures and the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
