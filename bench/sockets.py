"""Many listening sockets in a process of their own: WebSockets of pages, or subscribers of Valkey to compare with.

`python -m bench.sockets PLAN` says `ready` when all of them listen, then a line each time another `step` messages have
come, and listens until it is killed.
"""

import asyncio
import base64
import contextlib
import json
import os
import pickle
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onetrip.cli.engines.folders import CHECKOUT

_MASK = b"\0\0\0\0"  # the mask that changes nothing
_PING_EVERY_S, _PINGS_AT_ONCE = 20, 4
_AT_ONCE = 50
_PING_AFTER = 250
PATIENCE_S = 240.0  # a busy machine takes minutes to let 2,000 pages in


@dataclass
class Listeners:
    """`topics`: what each socket follows. With `cookies` (one each) they are pages on `port`, else of Valkey."""

    topics: list[list[str]]
    step: int
    port: int = 0
    cookies: list[str] | None = None
    valkey: str = ""


class Crowd:
    """The process, once all listen."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self.child = child

    def wait_for(self, word: str) -> None:
        """Wait until it says so: `ready`, or `step`. RuntimeError when a socket was lost, or nothing comes."""
        assert self.child.stdout is not None
        patience = threading.Timer(PATIENCE_S, self.child.kill)
        patience.start()
        line = self.child.stdout.readline().strip()
        patience.cancel()
        if line != word:
            raise RuntimeError(f"waiting for {word}, the listeners said {line!r}")


@contextlib.contextmanager
def listening(plan: Listeners, *, folder: Path) -> Iterator[Crowd]:
    """Let them all listen for the duration of the block."""
    path = folder / "listeners.pickle"
    path.write_bytes(pickle.dumps(plan))
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.sockets", str(path)], cwd=CHECKOUT, text=True,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.fspath(CHECKOUT)},
    )  # fmt: skip
    try:
        crowd = Crowd(child)
        crowd.wait_for("ready")
        yield crowd
    finally:
        child.kill()
        child.wait()


class _Counter:
    def __init__(self, plan: Listeners) -> None:
        self.plan = plan
        self.count = 0
        self.listening = 0
        self.wanted = sum(map(len, plan.topics))
        self.ready = asyncio.get_running_loop().create_future()

    def begun(self, number: int) -> None:
        self.listening += number
        if self.listening >= self.wanted and not self.ready.done():
            self.ready.set_result(None)

    def heard(self, number: int) -> None:
        before, self.count = self.count // self.plan.step, self.count + number
        for _step in range(self.count // self.plan.step - before):
            print("step", flush=True)


class _Socket(asyncio.Protocol):
    """Counts what comes by its marks, without taking it apart."""

    begin_mark, mark = b'"op":"snapshot"', b'"op":"event"'

    def __init__(self, counter: _Counter, topics: list[str]) -> None:
        self.counter, self.topics = counter, topics
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's form)
        print("lost", flush=True)

    def data_received(self, received: bytes) -> None:
        joined = self.rest + received
        begun, heard = joined.count(self.begin_mark), joined.count(self.mark)
        if begun:
            self.counter.begun(begun)
        if heard:
            self.counter.heard(heard)
        # A mark may be cut in two; what was counted must not be counted again.
        longest = max(len(self.begin_mark), len(self.mark)) - 1
        tail = joined[-longest:]
        self.rest = tail if self.mark not in tail and self.begin_mark not in tail else b""


class _Subscriber(_Socket):
    """The same on Valkey's own protocol: nothing but PUBLISH and SUBSCRIBE."""

    begin_mark, mark = b"\r\nsubscribe\r\n", b"\r\nmessage\r\n"

    def subscribe(self) -> None:
        parts = ["SUBSCRIBE", *self.topics]
        self.transport.write(
            f"*{len(parts)}\r\n".encode() + b"".join(f"${len(part)}\r\n{part}\r\n".encode() for part in parts)
        )


class _Page(_Socket):
    """A WebSocket, as far as a page that only listens needs one."""

    def open(self, port: int, cookie: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        cookies = f"Cookie: onetrip_citizen={cookie}\r\n" if cookie else ""
        self.transport.write(
            f"GET /live HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{cookies}\r\n".encode()
        )

    def data_received(self, received: bytes) -> None:
        if received.startswith(b"HTTP/1.1 101"):  # what is sent before the handshake's end gets lost
            self._say({"op": "subscribe", "topics": dict.fromkeys(self.topics)})
        super().data_received(received)

    def ping(self) -> None:
        self._say({"op": "ping"})

    def _say(self, message: dict[str, object]) -> None:
        text = json.dumps(message).encode()
        size = (
            bytes([128 | len(text)]) if len(text) < 126 else bytes([128 | 126]) + struct.pack(">H", len(text))
        )
        self.transport.write(b"\x81" + size + _MASK + text)


async def _main(path: Path) -> None:
    plan: Listeners = pickle.loads(path.read_bytes())
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    counter = _Counter(plan)
    pages = await _open_pages(plan, counter) if plan.cookies is not None else await _subscribe(plan, counter)
    await counter.ready
    print("ready", flush=True)
    while True:  # one after the other: pages were opened at different moments
        for number, page in enumerate(pages):
            if number % _PINGS_AT_ONCE == 0:
                await asyncio.sleep(_PING_EVERY_S * _PINGS_AT_ONCE / len(pages))
            if isinstance(page, _Page):
                page.ping()
        if not pages:
            await asyncio.sleep(_PING_EVERY_S)


async def _open_pages(plan: Listeners, counter: _Counter) -> list[_Page]:
    loop = asyncio.get_running_loop()
    pages: list[_Page] = []
    for number, (topics, cookie) in enumerate(zip(plan.topics, plan.cookies or [], strict=True)):
        _transport, page = await loop.create_connection(
            lambda topics=topics: _Page(counter, topics),
            "127.0.0.1",
            plan.port,  # type: ignore[misc]
        )
        page.open(plan.port, cookie)
        pages.append(page)
        if number % _PING_AFTER == _PING_AFTER - 1:  # the first must not look gone while the last come in
            for earlier in pages[:-_AT_ONCE]:
                earlier.ping()
        while number - counter.listening // max(1, len(topics)) > _AT_ONCE:
            await asyncio.sleep(0.01)
    return pages


async def _subscribe(plan: Listeners, counter: _Counter) -> list[_Socket]:
    loop = asyncio.get_running_loop()
    for topics in plan.topics:
        _transport, subscriber = await loop.create_unix_connection(
            lambda topics=topics: _Subscriber(counter, topics),
            plan.valkey,  # type: ignore[misc]
        )
        subscriber.subscribe()
    return []


if __name__ == "__main__":
    from bench import sockets  # the plan was pickled under this name

    asyncio.run(sockets._main(Path(sys.argv[1])))
