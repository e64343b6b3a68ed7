"""The real ground: districts with outlines, sub-districts, and invented positions that lie inside the outlines."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onetrip.cli.sample_city.chance import Dice
from onetrip.core.geo import inside
from onetrip.domain.venues.services import DistrictPlan, SubdistrictPlan

FOLDER = Path(__file__).resolve().parents[3] / "city"
# The statistical codes of the shipped files hold as of this day; see city/SOURCES.md.
CODES_AS_OF = date(2023, 6, 30)
# A degree of longitude at 34.7° north is 0.82 times as long as one of latitude. A constant, and no cosine: results
# of libm may differ between machines in the last place, and the city must not.
_NARROWING = 0.82
_CANDIDATES = 40

Point = tuple[float, float]  # latitude, longitude
Ring = Sequence[Sequence[float]]

# In which corner of its host's outline a functional zone lies: the sub-districts that lie farthest that way are its.
_ZONE_DIRECTION: dict[str, Point] = {"410171": (0, 1), "410172": (1, -0.5), "410173": (0.3, 1)}


@dataclass(frozen=True)
class Ground:
    """Districts and sub-districts as they are loaded."""

    districts: tuple[DistrictPlan, ...]
    subdistricts: tuple[SubdistrictPlan, ...]

    def ring_of(self, district_code: str) -> Ring:
        """Return the outer ring of the district, or of the one that a functional zone lies in."""
        by_code = {plan.code: plan for plan in self.districts}
        plan = by_code[district_code]
        return (by_code[plan.lies_in] if plan.lies_in else plan).outline[0]

    def host_of(self, district_code: str) -> str:
        """Return the code of the district whose outline counts."""
        by_code = {plan.code: plan for plan in self.districts}
        return by_code[district_code].lies_in or district_code


def survey() -> Ground:
    """Read the shipped files and give every sub-district a centre."""
    outlines = {
        feature["properties"]["code"]: feature["geometry"]["coordinates"]
        for feature in json.loads((FOLDER / "districts.geojson").read_text(encoding="utf-8"))["features"]
    }
    districts = tuple(
        DistrictPlan(
            row["code"], row["name"], row["name_en"], outlines.get(row["code"], ()), row["lies_in"] or None
        )
        for row in _rows("districts.csv")
    )
    rows = _rows("subdistricts.csv")
    centres: dict[str, Point] = {}
    for host in outlines:
        zones = [plan.code for plan in districts if plan.lies_in == host]
        centres.update(_centres(outlines[host][0], host=host, zones=zones, rows=rows))
    return Ground(
        districts=districts,
        subdistricts=tuple(
            SubdistrictPlan(
                row["code"],
                row["name"],
                row["name_en"],
                row["district_code"],
                *centres[row["code"]],
                CODES_AS_OF,
            )
            for row in rows
        ),
    )


def position_near(subdistrict: SubdistrictPlan, ground: Ground, dice: Dice) -> Point:
    """Return a point inside the district's outline that is nearer to this sub-district's centre than to any other."""
    ring = ground.ring_of(subdistrict.district_code)
    host = ground.host_of(subdistrict.district_code)
    centre = (subdistrict.latitude, subdistrict.longitude)
    others = [
        (other.latitude, other.longitude)
        for other in ground.subdistricts
        if other.code != subdistrict.code and ground.host_of(other.district_code) == host
    ]
    reach = min(_apart(centre, other) for other in others) ** 0.5 / 2
    while True:
        point = (
            round(centre[0] + dice.between(-reach, reach), 6),
            round(centre[1] + dice.between(-reach, reach) / _NARROWING, 6),
        )
        if inside([ring], latitude=point[0], longitude=point[1]) and all(
            _apart(point, centre) < _apart(point, other) for other in others
        ):
            return point


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _centres(
    ring: Ring, *, host: str, zones: Sequence[str], rows: Sequence[dict[str, str]]
) -> dict[str, Point]:
    mine = [row["code"] for row in rows if row["district_code"] == host]
    in_zones = {zone: [row["code"] for row in rows if row["district_code"] == zone] for zone in zones}
    points = _spread(ring, len(mine) + sum(map(len, in_zones.values())), Dice(f"centres {host}"))
    centres: dict[str, Point] = {}
    for zone, codes in in_zones.items():
        north, east = _ZONE_DIRECTION[zone]
        points.sort(key=lambda point, north=north, east=east: -(north * point[0] + east * point[1]))  # type: ignore[misc]
        centres.update(zip(codes, points, strict=False))
        points = points[len(codes) :]
    return centres | dict(zip(mine, points, strict=True))


def _spread(ring: Ring, count: int, dice: Dice) -> list[Point]:
    """Return points inside the ring that keep away from one another and from the border (best candidate of many)."""
    chosen: list[Point] = []
    while len(chosen) < count:
        candidates = [_inside(ring, dice) for _try in range(_CANDIDATES)]
        chosen.append(max(candidates, key=lambda point: _elbow_room(point, chosen, ring)))
    return chosen


def _inside(ring: Ring, dice: Dice) -> Point:
    longitudes, latitudes = [corner[0] for corner in ring], [corner[1] for corner in ring]
    while True:
        point = (
            round(dice.between(min(latitudes), max(latitudes)), 6),
            round(dice.between(min(longitudes), max(longitudes)), 6),
        )
        if inside([ring], latitude=point[0], longitude=point[1]):
            return point


def _elbow_room(point: Point, others: Sequence[Point], ring: Ring) -> float:
    border = min(_apart(point, (latitude, longitude)) for longitude, latitude in ring)
    return min([4 * border, *(_apart(point, other) for other in others)])


def _apart(one: Point, other: Point) -> float:
    """Return the squared distance in degrees of latitude: enough to compare."""
    north, east = one[0] - other[0], (one[1] - other[1]) * _NARROWING
    return north * north + east * east
