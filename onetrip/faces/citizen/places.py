"""Where I am, as the address says it: the position a browser gave, or the sub-district somebody picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.queries import Load
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.queries import SubdistrictCard, VenueChoice


@dataclass(frozen=True)
class Spot:
    """What is known of where the citizen is. Everything may be missing."""

    latitude: float | None = None
    longitude: float | None = None
    subdistrict: SubdistrictCard | None = None
    district_code: str = ""

    @property
    def known(self) -> bool:
        return self.latitude is not None or self.subdistrict is not None

    def as_params(self) -> dict[str, str]:
        """Return the parameters that say the same again."""
        found: dict[str, str] = {}
        if self.latitude is not None and self.longitude is not None:
            found |= {"latitude": f"{self.latitude:.4f}", "longitude": f"{self.longitude:.4f}"}
        if self.subdistrict is not None:
            found["subdistrict"] = self.subdistrict.code
        return found


@dataclass(frozen=True)
class Offer:
    """A venue to choose: the way, the hours, how busy it is, and the first time that can be booked."""

    choice: VenueChoice
    load: Load | None
    first_free: datetime | None


def spot_in(params: Mapping[str, str], *, fallback_subdistrict: str | None = None) -> Spot:
    """Read the place from an address. Coordinates that are no numbers count as not given.

    Raises SubdistrictUnknown.
    """
    latitude, longitude = _number(params.get("latitude", "")), _number(params.get("longitude", ""))
    code = params.get("subdistrict", "") or fallback_subdistrict or ""
    chosen = venues.subdistrict(code) if code else None
    district = params.get("district", "") or (chosen.district_code if chosen else "")
    if latitude is None or longitude is None:
        return Spot(subdistrict=chosen, district_code=district)
    return Spot(latitude, longitude, chosen, district)


def offers_for(*, competence: str, territory: str, spot: Spot, at: datetime, limit: int = 8) -> list[Offer]:
    """Return the competent venues, nearest first, each with its line and its first free time."""
    choices = venues.choices_for(
        competence=competence,
        territory=territory,
        subdistrict_code=spot.subdistrict.code if spot.subdistrict else None,
        latitude=spot.latitude,
        longitude=spot.longitude,
        at=at,
        limit=limit,
    )
    codes: Sequence[str] = [choice.venue.code for choice in choices]
    loads = booking.waiting_load(venue_codes=codes, at=at)
    free = booking.next_open_slots(venue_codes=codes, competence=competence, at=at)
    return [Offer(choice, loads.get(choice.venue.code), free.get(choice.venue.code)) for choice in choices]


def picker_for(spot: Spot) -> dict[str, object]:
    """Return what the district and sub-district menus show."""
    return {
        "districts": venues.districts(),
        "subdistricts": venues.subdistricts(district_code=spot.district_code) if spot.district_code else [],
    }


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
