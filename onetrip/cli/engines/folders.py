"""Where onetrip keeps what it makes: the home folder, its subfolders, and who may enter them."""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from onetrip.cli.owner import EngineUser, can_reach
from onetrip.cli.refusals import CannotStart

CHECKOUT = Path(__file__).resolve().parents[3]
ROOT_HOME = Path("/var/lib/onetrip")

# The kernel's limit for a Unix socket's path is 107 bytes; the longest name we put there is
# PostgreSQL's lock file ".s.PGSQL.5432.lock".
LONGEST_RUN_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def choose_home(*, user: EngineUser, environ: Mapping[str, str], checkout: Path = CHECKOUT) -> Path:
    """The folder for everything this checkout keeps; made when missing.

    `ONETRIP_HOME` when given, else `var` in the checkout. For root with a checkout that the database user
    cannot enter (a private folder above it), a subfolder of `/var/lib/onetrip` of this checkout's own.

    Raises:
        CannotStart: the folder cannot be made, written, or entered by the database user.
    """
    given = environ.get("ONETRIP_HOME", "")
    if given:
        home = make_folder(Path(given).expanduser().absolute())
        if not can_reach(user, execute=[home]):
            raise CannotStart(
                f"The database user '{user.name}' cannot enter {home}: "
                "set ONETRIP_HOME to a folder that it can reach, for example /var/lib/onetrip."
            )
        return home
    home = checkout / "var"
    if user.dropped:
        entrance = home if home.exists() else checkout
        if not can_reach(user, execute=[entrance]):
            make_folder(ROOT_HOME)
            home = ROOT_HOME / own_name(checkout)
    return make_folder(home)


def own_name(checkout: Path) -> str:
    """A name for this checkout that no other checkout on the machine has."""
    digest = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()
    return f"{checkout.name[:24] or 'onetrip'}-{digest[:8]}"


def make_folder(path: Path, *, mode: int = 0o755, owner: EngineUser | None = None) -> Path:
    """Make `path` if it is missing; an existing folder keeps its owner and mode.

    Parents that are missing are made with mode 755 as well. The umask does not apply: with a strict one
    the database user could not enter a folder that we made for it.

    Raises:
        CannotStart: in words, when the folder cannot be made or we cannot write in it.
    """
    try:
        if not path.is_dir():
            if not path.parent.is_dir():
                make_folder(path.parent)
            path.mkdir(exist_ok=True)
            path.chmod(mode)
            if owner is not None and owner.dropped:
                os.chown(path, owner.uid, owner.gid)
    except OSError as error:
        raise CannotStart(_cannot_write(path, error.strerror)) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise CannotStart(_cannot_write(path, "it is read-only"))
    return path


def run_folder(home: Path, *, user: EngineUser) -> Path:
    """The folder for the engines' sockets, private to the database user (and root).

    `run` in the home, or, when that path is too long for a Unix socket, a private folder with a name
    derived from the home below the system's temporary folder.

    Raises:
        CannotStart: the temporary folder's place is occupied by somebody else.
    """
    run = home / "run"
    if len(os.fsencode(run)) > LONGEST_RUN_FOLDER:
        run = Path("/tmp") / f"onetrip-{user.uid}-{own_name(home)[-8:]}"
    make_folder(run, mode=0o700, owner=user)
    state = run.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != user.uid or state.st_mode & 0o077:
        raise CannotStart(f"{run} is not a private folder of '{user.name}': remove it, then start again.")
    return run


def lock_home(home: Path) -> IO[str]:
    """Hold the home for this process; the kernel lets go when the process ends, however it ends.

    Raises:
        CannotStart: another onetrip works in this home.
    """
    try:
        lock = (home / "onetrip.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise CannotStart(_cannot_write(home, error.strerror)) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise CannotStart(
            f"onetrip already runs on {home} (process {holder}): stop it first, "
            "or set ONETRIP_HOME to another folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def write_private(path: Path, text: str) -> None:
    """Write a file that only we may read (mode 600), all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def _cannot_write(path: Path, reason: str | None) -> str:
    return (
        f"Cannot write in {path} ({reason or 'refused'}): "
        "make it writable, or set ONETRIP_HOME to a folder that is."
    )
