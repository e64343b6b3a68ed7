"""What this module shows of itself: plain frozen values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """A credential as it is kept: `value` is empty before the first one."""

    value: str
    good_until: datetime | None
    version: int

    def is_good(self, *, at: datetime, refused: str) -> bool:
        """Say whether it may be shown: it lives, and WeChat has not just refused it."""
        return (
            bool(self.value)
            and self.value != refused
            and self.good_until is not None
            and self.good_until > at
        )


@dataclass(frozen=True)
class Incoming:
    """A message or an event, believed. `kind` is text, location, event …; `event` is its name in small letters.

    `text` is what was written, or what WeChat understood of a voice message.
    `key` is the same for every repetition. `position` is WGS84 (latitude, longitude), to about a hundred metres.
    `message_id` and `status` belong to reports on messages that we have sent.
    """

    key: str
    openid: str
    account: str
    sent_at: datetime
    kind: str
    event: str
    text: str
    event_key: str
    position: tuple[float, float] | None
    message_id: str
    status: str
    language: str = ""  # of the person, as zh_CN; WeChat seldom says it


@dataclass(frozen=True)
class Card:
    """A picture with two lines that leads somewhere. WeChat shows one as the answer to a message."""

    title: str
    summary: str
    url: str
    picture: str = ""


@dataclass(frozen=True)
class Reply:
    """What we answer: a card, or a text in which `<a href="…">…</a>` is a link."""

    text: str = ""
    card: Card | None = None


@dataclass(frozen=True)
class WeChatPerson:
    """Who WeChat says it is; the `unionid` only where the account may know it."""

    openid: str
    unionid: str = ""


@dataclass(frozen=True)
class PageSetup:
    """What WeChat's JS-SDK on a page of ours wants to be told, signed."""

    appid: str
    stamp: int
    nonce: str
    signature: str
