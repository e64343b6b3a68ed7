"""Real servers for tests: `onetrip serve …` processes on real ports and a database with committed rows."""

import itertools
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port

ANSWERS_WITHIN_S = 100  # a busy machine; usually three
_numbers = itertools.count()


@dataclass
class Server:
    """One `onetrip serve` process; `url` is empty for the job worker."""

    part: str
    url: str
    port: int
    log: Path
    child: "subprocess.Popen[bytes]"

    @property
    def live_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def kill(self) -> None:
        """End it as a power cut would; its worker processes follow."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self) -> int:
        return children.stop(self.child)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class Farm:
    """Servers that share one database and one Valkey; `environ` is what they see."""

    def __init__(self, *, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "PYTHONPATH": str(CHECKOUT),
            "ONETRIP_DB_POOL": "6",
            **settings,
        }
        self.servers: list[Server] = []

    def start(self, part: str, *options: str, port: int | None = None) -> Server:
        """Start `onetrip serve <part>`; returns at once, see `wait_until_it_answers`."""
        chosen = 0 if part == "worker" else (port or free_port())
        listen = [] if part == "worker" else ["--port", str(chosen)]
        log = self.folder / f"{part}-{next(_numbers)}.log"
        with log.open("w", encoding="utf-8") as output:
            child = children.spawn(
                [sys.executable, "-m", "onetrip", "serve", part, *listen, *options],
                environ=self.environ,
                output=output,
                folder=CHECKOUT,
            )
        url = f"http://localhost:{chosen}" if chosen else ""
        server = Server(part, url, chosen, log, child)
        self.servers.append(server)
        return server

    def wait_until_it_answers(self, server: Server, path: str = "/") -> None:
        """Return when the server answers HTTP at all; AssertionError with its output when it does not."""
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while time.monotonic() < deadline and server.child.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{server.port}{path}", timeout=10)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"serve {server.part} does not answer:\n{server.said()[-4000:]}")

    def stop(self) -> None:
        """End them all at once: each takes its seconds."""
        with ThreadPoolExecutor() as waiting:
            list(waiting.map(Server.stop, self.servers))


class LiveServers(Farm):
    """The demo's topology: pages and sockets on one port (`url`), and a worker."""

    def open(self) -> None:
        self.pages = self.start("all")
        self.jobs = self.start("worker")
        self.wait_until_it_answers(self.pages)

    @property
    def url(self) -> str:
        return self.pages.url
