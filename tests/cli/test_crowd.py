"""The crowd uses the services of the pages, leaves people's places alone, and gives the charts a past."""

import time
from dataclasses import replace

import pytest

from onetrip.cli.sample_city import builder
from onetrip.cli.sample_city.crowd import MAX_CROWD, run_crowd, seed_history
from onetrip.cli.sample_city.crowd.people import HALLS, LEFT_TO_PEOPLE, officers
from onetrip.cli.sample_city.plan import plan_city
from onetrip.core import audit, clock
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Appointment, Ticket
from onetrip.domain.cases.models import Visit
from onetrip.domain.consultations.models import Consultation, Post


@pytest.fixture
def halls(db: None) -> None:
    """The sample city with the three halls of the crowd only."""
    builder._ensure_catalogue()
    plan = plan_city(demonstration=True)
    small = replace(plan, venues=tuple(venue for venue in plan.venues if venue.code in HALLS))
    staffed = {line.staff for venue in small.venues for desk in venue.desks for line in desk.roster}
    builder._ensure_city(replace(small, staff=tuple(who for who in plan.staff if who.username in staffed)))
    builder._ensure_slots("small")


@pytest.mark.usefixtures("halls")
def test_the_past_is_seeded_once_and_looks_like_one() -> None:
    today = clock.city_day(clock.now())
    assert seed_history(days=3, per_day=8) > 8
    visits = list(Visit.objects.select_related("ticket"))
    assert {visit.outcome for visit in visits} <= {"done", "returned"}
    assert all(visit.at < clock.now() and visit.ticket.day < today for visit in visits)
    assert set(Consultation.objects.values_list("state", flat=True)) == {"concluded"}
    assert set(Post.objects.values_list("state", flat=True)) == {"off"}
    assert not Ticket.objects.exclude(state="served").exists()
    assert audit.verify().intact
    assert seed_history(days=3, per_day=8) == 0


@pytest.mark.usefixtures("halls")
def test_the_crowd_asks_books_comes_and_is_served() -> None:
    deadline = time.monotonic() + 100

    def seen_enough() -> bool:
        served = Visit.objects.exists() and Appointment.objects.exists()
        talked = Consultation.objects.filter(state="concluded").exists()
        return (served and talked) or time.monotonic() > deadline

    stage = run_crowd(size=12, speed=100, until=seen_enough)
    assert Consultation.objects.filter(state="concluded").exists()
    assert Appointment.objects.exists()
    assert Visit.objects.exists()
    left_alone = User.objects.filter(username__in=LEFT_TO_PEOPLE).values_list("pk", flat=True)
    assert not Consultation.objects.filter(officer__in=left_alone).exists()
    assert not Visit.objects.filter(officer__in=left_alone).exists()
    assert all(
        name.startswith("模拟市民")
        for name in User.objects.filter(kind="citizen").values_list("name", flat=True)
    )
    # What happens to people too: somebody else was faster.
    assert not stage.refusals.keys() - {
        "slot_full",
        "already_booked",
        "call_gone",
        "already_in_line",
    }


@pytest.mark.usefixtures("halls")
def test_places_of_people_are_not_played() -> None:
    names = set(
        User.objects.filter(pk__in=[who.user_id for who in officers()]).values_list("username", flat=True)
    )
    assert "officer2" in names
    assert not names & LEFT_TO_PEOPLE


@pytest.mark.parametrize("size", [0, MAX_CROWD + 1])
def test_a_crowd_is_bounded(size: int) -> None:
    with pytest.raises(ValueError, match="citizens"):
        run_crowd(size=size)
