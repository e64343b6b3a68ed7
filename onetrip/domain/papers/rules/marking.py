"""What an officer may draw on a picture: circles, in shares of its width and height."""

from collections.abc import Sequence
from typing import Any

_MOST = 12
QUARTERS = (0, 90, 180, 270)


def circles(marks: Sequence[Any]) -> list[dict[str, float]] | None:
    """Return the marks as circles {x, y, r}, each number from 0 to 1; None where they are anything else."""
    if len(marks) > _MOST:
        return None
    found = []
    for mark in marks:
        if not isinstance(mark, dict) or set(mark) != {"x", "y", "r"}:
            return None
        numbers = list(mark.values())
        if not all(isinstance(n, int | float) and not isinstance(n, bool) and 0 <= n <= 1 for n in numbers):
            return None
        found.append({name: round(float(value), 4) for name, value in mark.items()})
    return found
