"""What consultations show of themselves: plain frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onetrip.domain.consultations.states import GuestKind


@dataclass(frozen=True)
class MessageView:
    """A line of the chat. `sender` is a Speaker or “system”; `name` that of a guest; a photo is fetched by its id."""

    number: int
    sender: str
    text: str
    photo_id: str | None
    at: datetime
    name: str = ""

    @property
    def is_guests(self) -> bool:
        """Whether somebody else in the call wrote it: it is shown with role and name."""
        return self.sender in GuestKind.values


@dataclass(frozen=True)
class ConsultationView:
    """A consultation as one of its two parties sees it. `place` (1 is next) only while waiting."""

    id: str
    state: str
    party: str
    mode: str
    competence: str
    item_code: str
    item_name: str
    rank: int
    place: int | None
    joined_at: datetime
    officer_name: str | None
    post_label: str | None
    post_desk_id: int | None
    citizen_name: str
    conclusion_kind: str | None
    conclusion_text: str
    stars: int | None
    messages: list[MessageView]
    officer_lost: bool = False
    priority: bool = False
    called: bool = False
    transferred: bool = False
    ended_at: datetime | None = None


@dataclass(frozen=True)
class LineView:
    """A line for video. `expected_wait_s` is that of somebody who joins now, None while no post is on duty.

    `beside` are the other lines that have a post in common with this one: who waits there may be before one here.
    """

    competence: str
    waiting: int
    posts_on_duty: int
    posts_free: int
    expected_wait_s: int | None
    beside: tuple[str, ...]
    next_opening: datetime | None


@dataclass(frozen=True)
class PostView:
    """The post at which an officer is on duty."""

    desk_id: int
    label: str
    state: str
    pause_reason: str
    competences: tuple[str, ...]
    since: datetime
    consultation_id: str | None
    ring_until: datetime | None
    waiting: int
    can: tuple[str, ...]
    backs_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class WaitingView:
    """Somebody in the line of a post."""

    consultation_id: str
    item_name: str
    competence: str
    mode: str
    priority: bool
    joined_at: datetime
    waited_s: int


@dataclass(frozen=True)
class OtherPost:
    """A colleague's post on duty that may take a call over."""

    desk_id: int
    label: str
    officer_name: str
    state: str


@dataclass(frozen=True)
class ElsewhereView:
    """Where a call can go on: other lines with somebody on duty (competences), and posts of the same line."""

    lines: list[str]
    posts: list[OtherPost]


@dataclass(frozen=True)
class GuestView:
    """Somebody else in a call. `name`: the post of a colleague, or what the citizen calls a family member."""

    id: str
    consultation_id: str
    kind: str
    state: str
    seat: int
    name: str
    expires_at: datetime


@dataclass(frozen=True)
class CompanyView:
    """A call as a guest sees it: no name of the citizen, no other matter of theirs. `others`: all its guests."""

    guest: GuestView
    item_name: str
    item_code: str
    mode: str
    state: str
    officer_name: str | None
    messages: list[MessageView]
    others: list[GuestView]


@dataclass(frozen=True)
class AgreedView:
    """A time for a video call; from `come_from` on one stands in front."""

    id: str
    competence: str
    item_code: str
    item_name: str
    starts_at: datetime
    come_from: datetime


@dataclass(frozen=True)
class AnswerView:
    """An answer that lies ready, in both languages. `item_code` "" : for every item."""

    id: str
    item_code: str
    place: int
    text: str
    text_en: str


@dataclass(frozen=True)
class EarlierView:
    """An earlier consultation of the same citizen: its conclusion."""

    item_name: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class LetterView:
    """A question left to be answered in writing, with how many words and photos it has."""

    consultation_id: str
    item_name: str
    competence: str
    left_at: datetime
    messages: int


@dataclass(frozen=True)
class WallLine:
    """A line as a supervisor sees it. `longest_s`: since when the first one waits."""

    competence: str
    waiting: int
    longest_s: int
    posts_on_duty: int
    posts_free: int
    expected_wait_s: int | None
    alarm: str | None


@dataclass(frozen=True)
class WallPost:
    """A post on duty as a supervisor sees it."""

    desk_id: int
    label: str
    venue_name: str
    officer_name: str
    competences: tuple[str, ...]
    state: str
    reason: str
    since: datetime
    alarm: str | None


@dataclass(frozen=True)
class WallView:
    """All lines and the posts within one's reach."""

    lines: list[WallLine]
    posts: list[WallPost]


@dataclass(frozen=True)
class DutyView:
    """A shift at a post: its pauses by reason in seconds. `ended_at` None: still there."""

    officer_name: str
    label: str
    began_at: datetime
    ended_at: datetime | None
    pauses: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class NeedView:
    """One hour to come: the calls to expect, the posts it needs and those on the roster."""

    starts: datetime
    calls: float
    needed: int
    rostered: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.rostered)


@dataclass(frozen=True)
class WaitCount:
    """Waits of one line or hall in seconds: half waited at most `median_s`, nine in ten at most `most_s`."""

    key: str
    count: int
    median_s: float | None
    most_s: float | None


@dataclass(frozen=True)
class QualitySum:
    """What pages reported of calls: medians of set-up (ms) and height (pixels), shares of packets lost, of time frozen
    and of pages that went through a relay. `key`: a day, or a desk's row number."""

    key: Any
    calls: int
    pages: int
    setup_ms: float | None
    height: float | None
    loss: float | None
    frozen: float | None
    relayed: float | None
    is_poor: bool


@dataclass(frozen=True)
class CallCount:
    """The calls of one post (desk row number)."""

    desk_id: int
    calls: int
    concluded: int
    interrupted: int
    median_s: float | None


@dataclass(frozen=True)
class Present:
    """Somebody who is in a call: `party` is citizen, officer or the guest's id, `kind` a Speaker."""

    user_id: int
    party: str
    kind: str


@dataclass(frozen=True)
class InCall:
    """A call for the modules above: `talks` while picture and sound flow, `gone` are the ids of guests who left."""

    key: int
    talks: bool
    item_code: str
    officer_id: int | None
    citizen_id: int
    post_label: str
    venue_code: str
    people: tuple[Present, ...]
    gone: tuple[str, ...]
