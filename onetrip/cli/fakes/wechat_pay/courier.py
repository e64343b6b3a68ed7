"""Brings notices to the merchant: again until it is taken, and as badly as it was told to."""

import http.client
import random
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

_REPEAT_AFTER_S = (1, 3, 10, 30, 60, 180)


@dataclass
class Behaviour:
    """How notices travel from now on. `lose`: how many of the next ones never leave."""

    lose: int = 0
    copies: int = 1
    delay_s: float = 0.0
    hold: bool = False  # keep them until `release`, which then sends the last one first
    silent: bool = False  # answer every request of the merchant with 503
    refunds_take_s: float = 0.5
    pay_closed: bool = False  # money that was on its way when the payment was closed arrives all the same


def _context(address: str) -> ssl.SSLContext | None:
    """On loopback the demo's own certificate will do: there is nobody to be protected from."""
    return ssl._create_unverified_context() if address.startswith("https://127.0.0.1:") else None


@dataclass(order=True)
class _Errand:
    at: float
    order: int
    send: Callable[[], None] = field(compare=False)


class Courier:
    """One thread that sends what is due."""

    def __init__(self, *, sign: Callable[[str], dict[str, str]], address: Callable[[], str]) -> None:
        self.behaviour = Behaviour()
        self._sign, self._address = sign, address
        self._due: list[_Errand] = []
        self._held: list[str] = []
        self._numbers = count()
        self._change = threading.Condition()
        threading.Thread(target=self._run, daemon=True, name="courier").start()

    def bring(self, body: str) -> None:
        """Bring one notice, in the way that was ordered."""
        how = self.behaviour
        if how.lose > 0:
            how.lose -= 1
            return
        if how.hold:
            self._held.append(body)
            return
        for _copy in range(how.copies):
            self.later(how.delay_s, lambda: self._try(body, 0))

    def release(self) -> int:
        """Send what was held back, the last one first; return how many."""
        held, self._held = self._held[::-1], []
        self.behaviour.hold = False
        for place, body in enumerate(held):
            self.later(place * 0.05, lambda body=body: self._try(body, 0))  # type: ignore[misc]
        return len(held)

    def later(self, after_s: float, what: Callable[[], None]) -> None:
        """Do something after so many seconds."""
        with self._change:
            heappush(self._due, _Errand(time.monotonic() + after_s, next(self._numbers), what))
            self._change.notify()

    def _run(self) -> None:
        while True:
            with self._change:
                while not self._due or self._due[0].at > time.monotonic():
                    left = self._due[0].at - time.monotonic() if self._due else None
                    self._change.wait(left)
                errand = heappop(self._due)
            errand.send()

    def _try(self, body: str, tries: int) -> None:
        headers = {"Content-Type": "application/json", **self._sign(body)}  # each try is signed anew
        request = urllib.request.Request(self._address(), data=body.encode(), headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5, context=_context(self._address())):
                return
        except (OSError, urllib.error.HTTPError, http.client.HTTPException):
            if tries < len(_REPEAT_AFTER_S):
                pause = _REPEAT_AFTER_S[tries] * random.uniform(0.9, 1.1)
                self.later(pause, lambda: self._try(body, tries + 1))


def changed(behaviour: Behaviour, wish: dict[str, Any]) -> Behaviour:
    """Return the behaviour with some of it changed. Raises TypeError for a word it does not have."""
    return Behaviour(**{**vars(behaviour), **wish})
