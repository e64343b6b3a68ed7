"""The scripts: their types, their unit tests, and what the built files weigh."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
CITIZEN_PAGE_BYTES = 150_000


def npm(*arguments: str, path: str = os.environ["PATH"]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["npm", "run", "--silent", *arguments], cwd=FRONTEND, capture_output=True, text=True, timeout=110,
        env={**os.environ, "PATH": path},
    )  # fmt: skip


def test_types() -> None:
    done = npm("typecheck")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("first", ["", f"{Path(sys.executable).parent}:"], ids=["system", "wheel"])
def test_unit_tests(first: str) -> None:
    """With the machine's own Node, and with the one that the virtual environment holds: they need not be one version."""
    path = first + os.environ["PATH"]
    if not shutil.which("npm", path=path):
        pytest.skip("this machine has no Node of its own")
    done = npm("test", path=path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout


def test_the_lock_names_no_address() -> None:
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of its own: the one that servers of other tests read stays as it is."""
    folder = tmp_path_factory.mktemp("frontend") / "dist"
    done = npm("build", "--", f"--out={folder}")
    assert done.returncode == 0, done.stderr
    return folder


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


@pytest.mark.parametrize("script", ["citizen.js", "call.js"])
def test_what_a_citizen_page_loads_is_small(built: Path, script: str) -> None:
    """Half of the budget is left for the page's HTML, the face's own style and pictures."""
    weight = sum(compressed(built / name) for name in ("weui.min.css", script, "icons.svg"))
    assert weight < CITIZEN_PAGE_BYTES / 2


def test_no_source_maps_in_production(built: Path) -> None:
    assert not list(built.rglob("*.map"))
    assert not [
        script.name for script in built.glob("*.js") if "sourceMappingURL" in script.read_text("utf-8")
    ]


def test_nothing_is_evaluated(built: Path) -> None:
    """The policy forbids it; htmx alone could, and is told not to."""
    for script in built.glob("*.js"):
        text = script.read_text("utf-8")
        evaluates = "new Function(" in text or re.search(r"[^.\w]eval\(", text)
        assert not evaluates or "htmx" in text, script.name
        assert not evaluates or script.name == "htmx.min.js" or "allowEval=!1" in text, script.name


def test_every_listed_icon_is_a_symbol(built: Path) -> None:
    lines = (FRONTEND / "icons.txt").read_text("utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    sprite = (built / "icons.svg").read_text("utf-8")
    assert names == sorted(set(names))
    assert [name for name in names if f'<symbol id="{name}"' not in sprite] == []
