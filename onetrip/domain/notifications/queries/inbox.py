"""What has reached a person."""

import json
from datetime import datetime

from django.conf import settings

from onetrip.core.errors import NotFound
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.models import DemoText, Message
from onetrip.domain.notifications.queries.wordings import words_now
from onetrip.domain.notifications.views import DemoTextLine, InboxLine, MessageFate


def inbox_of(address: str, *, at: datetime, limit: int = 50) -> list[InboxLine]:
    """Return the newest messages on the page of one person (their public id), newest first. Two queries."""
    rows = Message.objects.filter(reader_hash=rules.hash_address(address), created_at__lte=at)
    found = list(rows.order_by("-created_at", "-id")[:limit])
    words = words_now(sorted({row.template for row in found}))
    return [_line(row, words[row.template]) for row in found]


def _line(row: Message, words: rules.Words) -> InboxLine:
    title, text = rules.shipped(words, language=row.language)
    values = {**json.loads(row.params or "{}"), rules.LINK: ""}
    return InboxLine(
        public_id=row.public_id,
        title=rules.spell(title, values),
        text=rules.spell(text, values).strip().rstrip("：:"),  # the link that would follow is a button there
        at=row.created_at,
        is_new=row.read_at is None,
        target=row.target,
    )


def unread_count(address: str) -> int:
    """Return how many messages on a person's page are new."""
    return Message.objects.filter(reader_hash=rules.hash_address(address), read_at__isnull=True).count()


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
