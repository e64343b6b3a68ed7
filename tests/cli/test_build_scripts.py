"""What `make` says on a machine where something is missing: the exact command, and nothing half-made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onetrip.cli.engines.folders import CHECKOUT

VENV = CHECKOUT / "ops/build/venv.sh"
SYSTEM_PACKAGES = CHECKOUT / "ops/build/system-packages.sh"


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def run(script: Path, *arguments: str, folder: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [script, *arguments], cwd=folder, env={**os.environ, **changes}, capture_output=True, text=True, timeout=60
    )  # fmt: skip


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text("# nothing to install\n", encoding="utf-8")
    return path


def test_a_python_without_venv_is_told_the_package(tmp_path: Path, lock: Path) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    python = program(
        tmp_path / "bin", "python3",
        f'case "$*" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"',
    )  # fmt: skip
    ended = run(VENV, lock.name, folder=tmp_path, PYTHON=str(python))
    assert ended.returncode == 1
    assert f"apt-get install python{version}-venv" in ended.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_too_old_is_named(tmp_path: Path, lock: Path) -> None:
    python = program(
        tmp_path / "bin", "python3",
        'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac',
    )  # fmt: skip
    ended = run(VENV, lock.name, folder=tmp_path, PYTHON=str(python))
    assert ended.returncode == 1
    assert "3.11 or newer" in ended.stderr and "Python 3.9.2" in ended.stderr


def test_no_python_at_all(tmp_path: Path, lock: Path) -> None:
    ended = run(VENV, lock.name, folder=tmp_path, PYTHON="python-that-is-not-there")
    assert ended.returncode == 1
    assert "apt-get install python3 python3-venv" in ended.stderr


def test_what_is_installed_is_not_installed_again_until_the_lock_changes(tmp_path: Path, lock: Path) -> None:
    calls = tmp_path / "calls"
    program(tmp_path / "stub", "python", f'echo "$*" >>{calls}')
    program(tmp_path / "stub", "pip", "exit 0")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "stub").rename(tmp_path / ".venv/bin")
    lock.write_text("one==1 --hash=sha256:0\n", encoding="utf-8")
    for _ in range(2):
        assert run(VENV, lock.name, folder=tmp_path).returncode == 0
    (call,) = calls.read_text(encoding="utf-8").splitlines()
    assert "--require-hashes" in call and "--no-deps" in call
    lock.write_text("one==2 --hash=sha256:0\n", encoding="utf-8")
    assert run(VENV, lock.name, folder=tmp_path).returncode == 0
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 2


def test_a_failed_installation_is_tried_again(tmp_path: Path, lock: Path) -> None:
    program(tmp_path / "stub", "python", 'echo "ERROR: no such package"; exit 1')
    program(tmp_path / "stub", "pip", "exit 0")
    (tmp_path / ".venv").mkdir()
    (tmp_path / "stub").rename(tmp_path / ".venv/bin")
    lock.write_text("one==1 --hash=sha256:0\n", encoding="utf-8")
    for _ in range(2):
        ended = run(VENV, lock.name, folder=tmp_path)
        assert ended.returncode == 1
        assert "ERROR: no such package" in ended.stderr


@pytest.fixture
def bare_debian(tmp_path: Path) -> dict[str, str]:
    """A PATH where dpkg knows no package but nginx, and apt-get only notes that it was called."""
    folder = tmp_path / "bin"
    program(folder, "dpkg-query", 'case "$*" in *nginx) echo "install ok installed";; *) exit 1;; esac')
    program(folder, "apt-get", f'echo "$* RUNLEVEL=$RUNLEVEL" >>{tmp_path}/apt')
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_root_gets_the_missing_packages_and_no_started_service(
    tmp_path: Path, bare_debian: dict[str, str]
) -> None:
    program(tmp_path / "bin", "id", "echo 0")
    assert run(SYSTEM_PACKAGES, folder=tmp_path, **bare_debian).returncode == 0
    update, install = (tmp_path / "apt").read_text(encoding="utf-8").splitlines()
    assert update.startswith("update")
    assert "chromium" in install and "nginx" not in install and install.endswith("RUNLEVEL=1")


def test_others_are_told_the_command(tmp_path: Path, bare_debian: dict[str, str]) -> None:
    program(tmp_path / "bin", "id", "echo 1000")
    ended = run(SYSTEM_PACKAGES, folder=tmp_path, **bare_debian)
    assert ended.returncode == 1
    assert "sudo apt-get install chromium coturn" in ended.stderr
    assert not (tmp_path / "apt").exists()
