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
    """One Python file: its dotted name (without `__init__`) and its text."""

    module: str
    text: str

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
        if not self.parts[-1].startswith("_"):
            yield from (n for n in self.tree.body if isinstance(n, Function) and not n.name.startswith("_"))

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
        found.append(Source(module, path.read_text(encoding="utf-8")))
    return tuple(found)


def broken(rule: Rule) -> list[str]:
    """Everything in the package that breaks the rule, as lines for a person to read."""
    return [f"{source.module}: {line}" for source in sources() for line in rule(source)]


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
