"""Putting a message into the outbox, and settling it."""

import json
from datetime import datetime
from typing import Any

from onetrip.core.jobs import defer
from onetrip.core.unit import use_case
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.errors import ChannelUnknown
from onetrip.domain.notifications.models import DemoText, Message
from onetrip.domain.notifications.states import Channel, MessageState


def register_text(*, key: str, text: Any, secret: bool = False) -> None:
    """Make a message text known, at start-up. `text` is lazily translated, with named placeholders."""
    rules.register(rules.MessageText(key=key, text=text, secret=secret))


@use_case
def send(
    *,
    channel: str,
    address: str,
    template: str,
    params: dict[str, Any],
    language: str,
    expires_at: datetime,
    at: datetime,
    not_before: datetime | None = None,
) -> str:
    """Put one message into the outbox, in the caller's transaction; return its public id.

    `address` is a phone number (sms) or a person's public id (inbox). After `expires_at` it is not sent any more.
    Raises TemplateUnknown, ChannelUnknown, KeyError where the text needs a parameter that is not there.
    """
    if channel not in Channel.values:
        raise ChannelUnknown(channel=channel)
    rules.render(key=template, params=params, language=language)
    is_inbox = channel == Channel.INBOX
    message = Message.objects.create(
        channel=channel,
        address=address,
        address_hash=rules.hash_address(address),
        template=template,
        params=json.dumps(params, ensure_ascii=False),
        language=language,
        created_at=at,
        expires_at=expires_at,
        # A message on the page has arrived with the commit: there is nobody outside to hand it to.
        state=MessageState.SENT if is_inbox else MessageState.QUEUED,
        settled_at=at if is_inbox else None,
    )
    if not is_inbox:
        defer("notifications.deliver_message", at=not_before, message=message.public_id)
    return str(message.public_id)


@use_case
def mark_read(*, address: str, at: datetime) -> int:
    """Mark the messages on the page of one person as read; return how many were new."""
    unread = Message.objects.filter(
        address_hash=rules.hash_address(address),
        channel=Channel.INBOX,
        read_at__isnull=True,
        created_at__lte=at,
    )
    return unread.update(read_at=at)


@use_case
def show_on_demo_phone(*, key: str, phone: str, text: str, at: datetime) -> None:
    """Keep what the sample city's provider delivered, so that its page can show it; the same key once."""
    received = DemoText(key=key, address=phone, text=text, received_at=at)
    DemoText.objects.bulk_create([received], ignore_conflicts=True)
