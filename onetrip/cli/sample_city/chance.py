"""Chance that comes out the same on every machine and every version of Python.

Only `Random.random()` is promised to stay what it is; everything else is derived from it here.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of decisions, one for each thing that is decided, so that one more draw moves nothing else."""

    def __init__(self, purpose: str) -> None:
        self._random = Random(f"onetrip sample city 1: {purpose}")

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` up to, not including, `high`."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int((high - low + 1) * self._random.random())

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.whole(0, len(choices) - 1)]
