"""A wire between two machines of a test's network, as good or as bad as the test wants it.

Linux has netem for this, but many kernels of containers and small virtual machines lack it. This is the same thing in
a program of its own: two tunnel devices, and between them packets that wait, queue and get lost. Orders are lines of
JSON on its standard input: {"kbps": 500, "lost": 0.05, "delay_ms": 150}; both directions alike. Losses come from a
fixed seed.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from onetrip.cli.engines.folders import CHECKOUT
from tests.network.hosts import CITY, PHONE, Host, _set

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
QUEUE_S = 0.4  # what a modem holds back before it throws away
MTU = 1400


@dataclass(frozen=True)
class Weather:
    """What the wire does to packets, each way. `kbps` 0: as many as come."""

    kbps: int = 0
    lost: float = 0.0
    delay_ms: int = 2


GOOD = Weather()
CUT = Weather(lost=1.0)


class Wire:
    """The wire between the city's machine and a phone. It is gone with the test."""

    def __init__(self, city: Host, phone: Host) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.network.wire", city.path, phone.path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=CHECKOUT, text=True,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )  # fmt: skip
        assert self._program.stdout is not None and self._program.stdout.readline() == "ready\n"
        for host, address in ((city, CITY), (phone, PHONE)):
            host.run("ip", "address", "add", f"{address}/30", "dev", "wire")
            host.run("ip", "link", "set", "wire", "mtu", str(MTU), "up")

    def becomes(self, weather: Weather) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(asdict(weather)) + "\n")
        self._program.stdin.flush()

    def close(self) -> None:
        self._program.kill()
        self._program.wait()


class _Way:
    """One direction: packets leave at the rate of the line, arrive after the delay, or never."""

    def __init__(self, into: int, seed: int) -> None:
        self.into, self.dice = into, random.Random(seed)
        self.free_at = 0.0
        self.under_way: list[tuple[float, int, bytes]] = []
        self.number = 0

    def take(self, packet: bytes, weather: Weather, now: float) -> None:
        if self.dice.random() < weather.lost:
            return
        starts = max(now, self.free_at)
        if starts - now > QUEUE_S:
            return
        self.free_at = starts + (len(packet) * 8 / (weather.kbps * 1000) if weather.kbps else 0)
        self.number += 1
        heapq.heappush(self.under_way, (self.free_at + weather.delay_ms / 1000, self.number, packet))

    def give(self, now: float) -> float:
        """Deliver what is due; seconds until the next."""
        while self.under_way and self.under_way[0][0] <= now:
            packet = heapq.heappop(self.under_way)[2]
            with suppress(OSError):  # that end is not up yet
                os.write(self.into, packet)
        return self.under_way[0][0] - now if self.under_way else 1.0


def _end_of_wire(namespace: str) -> int:
    """A tunnel device called `wire` on that machine."""
    with Path("/proc/self/ns/net").open() as home, Path(namespace).open() as there:
        _set(there.fileno())
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"wire", IFF_TUN | IFF_NO_PI))
        _set(home.fileno())
    return device


def main(city: str, phone: str) -> None:
    ends = [_end_of_wire(city), _end_of_wire(phone)]
    ways = {ends[0]: _Way(ends[1], seed=1), ends[1]: _Way(ends[0], seed=2)}
    weather = GOOD
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        wait = min(way.give(time.monotonic()) for way in ways.values())
        readable, _, _ = select.select([sys.stdin, *ends], [], [], max(0.0, min(1.0, wait)))
        for source in readable:
            if source is sys.stdin:
                order = sys.stdin.readline()
                if not order:
                    return
                weather = Weather(**json.loads(order))
                continue
            try:
                while True:
                    ways[source].take(os.read(source, 65536), weather, time.monotonic())
            except BlockingIOError:
                pass


if __name__ == "__main__":
    main(*sys.argv[1:])
