"""A hall with free times, the shipped catalogue, and people who open the citizen's pages."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Slot
from onetrip.domain.cases import services as cases
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import Hall, build_hall
from tests.domain.catalog.conftest import shipped
from tests.people import a_citizen, a_staff_member, signed_in

__all__ = ["shipped"]
# Handled anywhere in the city, with one question, by the hall's windows.
ITEM = "i46-licence-lost"
BY = Actor.system("tests")


@dataclass
class Person:
    """Somebody at a phone."""

    user: User
    client: Client

    @property
    def actor(self) -> Actor:
        return Actor("citizen", self.user.public_id)


@pytest.fixture
def hall(shipped: None, db: None) -> Hall:
    """A hall with places tomorrow morning and afternoon."""
    built = build_hall()
    for hour in (9, 10, 14):
        free_time(built, tomorrow_at(hour))
    return built


def tomorrow_at(hour: int) -> datetime:
    return clock.city_moment(clock.city_day(clock.now()) + timedelta(days=1), time(hour))


def free_time(hall: Hall, starts_at: datetime, capacity: int = 2) -> Slot:
    return Slot.objects.create(
        schedule=hall.schedule,
        day=clock.city_day(starts_at),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        capacity=capacity,
    )


@pytest.fixture
def me(db: None) -> Person:
    user = a_citizen()
    return Person(user, signed_in(user))


@pytest.fixture
def stranger(db: None) -> Person:
    user = a_citizen(name="别人")
    return Person(user, signed_in(user))


@pytest.fixture
def case_id(hall: Hall, me: Person) -> str:
    return open_case(me)


def answers(item_code: str) -> dict[str, str]:
    """The first choice of every question."""
    from onetrip.domain.catalog import queries as catalog

    guide, given = catalog.guide_of(item_code), {}
    while (question := catalog.personal_checklist(guide, given).next_question) is not None:
        given[question.key] = question.choices[0][0]
    return given


def open_case(person: Person, item_code: str = ITEM) -> str:
    return cases.open_case(
        citizen_id=person.user.pk,
        item_code=item_code,
        answers=answers(item_code),
        by=person.actor,
        at=clock.now(),
    )


def booked(person: Person, case_id: str, slot: Slot) -> str:
    """Hold and confirm a place; return the appointment's id."""
    appointment_id = cases.hold_slot(
        case_id=case_id,
        citizen_id=person.user.pk,
        slot_id=slot.public_id,
        by=person.actor,
        at=clock.now(),
    )
    cases.confirm(case_id=case_id, citizen_id=person.user.pk, by=person.actor, at=clock.now())
    return appointment_id


def asked(person: Person, case_id: str) -> str:
    """Join the line for an officer; return the consultation's id."""
    return cases.ask_officer(case_id=case_id, citizen_id=person.user.pk, by=person.actor, at=clock.now())


@dataclass
class Post:
    officer: User
    desk: Desk

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.officer.public_id)


@pytest.fixture
def post(hall: Hall) -> Post:
    """An officer on duty at a video post for licences."""
    from onetrip.domain.consultations import services as consultations

    desk = Desk.objects.create(
        venue=hall.venue,
        code="v1",
        label="视频1号岗",
        label_en="Video post 1",
        kind="video",
        competences=["driving_licence", "vehicle"],
    )
    officer = a_staff_member(name="王警官")
    on_duty = Post(officer, desk)
    consultations.go_on_duty(desk_id=desk.pk, officer_id=officer.pk, by=on_duty.actor, at=clock.now())
    return on_duty
