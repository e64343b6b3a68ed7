"""Machines of a network of their own, on this machine: Linux network namespaces that nothing leads out of."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLONE_NEWNET = 0x40000000
# What RFC 2544 keeps for measuring networks: no address of the real world, and no private one that a relay refuses.
CITY, PHONE = "198.18.0.1", "198.18.0.2"
_libc = ctypes.CDLL(None, use_errno=True)


def why_not() -> str:
    """What keeps this machine from making networks; empty when nothing does."""
    if os.geteuid() != 0:
        return "network namespaces need root: run these tests as root"
    missing = [program for program in ("unshare", "ip", "nsenter", "turnserver") if not shutil.which(program)]
    if missing:
        return f"not installed: {', '.join(missing)} (ops/build/system-packages.sh installs them)"
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun: the kernel makes no tunnels"
    if subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        return "this machine's kernel or container allows no network namespaces"
    return ""


def needs_networks() -> None:
    """Skip the test, with the reason in words, where no networks can be made."""
    if reason := why_not():
        pytest.skip(reason)


class Host:
    """One machine of such a network. It is gone with the process that holds it, however that ends."""

    def __init__(self, *, address: str = "") -> None:
        """`address`: an address on the loopback device, for a machine without any wire."""
        own = f"ip address add {address}/32 dev lo &&" if address else ""
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--kill-child", "sh", "-c",
             f"ip link set lo up && {own} echo up && exec sleep 3600"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "up\n", "the namespace could not be made"

    @property
    def path(self) -> str:
        """The namespace's file, as nsenter and setns take it."""
        return f"/proc/{self._holder.pid}/ns/net"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets and processes that this thread opens meanwhile are on that machine; those open before stay."""
        with Path("/proc/thread-self/ns/net").open() as home, Path(self.path).open() as there:
            _set(there.fileno())
            try:
                yield
            finally:
                _set(home.fileno())

    def run(self, *argv: str) -> str:
        done = subprocess.run(
            ["nsenter", f"--net={self.path}", *argv], capture_output=True, text=True, check=True
        )
        return done.stdout

    def program(self, program: str, *, folder: Path) -> Path:
        """A program that runs the given one on that machine: for those who start programs by their path only."""
        script = folder / f"{Path(program).name}-in-{self._holder.pid}"
        script.write_text(f'#!/bin/sh\nexec nsenter --net={self.path} "{program}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        return script

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()


def _set(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
