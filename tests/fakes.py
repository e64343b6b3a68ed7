"""Our stand-ins for outside systems as processes of their own, controlled over HTTP."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from tests.servers import Server


@contextmanager
def a_fake(command: str, *, folder: Path, options: Sequence[str]) -> Iterator[Server]:
    """Run `onetrip <command>` until the block ends; it answers when the block begins."""
    port, log = free_port(), folder / f"{command}.log"
    argv = [sys.executable, "-m", "onetrip", command, "--folder", str(folder), "--port", str(port), *options]
    with log.open("w") as output:
        child = children.spawn(argv, environ=dict(os.environ), output=output, folder=CHECKOUT)
    server = Server(command, f"http://127.0.0.1:{port}", port, log, child)
    try:
        _wait(server)
        yield server
    finally:
        server.stop()


def control(server: Server, what: str, **wish: Any) -> dict[str, Any]:
    """Tell a fake how to behave, or ask it what it knows."""
    answer = httpx.post(f"{server.url}/control/{what}", json=wish, timeout=30)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.child.poll() is None:
        try:
            httpx.get(f"{server.url}/control/behaviour", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(server.said())
