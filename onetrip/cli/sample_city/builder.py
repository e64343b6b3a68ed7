"""Building the sample city: catalogue, places, staff, venues, two weeks of slots."""

from collections.abc import Callable

from django.conf import settings

from onetrip.cli.sample_city.plan import CityPlan, plan_city
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts import services as accounts
from onetrip.domain.accounts.states import DEMO_PASSWORD
from onetrip.domain.venues import services as venues

Progress = Callable[[str, int, int], None]

_LOAD = "sample-city"
_BUILDER = Actor.system("sample-city")
_STEPS = 3


def build(*, progress: Progress | None = None, demonstration: bool | None = None) -> None:
    """Build the city, or bring it in line; a second call changes nothing and takes a moment.

    `progress(step, done, of)` is told what is being done. RuntimeError outside demo mode. `demonstration` keeps the two venues of the guided tour
    open round the clock; by default so in demo mode. What leads have changed since stays theirs.
    """
    if not settings.DEMO:
        raise RuntimeError("the sample city has well-known passwords: it is built in demo mode only")
    tell = progress or (lambda _step, _done, _of: None)
    tell("catalogue", 0, _STEPS)
    _ensure_catalogue()
    tell("venues", 1, _STEPS)
    _ensure_city(plan_city(demonstration=settings.DEMO if demonstration is None else demonstration))
    tell("slots", 2, _STEPS)
    _open_slots()
    tell("ready", _STEPS, _STEPS)


def _ensure_city(plan: CityPlan) -> None:
    fingerprint = plan.fingerprint
    if venues.is_loaded(name=_LOAD, fingerprint=fingerprint):
        return
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
        venues.mark_loaded(name=_LOAD, fingerprint=fingerprint, by=_BUILDER, at=at)


def _ensure_catalogue() -> None:
    """The catalogue is imported here once its importer stands."""


def _open_slots() -> None:
    """Slots are opened here once booking stands."""
