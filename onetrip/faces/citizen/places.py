"""Where I am, as the address says it: the position a browser gave, or the sub-district somebody picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from onetrip.core import clock
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.queries import Load, Trip
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
    """A venue to choose: the way, the hours, how busy it is, the first time that can be booked, and the sum of it.

    `trip` is None where nobody knows from where the citizen comes, or where neither waiting nor booking is possible.
    """

    choice: VenueChoice
    load: Load | None
    first_free: datetime | None
    trip: Trip | None = None

    @property
    def travel_min(self) -> int:
        return int(self.trip.travel.total_seconds() // 60) if self.trip else 0


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


# So many of the nearest venues are looked at; the soonest of them are shown.
_LOOKED_AT = 16


def offers_for(*, competence: str, territory: str, spot: Spot, at: datetime, limit: int = 8) -> list[Offer]:
    """Return the competent venues, each with its line and its first free time: where one is home again soonest first.

    What counts is the way there, the wait or the next free time, and the way back. Where nobody knows from where the
    citizen comes, they stand from the city's centre outwards.
    """
    choices = venues.choices_for(
        competence=competence,
        territory=territory,
        subdistrict_code=spot.subdistrict.code if spot.subdistrict else None,
        latitude=spot.latitude,
        longitude=spot.longitude,
        at=at,
        limit=_LOOKED_AT if spot.known else limit,
    )
    codes: Sequence[str] = [choice.venue.code for choice in choices]
    loads = booking.waiting_load(venue_codes=codes, at=at)
    free = booking.next_open_slots(venue_codes=codes, competence=competence, at=at)
    offers = [
        _offer(choice, loads.get(choice.venue.code), free.get(choice.venue.code), at) for choice in choices
    ]
    if spot.known:  # stable: where two are as soon, the nearer stays first
        offers.sort(key=lambda offer: (offer.trip is None, offer.trip.home_at if offer.trip else at))
    return offers[:limit]


def _offer(choice: VenueChoice, load: Load | None, first_free: datetime | None, at: datetime) -> Offer:
    if choice.distance_m is None:
        return Offer(choice, load, first_free)
    trip = booking.trip(
        at=at,
        distance_m=choice.distance_m,
        first_free=first_free,
        wait_s=load.expected_wait_s if load else None,
        closes_at=_closes_at(choice, at),
    )
    return Offer(choice, load, first_free, trip)


def _closes_at(choice: VenueChoice, at: datetime) -> datetime | None:
    """Return when the doors that are open now close, None for closed ones."""
    if not choice.is_open:
        return None
    now, day = f"{clock.city_time(at):%H:%M}", clock.city_day(at)
    for opens, closes in choice.hours_today:
        if opens <= now < closes:
            end_of_day = closes == "24:00"
            return clock.city_moment(
                day + timedelta(days=end_of_day), time(0) if end_of_day else time.fromisoformat(closes)
            )
    return None


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
