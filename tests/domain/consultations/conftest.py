"""A line for vehicles with two video posts and their officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import BY, NOON, build_citizens, build_hall


@dataclass
class Line:
    desks: list[Desk]
    officers: list[User]
    citizens: list[User]

    def on_duty(self, number: int = 0, *, at: datetime = NOON) -> None:
        officer = self.officers[number]
        services.go_on_duty(
            desk_id=self.desks[number].pk, officer_id=officer.pk, by=Actor("staff", officer.public_id), at=at
        )

    def join(self, number: int = 0, *, competence: str = "vehicle", at: datetime = NOON) -> str:
        return services.join_line(
            citizen_id=self.citizens[number].pk,
            competence=competence,
            item_code="i40",
            item_name="换证",
            by=BY,
            at=at,
        )

    def accept(self, consultation_id: str, number: int = 0, *, at: datetime = NOON) -> None:
        services.accept(consultation_id=consultation_id, officer_id=self.officers[number].pk, by=BY, at=at)

    def seen(self, at: datetime, *consultations: str) -> None:
        services.mark_seen(citizens=consultations, posts=[desk.pk for desk in self.desks], at=at)

    def sweep(self, seconds: int, *, citizens: Sequence[str] = (), posts: Sequence[int] = ()) -> None:
        """Sweep then, after a live face that looked out for pages all the time and sees these now."""
        for second in range(0, seconds, 10):
            services.mark_seen(at=later(second))
        services.mark_seen(citizens=citizens, posts=posts, at=later(seconds))
        services.sweep(at=later(seconds))

    def state(self, consultation_id: str) -> str:
        return Consultation.objects.get(public_id=consultation_id).state

    def post(self, number: int = 0) -> Post:
        return Post.objects.get(desk=self.desks[number])


def build_line(posts: int = 2, citizens: int = 6) -> Line:
    hall = build_hall()
    desks = [
        Desk.objects.create(
            venue=hall.venue,
            code=f"v{n}",
            label=f"视频{n}号席",
            label_en=f"Post {n}",
            kind="video",
            competences=["vehicle", "driving_licence"],
        )
        for n in range(posts)
    ]
    officers = [
        User.objects.create(kind="staff", username=f"officer{n}", name=f"警官{n}", joined_at=NOON)
        for n in range(posts)
    ]
    return Line(desks, officers, build_citizens(citizens))


@pytest.fixture
def line(db: None) -> Line:
    return build_line()


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)
