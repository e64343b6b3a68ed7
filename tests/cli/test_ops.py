"""The files for operators agree with the code they start."""

import configparser
import re
from pathlib import Path

import pytest

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.environment import REQUIRED
from onetrip.cli.main import build_parser
from onetrip.cli.serve import TARGETS

OPS = CHECKOUT / "ops"
UNITS = sorted((OPS / "systemd").glob("*.service"))


def read_unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    return unit


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    command = read_unit(path)["Service"]["ExecStart"].replace("%i", "8000").split()
    python, minus_m, package, *arguments = command
    assert (python, minus_m, package) == ("/opt/onetrip/.venv/bin/python", "-m", "onetrip")
    parsed = build_parser().parse_args(arguments)
    assert callable(parsed.run)


def test_there_is_a_unit_for_every_part_of_production() -> None:
    started = {read_unit(path)["Service"]["ExecStart"].split()[4] for path in UNITS}
    assert started == {"web", "live", "worker"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_gains_no_rights_and_comes_back(path: Path) -> None:
    service = read_unit(path)["Service"]
    assert service["User"] == "onetrip"
    assert service["NoNewPrivileges"] == "yes" and service["ProtectSystem"] == "strict"
    assert service["Restart"] == "always"


def test_the_example_environment_names_exactly_what_the_settings_read() -> None:
    settings = (CHECKOUT / "onetrip/project/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', settings)) | set(
        re.findall(r'_required\("([A-Z_]+)"\)', settings)
    )
    example = (OPS / "onetrip.env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert named == read


def test_the_example_environment_leaves_no_secret_to_forget() -> None:
    example = (OPS / "onetrip.env.example").read_text(encoding="utf-8")
    assert re.search(r"^ONETRIP_SECRET_KEY=$", example, re.MULTILINE)
    assert all(f"\n{name}=" in example for name in REQUIRED)


def test_nginx_asks_the_ports_that_serve_uses() -> None:
    text = (OPS / "nginx/onetrip.conf").read_text(encoding="utf-8")
    for part in ("web", "live"):
        block = re.search(rf"upstream onetrip_{part} {{(.*?)}}", text, re.DOTALL)
        assert block is not None
        ports = [int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", block[1])]
        first = TARGETS[part][2]
        assert ports == [first, first + 1]


def test_nginx_takes_as_much_as_the_pages_do() -> None:
    from django.conf import settings

    text = (OPS / "nginx/onetrip.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024}m;" in text
