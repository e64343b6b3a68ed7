"""The sample city: complete, the same everywhere, inside its districts, and built as often as one likes."""

import hashlib
from collections import Counter
from datetime import datetime, time, timedelta

import pytest

from onetrip.cli import sample_city
from onetrip.cli.sample_city import builder
from onetrip.cli.sample_city.people import HOUSEHOLD_VENUE, TRAFFIC_VENUE
from onetrip.cli.sample_city.plan import CityPlan, plan_city
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.geo import inside
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries as booking
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries, services
from onetrip.domain.venues.models import Desk, OpeningSpan, RosterEntry, Venue

NIGHT = datetime(2026, 11, 22, 3, 30, tzinfo=clock.CITY_TZ)  # a Sunday


@pytest.fixture(scope="module")
def plan() -> CityPlan:
    return plan_city(demonstration=True)


def test_the_city_has_the_window_counts_of_the_model(plan: CityPlan) -> None:
    kinds = Counter(venue.kind for venue in plan.venues)
    assert kinds == {"household": 215, "traffic": 15, "exit_entry": 11, "approval": 1, "fire": 3}
    assert len({venue.code for venue in plan.venues}) == 245
    assert len(plan.ground.subdistricts) == 208


def test_every_subdistrict_has_a_household_room_and_seven_have_two(plan: CityPlan) -> None:
    rooms = Counter(code for venue in plan.venues for code in venue.jurisdiction)
    assert set(rooms) == {place.code for place in plan.ground.subdistricts}
    assert sorted(rooms.values()) == [1] * 201 + [2] * 7


def test_every_venue_lies_inside_the_real_outline_of_its_district(plan: CityPlan) -> None:
    places = {place.code: place for place in plan.ground.subdistricts}
    outside = [
        venue.code
        for venue in plan.venues
        if not inside(
            [plan.ground.ring_of(places[venue.subdistrict_code].district_code)],
            latitude=venue.latitude,
            longitude=venue.longitude,
        )
    ]
    assert outside == []


def test_two_plans_are_the_same_and_so_is_one_made_elsewhere(plan: CityPlan) -> None:
    assert plan_city(demonstration=True).fingerprint == plan.fingerprint
    positions = ";".join(f"{venue.code} {venue.latitude:.6f} {venue.longitude:.6f}" for venue in plan.venues)
    assert hashlib.sha256(positions.encode()).hexdigest()[:16] == "f065acb206b07ed2"


def test_everything_says_that_it_is_a_sample(plan: CityPlan) -> None:
    assert all(venue.synthetic for venue in plan.venues)
    assert all("虚构" in venue.address for venue in plan.venues)
    assert all(venue.phone.startswith("0371-0000-") for venue in plan.venues)


def test_every_competence_has_windows_and_video_posts(plan: CityPlan) -> None:
    seats: Counter[tuple[str, str]] = Counter()
    for venue in plan.venues:
        for desk in venue.desks:
            seats.update((desk.kind, competence) for competence in desk.competences)
    posts = {competence: count for (kind, competence), count in seats.items() if kind == "video"}
    assert posts == {
        "driving_licence": 5,
        "vehicle": 5,
        "household": 4,
        "id_card": 4,
        "residence": 4,
        "exit_entry": 2,
        "approval": 1,
        "fire": 1,
    }
    assert {competence for kind, competence in seats if kind == "window"} == set(posts)


def test_every_name_on_a_roster_is_employed_and_leads_exist(plan: CityPlan) -> None:
    employed = {person.username for person in plan.staff}
    rostered = {line.staff for venue in plan.venues for desk in venue.desks for line in desk.roster} - {None}
    assert rostered <= employed
    demo_accounts = {f"officer{n}" for n in range(1, 6)} | {"window1", "household1", "lead1"}
    assert demo_accounts | {"supervisor1", "editor1", "admin1"} <= employed


@pytest.mark.django_db
def test_building_twice_changes_nothing_and_reports_its_progress() -> None:
    steps: list[tuple[str, int, int]] = []
    sample_city.build(progress=lambda *step: steps.append(step))
    counted = _counts()
    sample_city.build()
    assert _counts() == counted
    assert counted["venues"] == 245
    assert steps[-1][1] == steps[-1][2]
    today = clock.city_day(clock.now())
    noon = clock.city_moment(today, time(12))  # the last day opens in the morning
    tour = {"venue_code": TRAFFIC_VENUE, "competence": "vehicle", "at": noon}
    assert [load.day for load in booking.open_days(**tour)][-1] == today + timedelta(days=13)
    assert sum(group.item_count for group in catalog.categories()) == 93


@pytest.mark.django_db
def test_a_rebuild_keeps_what_a_lead_has_set(plan: CityPlan) -> None:
    builder._ensure_city(plan_city(demonstration=False))
    lead, at = Actor.system("test"), clock.now()
    services.set_opening_hours(venue_code=TRAFFIC_VENUE, weekly={}, by=lead, at=at)
    builder._ensure_city(plan)  # another plan: written again
    assert queries.weekly_hours(TRAFFIC_VENUE) == []
    assert not queries.venue(TRAFFIC_VENUE).demonstration


@pytest.mark.django_db
def test_the_tour_works_on_a_sunday_night_and_only_there(plan: CityPlan) -> None:
    builder._ensure_city(plan)
    open_now = [
        venue.code for venue in queries.venues() if queries.hours(venue_code=venue.code, at=NIGHT).is_open
    ]
    assert sorted(open_now) == [HOUSEHOLD_VENUE, TRAFFIC_VENUE]
    capacity = queries.window_capacity(venue_code=TRAFFIC_VENUE, competence="vehicle", day=NIGHT.date())
    assert [(stretch.desks, stretch.ends - stretch.starts) for stretch in capacity] == [
        (8, timedelta(days=1))
    ]
    assert queries.next_video_opening(competence="driving_licence", at=NIGHT) == NIGHT
    officer = User.objects.get(username="officer1")
    (post,) = queries.desks_for_staff(officer.pk)
    assert (post.kind, post.venue_code) == ("video", TRAFFIC_VENUE)


@pytest.mark.django_db
def test_a_point_at_a_venue_finds_its_subdistrict(plan: CityPlan) -> None:
    builder._ensure_city(plan)
    for venue in queries.venues()[::10]:
        found = queries.subdistrict_at(venue.latitude, venue.longitude)
        assert found is not None
        assert found.code == venue.subdistrict_code


def _counts() -> dict[str, int]:
    return {
        "venues": Venue.objects.count(),
        "desks": Desk.objects.count(),
        "spans": OpeningSpan.objects.count(),
        "roster": RosterEntry.objects.count(),
        "people": User.objects.count(),
    }
