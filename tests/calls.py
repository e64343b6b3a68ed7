"""A post on duty and somebody in its line, through the services that the pages use."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.consultations import services as consultations
from onetrip.domain.venues.models import Desk, District, Subdistrict, Venue
from tests.people import a_citizen, a_staff_member

BY = Actor.system("tests")


@dataclass
class Call:
    """A citizen whose consultation rings at an officer's post."""

    citizen: User
    officer: User
    desk: Desk
    id: str

    @property
    def topic(self) -> str:
        return f"consultation:{self.id}"

    def accept(self) -> None:
        consultations.accept(consultation_id=self.id, officer_id=self.officer.pk, by=BY, at=clock.now())


def a_video_desk(code: str, *competences: str) -> Desk:
    district = District.objects.get_or_create(
        code="410105", defaults={"name": "金水区", "name_en": "Jinshui"}
    )[0]
    subdistrict = Subdistrict.objects.get_or_create(
        code="410105001",
        defaults={"name": "经八路街道", "name_en": "Jingbalu", "district": district, "latitude": 34.77,
                  "longitude": 113.67, "valid_from": date(2023, 6, 30)},
    )[0]  # fmt: skip
    venue = Venue.objects.get_or_create(
        code="hall-live",
        defaults={"name": "户政大厅", "name_en": "Household hall", "kind": "household", "subdistrict": subdistrict,
                  "latitude": 34.77, "longitude": 113.67, "address": "路1号", "phone": "000", "demonstration": True},
    )[0]  # fmt: skip
    return Desk.objects.create(
        venue=venue, code=code, label=f"视频{code}", kind="video", competences=list(competences)
    )


def on_duty(competence: str, *, desk: Desk | None = None) -> tuple[User, Desk]:
    officer = a_staff_member(Role("officer"))
    desk = desk or a_video_desk(officer.public_id[:6], competence)
    consultations.go_on_duty(desk_id=desk.pk, officer_id=officer.pk, by=BY, at=clock.now())
    return officer, desk


def in_line(competence: str, citizen: User | None = None) -> tuple[User, str]:
    citizen = citizen or a_citizen()
    joined = consultations.join_line(
        citizen_id=citizen.pk,
        competence=competence,
        item_code="i1",
        item_name="身份证补领",
        by=BY,
        at=clock.now(),
    )
    return citizen, joined


def a_ringing_call() -> Call:
    """A call in a line of its own, so that no other test's officer is rung for it."""
    line = uuid4().hex[:12]
    officer, desk = on_duty(line)
    citizen, joined = in_line(line)
    return Call(citizen, officer, desk, joined)
