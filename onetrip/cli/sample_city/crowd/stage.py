"""One thread that plays all scripts: each says how long it pauses, and goes on when the pause is over.

A script is a generator of pauses in seconds. One that ends, or that is refused something, begins again a little
later: the next errand, the next try.
"""

import heapq
import logging
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from itertools import count

from django.db import InterfaceError, OperationalError, connection

from onetrip.cli.sample_city.chance import Dice
from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.consultations import services as consultations

Script = Generator[float, None, None]
LOOK_AGAIN_S = 3.0
_HEARTBEAT_S = 8.0  # the live face reports pages every ten seconds; an officer is lost after 25
_NAP_S = 0.25
_AFTER_OUTAGE_S = 5.0
_log = logging.getLogger(__name__)


class Stage:
    """Who plays, how fast, and which consultations and posts are ours."""

    def __init__(self, *, speed: float, seed: str) -> None:
        self.speed = speed
        self.dice = Dice(seed)
        self.calls: set[str] = set()  # consultations of simulated citizens that wait or talk
        self.posts: set[int] = set()  # desks at which simulated officers are on duty
        self.stopped = False
        self.steps = 0
        self.refusals: dict[str, int] = {}
        self._queue: list[tuple[float, int, Script, Callable[[], Script]]] = []
        self._number = count()
        self._last_heartbeat = 0.0

    def pause(self, low_s: float, high_s: float) -> float:
        """Return a pause as people make them, between two lengths in seconds, at the speed of the play."""
        return self.dice.between(low_s, high_s) / self.speed

    def add(self, script: Callable[[], Script], *, after_s: float = 0.0) -> None:
        """Let a script play again and again from then on."""
        heapq.heappush(self._queue, (time.monotonic() + after_s, next(self._number), script(), script))

    def stop(self) -> None:
        """End the play after the step that runs now. Safe in a signal's handler."""
        self.stopped = True

    def play(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Play until stopped, or until what is asked before each step is so.

        Rests as long as it works: never more than half a core.
        """
        while not self.stopped and self._queue and not until():
            self._heartbeat()
            due = self._queue[0][0] - time.monotonic()
            if due > 0:
                time.sleep(min(due, _NAP_S))
                continue
            _due, _number, script, again = heapq.heappop(self._queue)
            began = time.monotonic()
            self._step(script, again)
            time.sleep(min(time.monotonic() - began, 1.0))

    def close(self) -> None:
        """End every script where it stands: citizens leave their lines, officers their posts."""
        for _due, _number, script, _again in self._queue:
            with suppress(OperationalError, InterfaceError):  # without a database the sweep tidies up later
                script.close()
        self._queue.clear()

    def _step(self, script: Script, again: Callable[[], Script]) -> None:
        self.steps += 1
        try:
            rest = next(script)
        except StopIteration:
            script, rest = again(), self.pause(20, 90)
        except Refusal as refusal:
            self.refusals[refusal.code] = self.refusals.get(refusal.code, 0) + 1
            _log.info("refused: %s", refusal.code)
            script, rest = again(), self.pause(10, 40)
        except (OperationalError, InterfaceError) as error:
            _log.warning("no database: %s", str(error).strip())
            connection.close()
            script, rest = again(), _AFTER_OUTAGE_S
        heapq.heappush(self._queue, (time.monotonic() + rest, next(self._number), script, again))

    def _heartbeat(self) -> None:
        """Say that our pages are open, as the live face does for people's."""
        if time.monotonic() - self._last_heartbeat < _HEARTBEAT_S:
            return
        self._last_heartbeat = time.monotonic()
        try:
            consultations.mark_seen(citizens=sorted(self.calls), posts=sorted(self.posts), at=clock.now())
        except (OperationalError, InterfaceError):
            connection.close()
