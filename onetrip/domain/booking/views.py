"""What booking shows of itself: plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class DayLoad(NamedTuple):
    """One day of a venue: how many places are left in how many slots."""

    day: date
    places_left: int
    slots: int


class SlotView(NamedTuple):
    """A time that can be booked; `id` is public."""

    id: str
    starts_at: datetime
    ends_at: datetime
    places_left: int


@dataclass(frozen=True)
class AppointmentView:
    """An appointment as its owner and the reception see it. `can` lists the verbs that are possible now."""

    id: str
    state: str
    venue_code: str
    venue_name: str
    item_code: str
    item_name: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    arrival_code: str
    can: tuple[str, ...]
    citizen_name: str = ""
    ticket_id: str | None = None
    visit_id: str = ""
    complete_by: datetime | None = None
    channel: str = ""


@dataclass(frozen=True)
class TicketView:
    """A number in the line. `ahead` counts those whom the windows for this matter will call earlier.

    `came` (rules.Arrival) and `stands_from`, the moment that the place in line counts from, say why it is where it is.
    `be_back_at`: for whom it is worth going out meanwhile.
    """

    id: str
    number: str
    state: str
    venue_code: str
    venue_name: str
    competence: str
    item_code: str
    item_name: str
    taken_at: datetime
    ahead: int = 0
    desk_label: str | None = None
    called_at: datetime | None = None
    booked_for: datetime | None = None
    calls: int = 0
    priority: bool = False
    expected_wait_s: int | None = None
    be_back_at: datetime | None = None
    came: str = "walk_in"
    stands_from: datetime | None = None
    can: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoardView:
    """What hangs on the wall of a hall: numbers and windows, never names."""

    venue_code: str
    venue_name: str
    called: list[tuple[str, str, datetime, str]]
    waiting: list[tuple[str, str]]


@dataclass(frozen=True)
class WindowView:
    """The desk of a window officer: the number at the window, and the line behind it."""

    desk_id: int
    desk_label: str
    venue_code: str
    current: TicketView | None
    waiting: list[TicketView]
    waiting_count: int
    skipped: list[TicketView]
    paused_since: datetime | None = None
    help_since: datetime | None = None
    closed_since: datetime | None = None


@dataclass(frozen=True)
class WindowNow:
    """A window of the hall as its lead sees it. `state`: free, called, serving, paused or closed; since when."""

    desk_id: int
    label: str
    competences: tuple[str, ...]
    state: str
    since: datetime | None
    number: str
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class LineNow:
    """One line of the hall as its lead sees it, waits in seconds."""

    competence: str
    waiting: int
    longest_s: int
    windows: int
    alarm: str


@dataclass(frozen=True)
class HallNow:
    """The live hall: windows, lines, people passed over, and how many alarms."""

    windows: list[WindowNow]
    lines: list[LineNow]
    skipped: int
    served: int
    alarms: int


@dataclass(frozen=True)
class WindowSays:
    """A window that pauses, or asks for the lead."""

    desk_id: int
    desk_label: str
    paused_since: datetime | None
    help_since: datetime | None


@dataclass(frozen=True)
class HallRuleView:
    """How a hall merges its line, in minutes."""

    booked_ahead_min: int
    priority_ahead_min: int
    late_after_min: int


@dataclass(frozen=True)
class Load:
    """How busy a venue is: people waiting, windows staffed now, expected wait of a walk-in in seconds."""

    waiting: int
    desks: int
    expected_wait_s: int
    seconds_each: int = 600


@dataclass(frozen=True)
class HallWait:
    """Waits in one hall in seconds: half waited at most `median_s`, nine in ten at most `most_s`."""

    venue_code: str
    count: int
    median_s: float
    most_s: float


@dataclass(frozen=True)
class MarkView:
    """A wasted place, as its citizen sees it."""

    id: str
    kind: str
    at: datetime
    forgotten_at: datetime
    item_name: str
    venue_name: str
    starts_at: datetime
    may_appeal: bool
    appeal: str
    answered: bool
    answer: str


@dataclass(frozen=True)
class Standing:
    """All marks of one citizen; `limits` says whether they restrict booking by phone now."""

    counting: list[MarkView]
    forgiven: list[MarkView]
    limits: bool


@dataclass(frozen=True)
class AppealView:
    """An objection that waits for an answer."""

    id: str
    kind: str
    citizen_name: str
    item_name: str
    starts_at: datetime
    marked_at: datetime
    words: str


@dataclass(frozen=True)
class Shares:
    """How many percent of a venue's places are kept for hall and hotline."""

    hall: int
    hotline: int


@dataclass(frozen=True)
class Proposal:
    """A free place somebody could be moved to; `venue_name` only where it is another venue."""

    slot_id: str
    starts_at: datetime
    venue_name: str | None = None
    distance_m: int | None = None


@dataclass(frozen=True)
class Clash:
    """A booked visitor for whom no window is left, and the nearest free places, the best first.

    `along`: what else belongs to the visit and moves with it; a place is where all of it can be settled, one after the
    other.
    """

    appointment_id: str
    citizen_name: str
    item_name: str
    starts_at: datetime
    channel: str
    can_be_told: bool
    proposals: list[Proposal]
    along: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfferView:
    """An earlier place that is kept for its reader until `until`."""

    id: str
    starts_at: datetime
    ends_at: datetime
    until: datetime


@dataclass(frozen=True)
class Waiting:
    """How somebody who has booked stands on the waitlist; `can_ask`: they may join it now."""

    waits: bool
    offers_left: int
    can_ask: bool
    offer: OfferView | None


@dataclass(frozen=True)
class Asker:
    """Who asks for a place: the person's public id, the browser's session, the network address."""

    person: str
    device: str
    address: str


@dataclass(frozen=True)
class Matter:
    """One of several matters of a visit: which windows do it, and how many slots in a row it takes."""

    competence: str
    units: int
    item_code: str = ""
    item_name: str = ""
