"""The whole city on paper, before anything is written, and its fingerprint."""

import hashlib
from dataclasses import dataclass

from onetrip.cli.sample_city.people import StaffPlan, plan_staff
from onetrip.cli.sample_city.places import Ground, survey
from onetrip.cli.sample_city.venues import plan_venues
from onetrip.domain.venues.services import VenuePlan


@dataclass(frozen=True)
class CityPlan:
    """Everything that the sample city consists of, besides the catalogue."""

    ground: Ground
    staff: tuple[StaffPlan, ...]
    venues: tuple[VenuePlan, ...]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the plan: equal on every machine."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def plan_city(*, demonstration: bool) -> CityPlan:
    """Return the plan; `demonstration`: two venues are open and staffed round the clock."""
    ground = survey()
    return CityPlan(
        ground=ground, staff=plan_staff(), venues=plan_venues(ground, demonstration=demonstration)
    )
