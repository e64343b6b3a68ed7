"""Putting a message into the outbox, and what becomes of it inside the house."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onetrip.core.audit import Actor, record
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.errors import ChannelUnknown, NotResendable
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.states import TABLE, Channel, MessageState
from onetrip.domain.notifications.views import Quiet, Route

_TOKEN_BYTES = 9  # 72 random bits: what a short link leads to is nobody else's business


@use_case
def send(
    *,
    template: str,
    params: dict[str, Any],
    language: str,
    routes: Sequence[Route],
    expires_at: datetime,
    at: datetime,
    not_before: datetime | None = None,
    quiet: Quiet | None = None,
    dedupe: str = "",
    about: str = "",
    target: str = "",
) -> str | None:
    """Put one message into the outbox, in the caller's transaction; return its public id, None if `dedupe` was used.

    `routes`: ways to the person in the order of preference; one to the inbox shows it on their page as well, at once.
    After `expires_at` it is not sent any more. `quiet`: hours in which it waits, unless its kind is urgent. `about`
    names the thing it speaks of, for :func:`withdraw`; `target` is what its short link leads to, as kind:id.

    Raises TemplateUnknown, ChannelUnknown, KeyError where the words need a value that is not there, ValueError
    without a route.
    """
    kind = rules.find(template)
    values = {name: params[name] for name in kind.variables}
    outside, reader = _split(routes)
    due_at = max(not_before or at, at)
    message = Message(
        routes=json.dumps([[route.channel, route.address] for route in outside], ensure_ascii=False),
        channel=outside[0].channel if outside else Channel.INBOX,
        reader_hash=rules.hash_address(reader) if reader and not kind.secret else "",
        template=template,
        params=json.dumps(values, ensure_ascii=False, default=str),
        language=language,
        target=target,
        link_token=secrets.token_urlsafe(_TOKEN_BYTES) if target and outside else "",
        dedupe_key=dedupe,
        about=about,
        urgent=kind.urgent,
        created_at=at,
        expires_at=expires_at,
        due_at=due_at if kind.urgent else rules.after_quiet(at=due_at, quiet=quiet),
    )
    return _written(message, is_outside=bool(outside))


def _split(routes: Sequence[Route]) -> tuple[list[Route], str]:
    for route in routes:
        if route.channel not in Channel.values:
            raise ChannelUnknown(channel=route.channel)
    if not routes:
        raise ValueError("a message needs an address")
    readers = [route.address for route in routes if route.channel == Channel.INBOX]
    return [route for route in routes if route.channel != Channel.INBOX], readers[0] if readers else ""


def _written(message: Message, *, is_outside: bool) -> str | None:
    if not is_outside:  # on the page it has arrived with the commit: there is nobody outside to hand it to
        message.state, message.settled_at = MessageState.ARRIVED, message.created_at
        message.sent_at = message.arrived_at = message.created_at
    if not message.dedupe_key:
        message.save(force_insert=True)
    else:
        Message.objects.bulk_create([message], ignore_conflicts=True)
        found = Message.objects.filter(public_id=message.public_id).exists()
        if not found:
            return None
    # Others wait for the next look, a second away; whoever stands before a sign-in page does not.
    if message.urgent and message.state == MessageState.QUEUED:
        defer("notifications.deliver_due", at=message.due_at)
    return message.public_id


@use_case
def withdraw(*, about: str, at: datetime, templates: Sequence[str] = ()) -> int:
    """Take back what has not gone out yet of a thing that is no longer so; return how many. `templates`: only these.

    What a worker has in hand goes out: it may be out already.
    """
    rows = Message.objects.filter(about=about, state=MessageState.QUEUED, unsure=False)
    if templates:
        rows = rows.filter(template__in=templates)
    withdrawn = TABLE.next_state(MessageState.QUEUED, "withdraw")
    return rows.update(state=withdrawn, settled_at=at, reader_hash="")


@use_case
def mark_read(*, address: str, at: datetime) -> int:
    """Mark the messages on the page of one person as read; return how many were new."""
    unread = Message.objects.filter(
        reader_hash=rules.hash_address(address), read_at__isnull=True, created_at__lte=at
    )
    return unread.update(read_at=at)


@use_case
def note_opened(*, token: str, at: datetime) -> str | None:
    """Note that a short link was followed; return what it leads to (kind:id), None for an unknown one."""
    row = Message.objects.filter(link_token=token or "-").only("pk", "target", "opened_at").first()
    if row is None:
        return None
    if row.opened_at is None:
        Message.objects.filter(pk=row.pk, opened_at__isnull=True).update(opened_at=at)
    return row.target


@use_case
def resend(*, public_id: str, by: Actor, at: datetime) -> None:
    """Give a dead message another life, as long as its first, over all its ways again.

    Raises NotResendable for a secret that was wiped, WrongState for one that is not dead, NotFound.
    """
    row = lock_one(Message.objects.filter(public_id=public_id))
    state = TABLE.next_state(row.state, "resend")
    if row.params is None:
        raise NotResendable()
    routes = json.loads(row.routes)
    row.state, row.settled_at, row.due_at = state, None, at
    row.expires_at = at + (row.expires_at - row.created_at)
    row.route, row.channel, row.tries, row.first_tried_at = 0, routes[0][0], 0, None
    row.cause = row.fault = ""
    row.save()
    record(verb="message.resend", subject=f"message:{public_id}", by=by, at=at)


@use_case
def hand_over(*, from_reader: str, to_reader: str) -> int:
    """Show what stood on one person's page on another's (their public ids); return how many messages moved."""
    rows = Message.objects.filter(reader_hash=rules.hash_address(from_reader))
    return rows.update(reader_hash=rules.hash_address(to_reader))
