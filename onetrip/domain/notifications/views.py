"""What messages show of themselves, and what is handed to a channel: plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True)
class Route:
    """One way to a person: a channel, and the address there (inbox: the person's public id)."""

    channel: str
    address: str


@dataclass(frozen=True)
class Quiet:
    """Hours of the city's clock in which only urgent messages go out. May reach over midnight; equal: none."""

    since: time
    until: time


@dataclass(frozen=True)
class Letter:
    """A message as a channel gets it. `key` is our id of it: what makes repeating harmless."""

    key: str
    address: str
    title: str
    text: str
    link: str
    language: str
    template: str
    fields: Mapping[str, str] = field(default_factory=dict)
    form: str = ""  # the provider's number of the form that the fields fill in
    first_tried_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What a channel made of a letter: taken, later (not taken now), unsure (perhaps taken), refused."""

    verdict: str
    cause: str = ""
    fault: str = ""
    number: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a provider says later of a message it took; `cause` is empty where it arrived."""

    key: str
    cause: str
    at: datetime


@dataclass(frozen=True)
class InboxLine:
    """A message on the page."""

    public_id: str
    title: str
    text: str
    at: datetime
    is_new: bool
    target: str


@dataclass(frozen=True)
class MessageFate:
    """What became of a message."""

    state: str
    attempts: int
    fault: str


@dataclass(frozen=True)
class DemoTextLine:
    """A text message as the phone of a citizen of the sample city shows it."""

    phone: str
    text: str
    at: datetime


@dataclass(frozen=True)
class DeadLetter:
    """A message that reached nobody, as staff see it: neither its words nor the whole address."""

    public_id: str
    template: str
    channel: str
    address: str
    state: str
    cause: str
    fault: str
    made_at: datetime
    settled_at: datetime
    can_be_resent: bool


@dataclass(frozen=True)
class ChannelLine:
    """What became of a day's messages of one kind over one channel."""

    template: str
    channel: str
    made: int
    waiting: int
    sent: int
    arrived: int
    opened: int
    dead: int


@dataclass(frozen=True)
class CauseLine:
    """How often a channel failed for a cause on a day."""

    channel: str
    cause: str
    count: int


@dataclass(frozen=True)
class Version:
    """One version of a wording. `number` 0: the shipped one, before it was written into the tables."""

    template: str
    number: int
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    form: str
    fields: Mapping[str, str]
    by: str
    at: datetime | None


@dataclass(frozen=True)
class TemplateCard:
    """A kind of message as its editors see it."""

    key: str
    variables: Mapping[str, str]
    required: tuple[str, ...]
    is_urgent: bool
    is_secret: bool
    now: Version


@dataclass(frozen=True)
class Day:
    """A city day's figures."""

    day: date
    channels: tuple[ChannelLine, ...]
    causes: tuple[CauseLine, ...]
