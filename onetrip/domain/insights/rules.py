"""Pure arithmetic of figures: how sure is a rate, how large is enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any

# The 97.5th percentile of the normal distribution: intervals hold the true rate in 95 of 100 cases.
Z_95 = 1.959963984540054
# Below this many errands no rate is shown: with 20, the interval is still some forty points wide.
MIN_SAMPLE = 20
STARS = (1, 2, 3, 4, 5)
EXPORT_KEPT = timedelta(hours=24)
MOST_EXPORTS = 3


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


def rate_of(hits: int, total: int, *, least: int = MIN_SAMPLE) -> float | None:
    """Return hits / total, or None where fewer than `least` were counted."""
    return hits / total if total and total >= least else None


@dataclass(frozen=True)
class Stratum:
    """Errands of one item: how many of those who asked an officer before, and of the others, were sent back."""

    asked: int
    asked_returned: int
    alone: int
    alone_returned: int


def trips_saved(strata: Iterable[Stratum]) -> tuple[int, float, float, float] | None:
    """Return (errands compared, trips saved, and the ends of its 95 % interval), None without anything to compare.

    What is saved is the risk of being sent back without asking, less the risk with it, times those who asked. Items are
    compared with themselves only (Mantel-Haenszel risk difference, with the variance of T. Sato, Biometrics 45, 1989),
    because people ask most about what is hardest. It is a comparison, no experiment: who asks may differ otherwise.
    """
    both = [stratum for stratum in strata if stratum.asked and stratum.alone]
    asked = sum(stratum.asked for stratum in both)
    if asked < MIN_SAMPLE or sum(stratum.alone for stratum in both) < MIN_SAMPLE:
        return None
    weight = above = p_sum = q_sum = 0.0
    for one in both:
        n1, a, n0, c = one.asked, one.asked_returned, one.alone, one.alone_returned
        whole = n1 + n0
        weight += n1 * n0 / whole
        above += (a * n0 - c * n1) / whole
        p_sum += (n1 * n1 * c - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2) / (whole * whole)
        q_sum += (a * (n0 - c) + c * (n1 - a)) / (2 * whole)
    difference = above / weight
    error = Z_95 * sqrt(max(0.0, difference * p_sum + q_sum)) / weight
    return asked, -difference * asked, -(difference + error) * asked, -(difference - error) * asked


def average_stars(counts: Mapping[int, int]) -> float | None:
    """Return the mean of the ratings, or None without any."""
    total = sum(counts.values())
    return sum(stars * count for stars, count in counts.items()) / total if total else None


def plain_cell(value: Any) -> Any:
    """Return what is written into a CSV cell: a quote stands before what a spreadsheet would take for a formula.

    Source: OWASP, CSV Injection: texts that begin with = + - @, a tab or a carriage return.
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def hidden(counts: Sequence[int], *, least: int = MIN_SAMPLE) -> list[bool]:
    """Say which cells of a breakdown must not be published: small ones, and enough others to cover them.

    Whoever knows the sum could work out a single hidden cell, or a few that are small together: the next smallest ones
    are hidden, too, until at least two are and `least` errands stand behind them. Empty cells hide nothing.

    Primary and complementary suppression: Hundepool et al., Statistical Disclosure Control, 2012, chapter 4.
    """
    result = [0 < count < least for count in counts]
    others = sorted((count, place) for place, count in enumerate(counts) if count >= least)
    for count, place in others:
        covered = [counts[at] for at, is_hidden in enumerate(result) if is_hidden]
        if not covered or (len(covered) > 1 and sum(covered) >= least):
            break
        result[place] = count > 0
    return result
