"""What an officer may draw on a picture and cut out of it, in shares of the turned picture's width and height."""

from collections.abc import Sequence
from typing import Any

_MOST = 12
_SHAPES = ({"x", "y", "r"}, {"x", "y", "to_x", "to_y"})  # a circle (r of the width), an arrow by its two ends
_SMALLEST_CROP = 0.05
QUARTERS = (0, 90, 180, 270)


def drawn(marks: Sequence[Any]) -> list[dict[str, float]] | None:
    """Return the marks, circles and arrows, each number from 0 to 1; None where they are anything else."""
    if len(marks) > _MOST:
        return None
    found = [_shares(mark) for mark in marks]
    if not all(mark is not None and set(mark) in _SHAPES for mark in found):
        return None
    return [mark for mark in found if mark is not None]


def cropped(crop: Any) -> dict[str, float] | None:
    """Return the part {x, y, width, height} that lies within the picture and can be seen; None for anything else."""
    part = _shares(crop)
    if part is None or set(part) != {"x", "y", "width", "height"}:
        return None
    is_seen = min(part["width"], part["height"]) >= _SMALLEST_CROP
    is_within = part["x"] + part["width"] <= 1.0001 and part["y"] + part["height"] <= 1.0001
    return part if is_seen and is_within else None


def _shares(named: Any) -> dict[str, float] | None:
    """Return the named numbers, rounded, where each is from 0 to 1."""
    if not isinstance(named, dict):
        return None
    numbers = named.values()
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and 0 <= n <= 1 for n in numbers):
        return None
    return {str(name): round(float(value), 4) for name, value in named.items()}
