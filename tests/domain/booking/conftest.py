"""A small hall: one venue with two windows that handle vehicles and licences, open all day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Schedule, Slot
from onetrip.domain.venues.models import Desk, District, Subdistrict, Venue

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 in the city
BY = Actor.system("test")


@dataclass
class Hall:
    venue: Venue
    desks: list[Desk]
    schedule: Schedule

    def slot(self, *, starts_at: datetime = NOON + timedelta(hours=2), capacity: int = 2) -> Slot:
        return Slot.objects.create(
            schedule=self.schedule,
            day=date(2026, 11, 24),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=15),
            capacity=capacity,
        )


def build_hall(code: str = "hall-1") -> Hall:
    district = District.objects.get_or_create(code="410105", name="金水区", name_en="Jinshui")[0]
    subdistrict = Subdistrict.objects.get_or_create(
        code="410105001",
        defaults={
            "name": "经八路街道",
            "name_en": "Jingbalu",
            "district": district,
            "latitude": 34.77,
            "longitude": 113.67,
            "valid_from": date(2023, 6, 30),
        },
    )[0]
    venue = Venue.objects.create(
        code=code,
        name="车管所",
        name_en="Vehicle office",
        kind="traffic",
        subdistrict=subdistrict,
        latitude=34.77,
        longitude=113.67,
        address="路1号",
        phone="000",
        demonstration=True,
    )
    competences = ["driving_licence", "vehicle"]
    desks = [
        Desk.objects.create(
            venue=venue,
            code=f"w{number}",
            label=f"{number}号窗口",
            label_en=f"Window {number}",
            kind="window",
            competences=competences,
        )
        for number in (1, 2)
    ]
    return Hall(venue, desks, Schedule.objects.create(venue=venue, competences=competences))


def build_citizens(count: int) -> list[User]:
    return User.objects.bulk_create(
        User(kind="citizen", name=f"市民{n}", phone_hash=f"hash-{n}", joined_at=NOON) for n in range(count)
    )


@pytest.fixture
def hall(db: None) -> Hall:
    return build_hall()


@pytest.fixture
def citizens(db: None) -> list[User]:
    return build_citizens(6)
