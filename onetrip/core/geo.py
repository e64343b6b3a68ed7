"""Points on earth: is it one, how far are two apart, does an outline hold it. WGS84 degrees everywhere.

Maps and phones in China may speak GCJ-02; whoever talks to them converts at the edge.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, isfinite, radians, sin, sqrt

_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG


def is_point(latitude: float, longitude: float) -> bool:
    """Say whether the two are degrees on earth."""
    return isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180


def distance_m(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> int:
    """Return the great-circle distance in metres (haversine formula, WGS84 degrees)."""
    half_north = sin(radians(to_latitude - latitude) / 2)
    half_east = sin(radians(to_longitude - longitude) / 2)
    chord = half_north**2 + cos(radians(latitude)) * cos(radians(to_latitude)) * half_east**2
    return round(2 * _EARTH_RADIUS_M * asin(sqrt(min(1.0, chord))))


def inside(outline: Sequence[Sequence[Sequence[float]]], *, latitude: float, longitude: float) -> bool:
    """Say whether the point lies within the rings (even-odd rule, so that a second ring is a hole)."""
    odd = False
    for ring in outline:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (
                y2 - y1
            ) + x1:
                odd = not odd
    return odd
