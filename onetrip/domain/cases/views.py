"""What cases show of themselves: plain frozen values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onetrip.domain.accounts.queries import CitizenCard
from onetrip.domain.booking.states import Channel
from onetrip.domain.catalog.queries import Checklist, MaterialLine, Online
from onetrip.domain.complaints.views import ComplaintLine
from onetrip.domain.payments.views import OrderView


@dataclass(frozen=True)
class CaseMaterialView:
    """A material of the checklist, with the latest verdict on it."""

    line: MaterialLine
    verdict: str | None
    reason: str
    by_name: str | None
    at: datetime | None


@dataclass(frozen=True)
class VisitView:
    """One trip and how it ended."""

    number: int
    venue_name: str
    outcome: str
    reason: str
    material_name: str | None
    note: str
    at: datetime
    stars: int | None


@dataclass(frozen=True)
class EarlierVisit:
    """An earlier visit of the same citizen, about whatever it was."""

    item_name: str
    venue_name: str
    outcome: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class CaseView:
    """A case as its owner, and the officers who deal with it, see it."""

    id: str
    state: str
    item_code: str
    item_name: str
    competence: str
    territory: str
    guide_version: str
    guide_changed: bool
    answers: dict[str, str]
    answer_texts: list[tuple[str, str]]
    checklist: Checklist
    materials: list[CaseMaterialView]
    subdistrict_code: str | None
    citizen_name: str
    consultation_id: str | None
    consultation_live: bool
    conclusion_kind: str | None
    conclusion_text: str
    appointment_id: str | None
    appointment_state: str | None
    ticket_id: str | None
    goes_first: bool
    visits: list[VisitView]
    opened_at: datetime
    step: str
    next_step: str
    can: tuple[str, ...]


@dataclass(frozen=True)
class ErrandToBook:
    """What the pages for choosing a place and a time need of a case: no more, because the whole city asks for them."""

    id: str
    item_name: str
    competence: str
    territory: str
    subdistrict_code: str | None
    appointment_state: str | None
    minutes: int
    online: Online | None  # set where it can be finished without coming
    units_booked: int
    visit_booked: str
    sent_back: bool


@dataclass(frozen=True)
class OtherErrand:
    """Another open errand of the same citizen that could be settled at the same visit."""

    id: str
    item_name: str
    competence: str
    minutes: int


@dataclass(frozen=True)
class GuideNews:
    """What has changed in the guide since the citizen was told: names of materials."""

    added: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ask_again: bool = False

    @property
    def any(self) -> bool:
        return bool(self.added or self.dropped or self.changed or self.ask_again)


@dataclass(frozen=True)
class CaseSummary:
    """A line in the list of a citizen's errands."""

    id: str
    state: str
    item_code: str
    item_name: str
    step: str
    next_step: str
    starts_at: datetime | None
    venue_name: str | None
    changed_at: datetime


@dataclass(frozen=True)
class Grievances:
    """What may still be complained about (visit, consultation), and the complaints that were made."""

    possible: tuple[str, ...]
    made: tuple[ComplaintLine, ...]


@dataclass(frozen=True)
class VisitLine:
    """A visit as exports have it: no person, no words. `key` is only good for asking what comes after it."""

    key: int
    at: datetime
    venue_code: str
    item_code: str
    guide_version: str
    came: str
    consulted: bool
    number: int
    outcome: str
    reason: str
    material: str
    stars: int | None


@dataclass(frozen=True)
class TripCount:
    """First visits of one group: how many finished the errand, out of how many; `unfit` failed for a material."""

    key: Any
    one_trip: int
    finished: int
    unfit: int


@dataclass(frozen=True)
class FailCount:
    """How often people were sent home for one reason (and material) after one version of a guide, of all its visits."""

    item_code: str
    guide_version: str
    reason: str
    material: str
    count: int
    visits: int


@dataclass(frozen=True)
class VisitRow:
    """A case behind a figure: one visit of it, or (`outcome` None, `number` 0) its consultation."""

    case_id: str
    item_code: str
    venue_name: str
    at: datetime
    outcome: str | None
    reason: str
    consulted: bool
    number: int


@dataclass(frozen=True)
class FeeView:
    """What an errand costs, when it is paid, and what became of it. `before`: paying confirms the place; `later`: it is
    owed once the errand is done."""

    case_id: str
    item_name: str
    fen: int
    before: bool
    later: bool
    order: OrderView | None
    is_due: bool
    can_pay_online: bool


@dataclass(frozen=True)
class Agreement:
    """How officers' verdicts and the pre-check's advice compare, in materials that both have judged."""

    both_fine: int
    both_not: int
    only_officer: int
    only_check: int

    @property
    def judged(self) -> int:
        return self.both_fine + self.both_not + self.only_officer + self.only_check

    @property
    def share(self) -> float | None:
        """The share in which both said the same, None where nothing was judged by both."""
        return (self.both_fine + self.both_not) / self.judged if self.judged else None


@dataclass(frozen=True)
class Counter:
    """Where staff act for somebody: the reception of a hall (`venue_code`), or the hotline (None)."""

    venue_code: str | None

    @property
    def channel(self) -> Channel:
        """Through which quota places are taken there."""
        return Channel.HOTLINE if self.venue_code is None else Channel.HALL


@dataclass(frozen=True)
class PersonAtCounter:
    """Whom staff have before them, with their errands."""

    card: CitizenCard
    cases: list[CaseSummary]
