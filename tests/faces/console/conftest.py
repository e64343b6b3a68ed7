"""A hall with its staff, one citizen's errand, and browsers in which each of them is signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.booking import services as booking
from onetrip.domain.cases import services as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import services as consultations
from onetrip.domain.venues.models import Desk, RosterEntry
from tests.domain.booking.conftest import Hall, build_hall
from tests.domain.catalog.conftest import shipped
from tests.people import a_citizen, a_staff_member, signed_in

__all__ = ["shipped"]
# Handled anywhere in the city by the hall's windows, with two questions and three papers.
ITEM = "i44-licence-details"
SYSTEM = Actor.system("tests")
FETCH = {"HTTP_ACCEPT": "application/json", "HTTP_X_REQUESTED_WITH": "fetch"}


def actor(user: User) -> Actor:
    return Actor(user.kind, user.public_id)


@dataclass
class Town:
    """What the pages are about. `window` and `post` are the officer's desks in the first hall."""

    hall: Hall
    other: Hall
    post: Desk
    window: Desk
    officer: User
    colleague: User
    lead: User
    supervisor: User
    editor: User
    admin: User
    citizen: User
    item_code: str

    def browser(self, who: str) -> Client:
        return signed_in(getattr(self, who))

    def case(self, citizen: User | None = None) -> str:
        """An errand whose situation has been told."""
        person = citizen or self.citizen
        return cases.open_case(
            citizen_id=person.pk, item_code=self.item_code, answers=answers_for(self.item_code), by=actor(person),
            at=clock.now(),
        )  # fmt: skip

    def ring(self) -> tuple[str, str]:
        """Let the officer be on duty and the citizen call; return (case, consultation)."""
        consultations.go_on_duty(
            desk_id=self.post.pk, officer_id=self.officer.pk, by=actor(self.officer), at=clock.now()
        )
        case_id = self.case()
        # No page is open that would report: on a slow machine the officer would count as gone.
        consultations.mark_seen(posts=[self.post.pk], at=clock.now())
        return case_id, cases.ask_officer(
            case_id=case_id, citizen_id=self.citizen.pk, by=actor(self.citizen), at=clock.now()
        )

    def call(self) -> tuple[str, str]:
        """Let officer and citizen be in a call; return (case, consultation)."""
        case_id, consultation_id = self.ring()
        consultations.accept(
            consultation_id=consultation_id,
            officer_id=self.officer.pk,
            by=actor(self.officer),
            at=clock.now(),
        )
        return case_id, consultation_id

    def booked(self, at: datetime | None = None) -> tuple[str, str]:
        """Let the citizen be booked for today; return (case, arrival code)."""
        from onetrip.domain.booking.models import Appointment

        now = clock.now()
        slot = self.hall.slot(starts_at=at or now + timedelta(minutes=20))
        slot.day = clock.city_day(slot.starts_at)
        slot.save()
        case_id = self.case()
        who = {"case_id": case_id, "citizen_id": self.citizen.pk, "by": actor(self.citizen), "at": now}
        cases.hold_slot(slot_id=slot.public_id, **who)
        cases.confirm(**who)
        return case_id, Appointment.objects.get().arrival_code

    def number(self, citizen: User | None = None) -> str:
        """Give out a number without an appointment."""
        return cases.walk_in(
            venue_code=self.hall.venue.code, item_code=self.item_code, citizen_id=citizen.pk if citizen else None,
            by=SYSTEM, at=clock.now(),
        )  # fmt: skip

    def called(self, citizen: User | None = None) -> str:
        """Let somebody with a number stand at the officer's window, being served."""
        self.number(citizen)
        ticket_id = booking.call_next(desk_id=self.window.pk, by=actor(self.officer), at=clock.now())
        booking.start_serving(
            ticket_id=ticket_id, desk_id=self.window.pk, by=actor(self.officer), at=clock.now()
        )
        return ticket_id


def answers_for(item_code: str) -> dict[str, str]:
    guide, answers = catalog.guide_of(item_code), {}
    while not (checklist := catalog.personal_checklist(guide, answers)).complete:
        answers[checklist.next_question.key] = checklist.next_question.choices[0][0]
    return answers


def on_roster(desk: Desk, person: User, *, starts: int, ends: int) -> None:
    """Put somebody at a desk every day; nobody sits at two desks at once."""
    RosterEntry.objects.bulk_create(
        RosterEntry(desk=desk, staff=person, weekday=day, starts=starts, ends=ends) for day in range(7)
    )


@pytest.fixture
def town(shipped: None, db: None) -> Town:
    hall, other = build_hall("hall-1"), build_hall("hall-2")
    post = Desk.objects.create(
        venue=hall.venue, code="v1", label="视频1号岗", label_en="Post 1", kind="video",
        competences=["driving_licence", "vehicle"],
    )  # fmt: skip
    officer = a_staff_member(Role("officer", "hall-1"), name="王警官")
    on_roster(post, officer, starts=0, ends=720)
    on_roster(hall.desks[0], officer, starts=720, ends=1440)
    return Town(
        hall=hall,
        other=other,
        post=post,
        window=hall.desks[0],
        officer=officer,
        colleague=a_staff_member(Role("officer", "hall-2"), name="李警官"),
        lead=a_staff_member(Role("lead", "hall-1"), name="赵主任"),
        supervisor=a_staff_member(Role("supervisor"), name="钱督导"),
        editor=a_staff_member(Role("editor"), name="孙编辑"),
        admin=a_staff_member(Role("admin"), name="周管理"),
        citizen=a_citizen(name="王芳"),
        item_code=ITEM,
    )
