"""`relay_calls`: twenty real media calls at once through the real coturn, with nothing but relayed paths.

Each call is two aiortc parties with sound and picture both ways, fed by tracks that keep the time of day (a player that
loops sends as fast as it can). The two speak by turns, as people do, and a microphone that is silent sends nothing:
with sound from both all the time, the forty parties would need more of two cores than there is. Everything runs in a
network of its own; coturn with the shipped configuration. What sets the limit is not the relay: twenty calls take it a
fiftieth of a core, and the parties in Python more than half of each of two, so that nothing else may run meanwhile.
A call counts when both sides got nine of ten pictures and sounds that the other one sent.
"""

import asyncio
import multiprocessing
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.figures import AT_LEAST, Figure
from bench.stage import Stage

CALLS, SECONDS = 20, 15
PICTURES_PER_S, SOUNDS_PER_S = 8, 50
_TURN_S = 2.0  # how long one speaks
_ENOUGH = 0.9
_RATE = 48_000
_SIZE = (320, 240)


@dataclass
class Heard:
    """What one side of a call sent and got."""

    pictures_sent: int = 0
    sounds_sent: int = 0
    pictures: int = 0
    sounds: int = 0


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Hold the calls, half of them in each of two processes; tell what coturn took of a core."""
    from tests.coturn import start_coturn
    from tests.network.hosts import CITY, Host, why_not

    if reason := why_not():
        raise RuntimeError(reason)
    calls = 4 if stage.quick else CALLS
    host = Host(address=CITY)
    try:
        relay = start_coturn(folder=stage.folder / "coturn", address=CITY, host=host)
        try:
            before, began = _cpu_s(relay.child.pid), time.monotonic()
            smooth, parties = _hold(host, calls, relay.urls["udp"], stage.seconds(SECONDS))
            lasted = time.monotonic() - began
            took = (_cpu_s(relay.child.pid) - before) / lasted
        finally:
            relay.stop()
    finally:
        host.close()
    stage.tell(
        f"{smooth} of {calls} calls were smooth; coturn took {took:.1%} of a core, "
        f"each half of the parties {parties / lasted:.0%} of another"
    )
    return [
        Figure("relay_calls", smooth, "calls", calls, "at once, through coturn by aiortc", (AT_LEAST, 1.0))
    ]


def _cpu_s(group: int) -> float:
    """Return the processor time that a program and what it started have taken so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            ticks += (int(fields[11]) + int(fields[12])) * (int(fields[2]) == group)
    return ticks / os.sysconf("SC_CLK_TCK")


