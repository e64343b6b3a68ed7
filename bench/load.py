"""The load generator: a process of its own that keeps connections busy and notes how long each answer took.

`python -m bench.load PLAN` reads a pickled `Plan` and writes a `Result` as JSON. It speaks just enough HTTP to keep up:
one request at a time on each connection, answers with a Content-Length.
"""

import asyncio
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from onetrip.cli.engines.folders import CHECKOUT

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Plan:
    """`chains`: requests to send one after the other on one connection; taken up in order, by whoever is free.

    `seconds`: stop taking up chains then, and begin again at the first when all are done; None: each chain once.
    """

    port: int
    chains: list[list[bytes]]
    connections: int
    seconds: float | None = None


@dataclass
class Result:
    """`took_s` of every answer, `done` chains, and how often each status came."""

    seconds: float = 0.0
    done: int = 0
    took_s: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Chains per second."""
        return self.done / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.took_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def fire(plan: Plan) -> Result:
    """Run the generator to its end in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".plan") as file:
        file.write(pickle.dumps(plan))
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "bench.load", file.name],
            cwd=CHECKOUT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.fspath(CHECKOUT)},
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"the load generator failed:\n{done.stderr[-2000:]}")
    return Result(**json.loads(done.stdout))


class _Generator:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.waiting = deque(plan.chains)
        self.statuses: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self.took_s: list[float] = []
        self.done = 0
        self.working = 0
        self.deadline = float("inf")
        self.over = asyncio.get_running_loop().create_future()

    def next_chain(self) -> list[bytes] | None:
        if time.perf_counter() >= self.deadline:
            return None
        if not self.waiting:
            if self.plan.seconds is None:
                return None
            self.waiting.extend(self.plan.chains)
        return self.waiting.popleft()

    async def run(self) -> Result:
        loop = asyncio.get_running_loop()
        clients = [
            (await loop.create_connection(lambda: _Client(self), "127.0.0.1", self.plan.port))[1]
            for _number in range(self.plan.connections)
        ]
        begin = time.perf_counter()
        if self.plan.seconds is not None:
            self.deadline = begin + self.plan.seconds
        for client in clients:
            client.take_up()
        await self.over
        seconds = time.perf_counter() - begin
        return Result(seconds, self.done, self.took_s, dict(self.statuses), dict(self.places))


class _Client(asyncio.Protocol):
    def __init__(self, generator: _Generator) -> None:
        self.generator = generator
        self.buffer = b""
        self.chain: list[bytes] = []
        self.number = 0
        self.idle = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are of another family

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio's form)
        if not self.idle:
            self.generator.statuses["lost"] += 1
            self._rest()

    def take_up(self) -> None:
        chain = self.generator.next_chain()
        if self.idle and chain is not None:
            self.idle = False
            self.generator.working += 1
        if chain is None:
            if not self.idle:
                self._rest()
            return
        self.chain, self.number = chain, 0
        self._send()

    def _rest(self) -> None:
        self.idle = True
        self.generator.working -= 1
        if self.generator.working == 0 and not self.generator.over.done():
            self.generator.over.set_result(None)

    def _send(self) -> None:
        self.sent = time.perf_counter()
        self.transport.write(self.chain[self.number])

    def data_received(self, received: bytes) -> None:
        self.buffer += received
        end = self.buffer.find(_END)
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(_LENGTH)
        size = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + len(_END) + size:
            return
        self.buffer = b""
        self._answered(head)

    def _answered(self, head: bytes) -> None:
        here = self.generator
        here.took_s.append(time.perf_counter() - self.sent)
        here.statuses[head[9:12].decode()] += 1
        place = head.partition(b"\r\nlocation: ")[2].split(b"\r\n", 1)[0]
        if place:
            here.places[place.rstrip(b"/").rsplit(b"/", 1)[-1].split(b"?")[0].decode()] += 1
        self.number += 1
        if self.number < len(self.chain):
            self._send()
        else:
            here.done += 1
            self.take_up()


async def _main(path: Path) -> None:
    plan = pickle.loads(path.read_bytes())
    print(json.dumps(asdict(await _Generator(plan).run())))


if __name__ == "__main__":
    from bench import load  # the plan was pickled under this name

    uvloop.run(load._main(Path(sys.argv[1])))  # half of the processor time of asyncio's own loop
