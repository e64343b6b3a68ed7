"""Look at processes from outside: which are there, which are gone."""

import os
from collections.abc import Iterable
from pathlib import Path


def members_of_group(group: int) -> list[int]:
    """The process ids of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(entry.name)) == group:
                found.append(int(entry.name))
        except ProcessLookupError:
            continue
    return found


def with_environment(mark: str) -> list[int]:
    """The living processes that have `mark` in their environment or arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            seen = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in seen and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return living(found)


def living(pids: Iterable[int]) -> list[int]:
    """Those that have not ended; a zombie has."""
    return [pid for pid in pids if _state(pid) not in ("Z", "X", "")]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""
