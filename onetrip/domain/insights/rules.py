"""Pure arithmetic of figures: how sure is a rate, how large is enough."""

from collections.abc import Mapping
from math import sqrt

# The 97.5th percentile of the normal distribution: intervals hold the true rate in 95 of 100 cases.
Z_95 = 1.959963984540054
# Below this many errands a rate says little: it is shown, with a warning beside it.
MIN_SAMPLE = 20
STARS = (1, 2, 3, 4, 5)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a rate (Wilson score, E. B. Wilson 1927); with nothing counted anything is possible.

    Unlike the textbook interval it stays within 0..1 and is right for small samples and for rates near 0 or 1.
    Raises ValueError when there are more hits than trials.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total}")
    if total == 0:
        return 0.0, 1.0
    rate, z2 = hits / total, Z_95 * Z_95
    scale = 1 + z2 / total
    centre = (rate + z2 / (2 * total)) / scale
    half = Z_95 * sqrt(rate * (1 - rate) / total + z2 / (4 * total * total)) / scale
    # The ends are 0 and 1 exactly for no hits and all hits; floating point would miss them by a hair.
    return (0.0 if hits == 0 else max(0.0, centre - half)), (
        1.0 if hits == total else min(1.0, centre + half)
    )


def rate_of(hits: int, total: int) -> float | None:
    """Return hits / total, or None where nothing was counted."""
    return hits / total if total else None


def average_stars(counts: Mapping[int, int]) -> float | None:
    """Return the mean of the ratings, or None without any."""
    total = sum(counts.values())
    return sum(stars * count for stars, count in counts.items()) / total if total else None
