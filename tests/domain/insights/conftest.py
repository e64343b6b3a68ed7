"""A past that is made by hand: visits, calls and waits of which every sum is known."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest

from onetrip.core import clock
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Ticket
from onetrip.domain.cases.models import Case, CaseConsultation, CaseTicket, Visit
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import NOON, Hall, build_hall

_numbers = count(1)


@dataclass
class Past:
    """Writes history into two halls."""

    halls: dict[str, Hall]
    officer: User
    posts: dict[str, Post] = field(default_factory=dict)

    def visit(
        self,
        *outcomes: str,
        hall: str = "hall-1",
        item: str = "a",
        consulted: bool = False,
        at: datetime = NOON,
        waited_s: int = 60,
        stars: int | None = None,
        came: str = "walk_in",
        material: str = "",
        version: str = "v",
    ) -> Case:
        """A case with one visit a day, ending as told: `done`, or the reason for sending back."""
        last = outcomes[-1]
        case = Case.objects.create(
            item_code=item, item_name=item, category_code="c", competence="vehicle", guide_version=version,
            trips=len(outcomes), state="done" if last == "done" else "returned", opened_at=at, changed_at=at,
        )  # fmt: skip
        for number, outcome in enumerate(outcomes, start=1):
            when = at + timedelta(days=number - 1)
            ticket = self._ticket(hall, when, waited_s)
            CaseTicket.objects.create(case=case, ticket=ticket)
            Visit.objects.create(
                case=case, number=number, ticket=ticket, venue=self.halls[hall].venue, item_code=item,
                guide_version=version, came=came, material="" if outcome == "done" else material,
                consulted=consulted, outcome="done" if outcome == "done" else "returned",
                reason="" if outcome == "done" else outcome, officer=self.officer, at=when, stars=stars,
            )  # fmt: skip
        return case

    def _ticket(self, hall: str, at: datetime, waited_s: int) -> Ticket:
        taken = at - timedelta(seconds=waited_s)
        return Ticket.objects.create(
            venue=self.halls[hall].venue, competence="vehicle", day=clock.city_day(at), number=f"V{next(_numbers)}",
            rank=taken, state="served", item_code="a", item_name="a", taken_at=taken, called_at=at, calls=1,
            desk=self.halls[hall].desks[0],
        )  # fmt: skip

    def call(
        self,
        *,
        hall: str = "hall-1",
        waited_s: int = 30,
        talked_s: int = 120,
        state: str = "concluded",
        stars: int | None = None,
        at: datetime = NOON,
        case: Case | None = None,
    ) -> Consultation:
        """A call that was connected at `at`."""
        number = next(_numbers)
        citizen = User.objects.create(
            kind="citizen", name="市民", phone_hash=f"past-{number}", joined_at=NOON
        )
        row = Consultation.objects.create(
            citizen=citizen, competence="vehicle", item_code="a", item_name="a", state=state, rank=number,
            joined_at=at - timedelta(seconds=waited_s), seen_at=at, post=self._post(hall), officer=self.officer,
            connected_at=at, ended_at=at + timedelta(seconds=talked_s), stars=stars,
        )  # fmt: skip
        if case is not None:
            Case.objects.filter(pk=case.pk).update(consultation=row, consulted_at=at)
            CaseConsultation.objects.create(case=case, consultation=row)
        return row

    def _post(self, hall: str) -> Post:
        if hall not in self.posts:
            desk = Desk.objects.create(
                venue=self.halls[hall].venue, code="v1", label="视频1号岗", label_en="Post 1", kind="video",
                competences=["vehicle"],
            )  # fmt: skip
            self.posts[hall] = Post.objects.create(
                desk=desk,
                label=desk.label,
                competences=["vehicle"],
                since=NOON,
                idle_since=NOON,
                seen_at=NOON,
            )
        return self.posts[hall]


@pytest.fixture
def past(db: None) -> Past:
    officer = User.objects.create(kind="staff", username="past-officer", name="王警官", joined_at=NOON)
    return Past({code: build_hall(code) for code in ("hall-1", "hall-2")}, officer)