def _hold(host: Any, calls: int, url: str, seconds: float) -> tuple[int, float]:
    """Return how many calls were smooth, and what the busier half of the parties took of a core, in seconds."""
    fork = multiprocessing.get_context("fork")  # within the host's network
    answers: Any = fork.Queue()
    with host.entered():
        halves = [
            fork.Process(target=_half, args=(calls // 2, n * calls, url, seconds, answers)) for n in range(2)
        ]
        for half in halves:
            half.start()
    told = [answers.get(timeout=seconds + 120) for _half in halves]
    for half in halves:
        half.join()
    return sum(smooth for smooth, _took in told), max(took for _smooth, took in told)


def _half(calls: int, first: int, url: str, seconds: float, answers: Any) -> None:
    answers.put((asyncio.run(_calls(calls, first, url, seconds)), time.process_time()))
    answers.close()
    answers.join_thread()
    sys.stdout.flush()
    os._exit(0)  # what the parent has open is not ours to close


async def _calls(calls: int, first: int, url: str, seconds: float) -> int:
    # Not all in the same moment: citizens do not come like that, and key exchanges are what costs most.
    held = await asyncio.gather(
        *(_call(first + n, url, seconds, after=n * 0.3, until=calls * 0.3) for n in range(calls))
    )
    return sum(all(map(_is_smooth, pairs)) for pairs in held)


def _is_smooth(pair: tuple[Heard, Heard]) -> bool:
    sender, receiver = pair
    return (
        receiver.pictures >= _ENOUGH * sender.pictures_sent > 0
        and receiver.sounds >= _ENOUGH * sender.sounds_sent > 0
    )


async def _call(
    number: int, url: str, seconds: float, *, after: float, until: float
) -> list[tuple[Heard, Heard]]:
    """Hold one call; return what each side sent and the other got, counted once both have been seen."""
    await asyncio.sleep(after)
    name, password = _credential(f"BENCHCALL{number:07d}")
    sides = [_Side(url, name, password, speaks_first=n == 0) for n in range(2)]
    try:
        await sides[0].pc.setLocalDescription(await sides[0].pc.createOffer())
        await sides[1].pc.setRemoteDescription(sides[0].pc.localDescription)
        await sides[1].pc.setLocalDescription(await sides[1].pc.createAnswer())
        await sides[0].pc.setRemoteDescription(sides[1].pc.localDescription)
        await asyncio.wait_for(asyncio.gather(*(side.flows.wait() for side in sides)), 60)
        await asyncio.sleep(max(0.0, until - after) + 1)
        for side in sides:
            side.begin_to_count()
        await asyncio.sleep(seconds)
        counted = [Heard(**vars(side.heard)) for side in sides]
    except TimeoutError:
        return [(Heard(), Heard())]
    finally:
        for side in sides:
            await side.close()
    one, other = counted
    return [(one, other), (other, one)]


def _credential(consultation: str) -> tuple[str, str]:
    """As a page is told: for this consultation, some minutes."""
    from django.test import override_settings

    from onetrip.core import clock
    from onetrip.faces.frame.ice import relays_for
    from tests.coturn import SECRET

    with override_settings(TURN_URLS=["turn:relay"], TURN_SECRET=SECRET):
        (server,) = relays_for(consultation, at=clock.now()).ice_servers
    return server["username"], server["credential"]


class _Side:
    """One party: sends a picture and a tone, counts what comes."""

    def __init__(self, url: str, name: str, password: str, *, speaks_first: bool) -> None:
        from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnection

        self.heard = Heard()
        self.flows = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        server = RTCIceServer(urls=[url], username=name, credential=password)
        only_relayed = RTCConfiguration(iceServers=[server], iceTransportPolicy=RTCIceTransportPolicy.RELAY)
        self.pc = RTCPeerConnection(only_relayed)
        for track in _tracks(self.heard, speaks_first=speaks_first):
            self.pc.addTrack(track)
        self.pc.on("track", lambda track: self.tasks.append(asyncio.ensure_future(self._listen(track))))

    def begin_to_count(self) -> None:
        self.heard.pictures = self.heard.sounds = self.heard.pictures_sent = self.heard.sounds_sent = 0

    async def _listen(self, track: Any) -> None:
        from aiortc.mediastreams import MediaStreamError

        try:
            while True:
                await track.recv()
                if track.kind == "video":
                    self.heard.pictures += 1
                    self.flows.set()
                else:
                    self.heard.sounds += 1
        except MediaStreamError:
            return

    async def close(self) -> None:
        await self.pc.close()
        for task in self.tasks:
            task.cancel()


def _tracks(heard: Heard, *, speaks_first: bool) -> list[Any]:
    """Return picture and sound that keep the time of day."""
    import numpy as np
    from aiortc import MediaStreamTrack
    from av import AudioFrame, VideoFrame

    tone = (np.sin(np.arange(_RATE // SOUNDS_PER_S) * 2 * np.pi * 440 / _RATE) * 8000).astype(np.int16)
    paper = np.tile(np.arange(_SIZE[0], dtype=np.uint8), (_SIZE[1], 1))[:, :, None].repeat(3, axis=2)

    class Paced(MediaStreamTrack):
        per_s = 1

        def __init__(self) -> None:
            super().__init__()
            self.began, self.number = time.monotonic(), 0

        async def turn(self) -> int:
            """Wait for the next one's time; return its number. What was missed is not caught up with."""
            self.number = max(self.number + 1, int((time.monotonic() - self.began) * self.per_s))
            await asyncio.sleep(max(0.0, self.began + self.number / self.per_s - time.monotonic()))
            return self.number

    class Picture(Paced):
        kind, per_s = "video", PICTURES_PER_S

        async def recv(self) -> Any:
            number = await self.turn()
            frame = VideoFrame.from_ndarray(np.roll(paper, number, axis=1), format="rgb24")
            frame.pts, frame.time_base = number * 90_000 // PICTURES_PER_S, Fraction(1, 90_000)
            heard.pictures_sent += 1
            return frame

    class Sound(Paced):
        kind, per_s = "audio", SOUNDS_PER_S

        async def recv(self) -> Any:
            number = await self.turn()
            while (int(number / SOUNDS_PER_S / _TURN_S) % 2 == 0) != speaks_first:
                number = await self.turn()
            frame = AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = _RATE, number * len(tone)
            frame.time_base = Fraction(1, _RATE)
            heard.sounds_sent += 1
            return frame

    return [Sound(), Picture()]
