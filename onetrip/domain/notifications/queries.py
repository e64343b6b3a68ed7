"""Reads: what has reached an address."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from onetrip.core.errors import NotFound
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.models import DemoText, Message
from onetrip.domain.notifications.states import Channel


@dataclass(frozen=True)
class InboxLine:
    """A message on the page."""

    public_id: str
    text: str
    at: datetime
    is_new: bool


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


def inbox_of(address: str, *, limit: int = 50) -> list[InboxLine]:
    """Return the newest messages on the page of one person (their public id), newest first."""
    rows = Message.objects.filter(address_hash=rules.hash_address(address), channel=Channel.INBOX)
    return [
        InboxLine(
            public_id=row.public_id,
            text=rules.render(key=row.template, params=json.loads(row.params or "{}"), language=row.language),
            at=row.created_at,
            is_new=row.read_at is None,
        )
        for row in rows.order_by("-created_at", "-id")[:limit]
    ]


def fate_of(public_id: str) -> MessageFate:
    """Say what became of a message. Raises NotFound."""
    row = Message.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound()
    return MessageFate(state=row.state, attempts=row.attempts, fault=row.fault)


def demo_texts(*, limit: int = 50) -> list[DemoTextLine]:
    """Return the newest text messages of the sample city; none outside demo mode."""
    if not settings.DEMO:
        return []
    rows = DemoText.objects.order_by("-received_at", "-id")[:limit]
    return [DemoTextLine(phone=row.address, text=row.text, at=row.received_at) for row in rows]
