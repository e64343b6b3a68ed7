"""Programs that onetrip starts: each in a process group of its own, tied to our life, stopped in order.

A group of its own: Ctrl-C in the terminal reaches only us, and we stop the others in the right order.
Tied to our life: on Linux the kernel signals the child when we die, even by `kill -9`.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from onetrip.cli.owner import EngineUser

PR_SET_PDEATHSIG = 1
# Looked up before any fork: between fork and exec nothing may be loaded.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    output: IO[str] | int | None = None,
    errors: IO[str] | None = None,
    user: EngineUser | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program that gets `stop_signal` when this process dies.

    `errors`: where its complaints go, if not to `output` as well.
    The kernel watches the *thread* that forks, so this must be called from a thread that lives as long as
    the process: the main one.

    Raises:
        RuntimeError: called from another thread.
        OSError: the program cannot be run.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("spawn() must be called from the main thread: the kernel ties the child to it")
    child: subprocess.Popen[bytes] = subprocess.Popen(
        [os.fspath(part) for part in argv],
        env=dict(environ),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors or (subprocess.STDOUT if output is not None else None),
        process_group=0,
        # Runs after the change of user, which would wipe the setting.
        preexec_fn=partial(_tie, os.getpid(), stop_signal),
        **(user.spawn_options() if user is not None else {}),  # type: ignore[call-overload]
    )
    return child


def stop(child: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, within_s: float = 10) -> int:
    """Ask the child to end, wait, and kill what is left of its group after `within_s` seconds.

    Returns:
        The child's exit code (negative: the signal that ended it).
    """
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(within_s)
    # Also after an orderly end: a server killed by somebody else leaves its own children in the group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait()


def tie_to_parent(parent: int, stop_signal: signal.Signals) -> bool:
    """Have the kernel send this process `stop_signal` when `parent`, which started it, dies (on Linux).

    Returns:
        False when the parent died before the kernel knew whom to watch.
    """
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    return os.getppid() == parent


def _tie(parent: int, stop_signal: signal.Signals) -> None:
    if not tie_to_parent(parent, stop_signal):
        os._exit(1)
