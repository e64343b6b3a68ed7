"""The arrows of `.importlinter` hold, and they would catch a wrong one; relations between tables point down too."""

import os
import subprocess
import sys
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from tests.architecture.house import ROOT

CONFIG = ROOT / ".importlinter"
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package `onetrip` in this folder."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"}
    argv = [sys.executable, "-c", LINT]
    return subprocess.run(
        argv, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_arrows_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def build(folder: Path, files: dict[str, str]) -> None:
    """Write a small house with the real contracts."""
    rooms = ["project", "cli", "faces", "domain", "core", "faces/citizen", "faces/console", "faces/frame",
             "domain/venues", "domain/booking", "domain/cases", "domain/booking/migrations", "core/models",
             "core/migrations", "domain/venues/states"]  # fmt: skip
    for room in ["", *rooms]:
        (folder / "onetrip" / room).mkdir(parents=True, exist_ok=True)
        (folder / "onetrip" / room / "__init__.py").touch()
    for name, text in files.items():
        (folder / "onetrip" / name).write_text(text, encoding="utf-8")
    (folder / ".importlinter").write_text(CONFIG.read_text(encoding="utf-8"), encoding="utf-8")


GOOD = {
    "domain/booking/services.py": "from onetrip.domain.venues import queries\nimport onetrip.domain.booking.models",
    "domain/booking/models.py": "",
    "domain/booking/gateways.py": "",
    "domain/booking/flows.py": "from onetrip.domain.booking import gateways, services",
    "domain/venues/queries.py": "from onetrip.domain.venues import models",
    "domain/venues/models.py": "",
    "faces/citizen/views.py": "from onetrip.domain.booking import services\nfrom onetrip.faces import frame",
    "cli/main.py": "from onetrip.domain.venues import queries",
}
BAD = {
    "core/below.py": "import onetrip.domain.venues.queries",
    "cli/wrong.py": "import onetrip.project",
    "faces/citizen/neighbour.py": "import onetrip.faces.console",
    "faces/frame/upward.py": "import onetrip.faces.citizen",
    "faces/citizen/tables.py": "from onetrip.domain.venues import models",
    "faces/console/core_tables.py": "from onetrip.core import models",
    "domain/venues/services.py": "import onetrip.domain.booking.queries",
    "domain/booking/queries.py": "def late():\n    from onetrip.domain.booking import services",
    "domain/booking/services.py": "from onetrip.domain.booking import gateways",
    "domain/booking/cousins.py": "",
    "domain/lost.py": "",
    "lost.py": "",
    "faces/lost.py": "",
    "cli/one.py": "import onetrip.cli.two",
    "cli/two.py": "import onetrip.cli.one",
    "domain/cases/services.py": "from onetrip.domain import booking",
    "domain/cases/flows.py": "from onetrip.domain.venues.states.deep import Kind",
    "domain/venues/states/__init__.py": "",
    "domain/venues/states/deep.py": "",
}
FOUND = [
    "onetrip.core.below -> onetrip.domain.venues.queries",
    "onetrip.cli.wrong -> onetrip.project",
    "onetrip.faces.citizen.neighbour -> onetrip.faces.console",
    "onetrip.faces.frame.upward -> onetrip.faces.citizen",
    "onetrip.faces.citizen.tables (line 1) imports onetrip.domain.venues.models",
    "onetrip.faces.console.core_tables -> onetrip.core.models",
    "onetrip.domain.venues.services -> onetrip.domain.booking.queries",
    "onetrip.domain.booking.queries -> onetrip.domain.booking.services",
    "onetrip.domain.booking.services -> onetrip.domain.booking.gateways",
    "- onetrip.domain.booking.cousins",
    "- onetrip.domain.lost",
    "- onetrip.lost",
    "- onetrip.faces.lost",
    "No cycles are allowed in onetrip.cli",
    "onetrip.domain.cases.services (line 1) imports onetrip.domain.booking",
    "onetrip.domain.cases.flows (line 1) imports onetrip.domain.venues.states.deep",
]


def test_a_good_house_passes(tmp_path: Path) -> None:
    build(tmp_path, GOOD)
    answer = lint(tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_kind_of_wrong_arrow_is_found(tmp_path: Path) -> None:
    build(tmp_path, {**GOOD, **BAD})
    answer = lint(tmp_path)
    assert answer.returncode == 1, answer.stderr
    missed = [line for line in FOUND if line not in answer.stdout]
    assert not missed, answer.stdout


def heights() -> dict[str, int]:
    """How high each module of the domain stands, 1 at the bottom; the core is 0."""
    config = ConfigParser()
    config.read(CONFIG, encoding="utf-8")
    layers = config["importlinter:contract:domain"]["layers"].split("\n")
    rows = [layer.replace("(", "").replace(")", "").split("|") for layer in layers if layer.strip()]
    found = {name.strip(): number for number, row in enumerate(reversed(rows), start=1) for name in row}
    return {"core": 0, **found}


def wrong_relations(relations: Iterable[tuple[str, str, str]]) -> list[str]:
    """`relations`: (app that has the column, app it points to, name). Siblings may not point at each other."""
    at = heights()
    return [
        name for source, target, name in relations
        if source != target and source in at and target in at and at[target] >= at[source]
    ]  # fmt: skip


def relations_of(models: Iterable[Any]) -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}")
        for model in models
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and field.related_model is not None
    ]


def test_tables_point_down_only() -> None:
    relations = relations_of(apps.get_models(include_auto_created=True))
    assert wrong_relations(relations) == []


@pytest.mark.parametrize(
    "source, target", [("venues", "booking"), ("booking", "consultations"), ("core", "accounts")]
)
def test_a_table_that_points_up_or_sideways_is_found(source: str, target: str) -> None:
    assert wrong_relations([(source, target, "Thing.column")]) == ["Thing.column"]
    assert (
        wrong_relations([("booking", "venues", "x"), ("booking", "booking", "y"), ("booking", "auth", "z")])
        == []
    )
