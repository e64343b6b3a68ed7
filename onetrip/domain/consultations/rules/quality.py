"""What a page may report of its call, and when a post's calls are poor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

KEPT = timedelta(days=180)
# A page reports every 30 s, and reloads a few times at most.
MOST_PAGES = 20
LATE_REPORTS = timedelta(minutes=2)

# Below this many pages a post's figures say little.
LEAST_PAGES = 5
# ITU-T G.1070 puts the knee of perceived quality at a few percent of loss; a paper is hard to read from there on.
POOR_LOSS = 0.05
POOR_FROZEN = 0.05
SLOW_SETUP_MS = 5000

_MOST = {
    "lasted_s": 86_400,
    "setup_ms": 600_000,
    "height": 8_640,
    "received": 10**10,
    "lost": 10**10,
    "freezes": 10**6,
    "frozen_ms": 86_400_000,
}


@dataclass(frozen=True)
class Figures:
    """One page's sums: packets, milliseconds, pixels; `setup_ms` and `relayed` are None where they are not known."""

    session: str
    lasted_s: int
    setup_ms: int | None
    height: int
    received: int
    lost: int
    freezes: int
    frozen_ms: int
    relayed: bool | None


def figures_in(said: Any) -> Figures | None:
    """Read a report; None when anything about it is not as our own pages would say it."""
    if not isinstance(said, Mapping):
        return None
    session, relayed, setup_ms = said.get("session"), said.get("relayed"), said.get("setup_ms")
    numbers: dict[str, Any] = {
        name: said.get(name) for name in _MOST if name != "setup_ms" or setup_ms is not None
    }
    fits = all(type(value) is int and 0 <= value <= _MOST[name] for name, value in numbers.items())
    named = isinstance(session, str) and 0 < len(session) <= 16 and session.isascii() and session.isalnum()
    if not fits or not named or not (relayed is None or isinstance(relayed, bool)):
        return None
    return Figures(session=str(session), relayed=relayed, **{"setup_ms": None, **numbers})


def is_poor(*, pages: int, loss: float | None, frozen: float | None, setup_ms: float | None) -> bool:
    """Say whether the calls of a post are so bad that somebody should look at its network or camera."""
    if pages < LEAST_PAGES:
        return False
    return (loss or 0) > POOR_LOSS or (frozen or 0) > POOR_FROZEN or (setup_ms or 0) > SLOW_SETUP_MS
