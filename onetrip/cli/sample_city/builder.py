"""Building the sample city: catalogue, places, staff, venues, two weeks of slots."""

import hashlib
from collections.abc import Callable

from django.conf import settings

from onetrip.cli.sample_city.places import FOLDER
from onetrip.cli.sample_city.plan import CityPlan, plan_city
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts import services as accounts
from onetrip.domain.accounts.states import DEMO_PASSWORD
from onetrip.domain.booking import services as booking
from onetrip.domain.catalog import services as catalog
from onetrip.domain.venues import services as venues

Progress = Callable[[str, int, int], None]

_CITY, _CATALOGUE, _SLOTS = "sample-city", "sample-catalogue", "sample-slots"
_BUILDER = Actor.system("sample-city")
_STEPS = 3


def build(*, progress: Progress | None = None, demonstration: bool = True) -> None:
    """Build the city, or bring it in line; a second call changes nothing and takes a moment.

    `progress(step, done, of)` is told what is being done. `demonstration` keeps the two venues of the guided tour
    open round the clock; by default so. What leads have changed since stays theirs. RuntimeError outside demo mode.
    """
    if not settings.DEMO:
        raise RuntimeError("the sample city has well-known passwords: it is built in demo mode only")
    tell = progress or (lambda _step, _done, _of: None)
    tell("catalogue", 0, _STEPS)
    _ensure_catalogue()
    tell("venues", 1, _STEPS)
    fingerprint = _ensure_city(plan_city(demonstration=demonstration))
    tell("slots", 2, _STEPS)
    _ensure_slots(fingerprint)
    tell("ready", _STEPS, _STEPS)


def _ensure_city(plan: CityPlan) -> str:
    fingerprint = plan.fingerprint
    if venues.is_loaded(name=_CITY, fingerprint=fingerprint):
        return fingerprint
    at = clock.now()
    with unit_of_work():
        venues.ensure_places(districts=plan.ground.districts, subdistricts=plan.ground.subdistricts)
        staff = {
            person.username: accounts.ensure_staff(
                username=person.username,
                name=person.name,
                roles=person.roles,
                password=DEMO_PASSWORD,
                by=_BUILDER,
                at=at,
            ).pk
            for person in plan.staff
        }
        venues.ensure_venues(venues=plan.venues, staff=staff)
        venues.mark_loaded(name=_CITY, fingerprint=fingerprint, by=_BUILDER, at=at)
    return fingerprint


def _ensure_catalogue() -> None:
    folder = FOLDER.parent / "catalog"
    files = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.yaml")))
    fingerprint = hashlib.sha256(files).hexdigest()
    if venues.is_loaded(name=_CATALOGUE, fingerprint=fingerprint):
        return
    at = clock.now()
    with unit_of_work():
        catalog.import_catalog(folder=folder, by=_BUILDER, at=at)
        venues.mark_loaded(name=_CATALOGUE, fingerprint=fingerprint, by=_BUILDER, at=at)


def _ensure_slots(city_fingerprint: str) -> None:
    """Open what is missing of the next two weeks, once a day; a job does the same every night from then on."""
    at = clock.now()
    today = clock.city_day(at)
    fingerprint = hashlib.sha256(f"{city_fingerprint} {today}".encode()).hexdigest()
    if venues.is_loaded(name=_SLOTS, fingerprint=fingerprint):
        return
    with unit_of_work():
        booking.open_slots(from_day=today, by=_BUILDER, at=at)
        venues.mark_loaded(name=_SLOTS, fingerprint=fingerprint, by=_BUILDER, at=at)
