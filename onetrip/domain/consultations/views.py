"""What consultations show of themselves: plain frozen values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageView:
    """A line of the chat. `sender` is citizen, officer or system; a photo is fetched by its id."""

    number: int
    sender: str
    text: str
    photo_id: str | None
    at: datetime


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


@dataclass(frozen=True)
class WaitingView:
    """Somebody in the line of a post."""

    consultation_id: str
    item_name: str
    competence: str
    mode: str
    joined_at: datetime
    waited_s: int


@dataclass(frozen=True)
class WaitCount:
    """Waits of one line or hall in seconds: half waited at most `median_s`, nine in ten at most `most_s`."""

    key: str
    count: int
    median_s: float | None
    most_s: float | None


@dataclass(frozen=True)
class CallCount:
    """The calls of one post (desk row number)."""

    desk_id: int
    calls: int
    concluded: int
    interrupted: int
    median_s: float | None
