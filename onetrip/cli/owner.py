"""Who the embedded servers run as, and what that user can reach.

PostgreSQL refuses to run as root. Started by root, the servers therefore run as an unprivileged system
user; whether the checkout is open to that user is asked of the kernel, as that user, never guessed from
mode bits (ACLs, mounts and container mappings would make the guess wrong).
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onetrip.cli.refusals import CannotStart

PREFERRED_USERS = ("onetrip", "postgres")
NEW_USER = "onetrip"


@dataclass(frozen=True)
class EngineUser:
    """The system user that owns the engines' files. `dropped`: we are root and step down to it."""

    name: str
    uid: int
    gid: int
    dropped: bool

    def spawn_options(self) -> dict[str, object]:
        """Keyword arguments for `subprocess.Popen` that make the child run as this user."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_engine_user() -> EngineUser:
    """Ourselves, or for root an unprivileged system user, made when the system has none.

    Raises:
        CannotStart: our own user has no name in the system's user list, or none could be made.
    """
    if os.geteuid() != 0:
        try:
            entry = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise CannotStart(
                f"User id {os.geteuid()} has no entry in the system's user list, which PostgreSQL needs: "
                "run as a named user, or set DATABASE_URL to a running PostgreSQL."
            ) from None
        return EngineUser(entry.pw_name, os.geteuid(), os.getegid(), dropped=False)
    for name in PREFERRED_USERS:
        entry_found = _find_user(name)
        if entry_found is not None and entry_found.pw_uid != 0:
            return EngineUser(name, entry_found.pw_uid, entry_found.pw_gid, dropped=True)
    return _make_user()


def can_reach(
    user: EngineUser, *, execute: Iterable[Path] = (), read: Iterable[Path] = (), write: Iterable[Path] = ()
) -> bool:
    """Whether `user` may execute (for a folder: pass through), read and write these paths."""
    wanted = [(path, os.X_OK) for path in execute]
    wanted += [(path, os.R_OK) for path in read]
    wanted += [(path, os.W_OK) for path in write]
    if not user.dropped:
        return all(os.access(path, mode) for path, mode in wanted)
    child = os.fork()
    if child == 0:
        verdict = 1
        try:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
            verdict = 0 if all(os.access(path, mode) for path, mode in wanted) else 1
        finally:
            os._exit(verdict)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_user() -> EngineUser:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    advice = "create one (useradd --system onetrip) or set DATABASE_URL to a running PostgreSQL."
    if useradd is None:
        raise CannotStart(f"PostgreSQL refuses to run as root and there is no user to step down to: {advice}")
    made = subprocess.run(
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NEW_USER],
        capture_output=True,
        text=True,
    )
    entry = _find_user(NEW_USER)
    if entry is None:
        reason = made.stderr.strip().splitlines()[-1:] or ["useradd failed"]
        raise CannotStart(
            f"PostgreSQL refuses to run as root and no user could be made ({reason[0]}): {advice}"
        )
    return EngineUser(NEW_USER, entry.pw_uid, entry.pw_gid, dropped=True)
