"""Out of the outbox: workers claim what is due, and write down what became of it. Each is one statement for many."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from onetrip.core.unit import use_case
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.models import Failure, Message
from onetrip.domain.notifications.rules import Step
from onetrip.domain.notifications.states import TABLE, Cause, MessageState

KEPT_FOR = timedelta(days=90)

# Two workers never claim the same row: a locked one is passed over. What may be out already does not expire unasked.
_CLAIM = """
WITH due AS (
    SELECT id, state, expires_at <= %(at)s AND state = 'queued' AND NOT unsure AS late
    FROM notifications_message
    WHERE state IN ('queued', 'sending') AND due_at <= %(at)s
    ORDER BY urgent DESC, due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), late AS (
    UPDATE notifications_message m SET state = 'expired', settled_at = %(at)s, cause = 'late',
        params = CASE WHEN m.template = ANY(%(secret)s) THEN NULL ELSE m.params END
    FROM due WHERE m.id = due.id AND due.late
    RETURNING m.id, m.channel
), noted AS (
    INSERT INTO notifications_failure (message_id, channel, cause, at)
    SELECT id, channel, 'late', %(at)s FROM late
)
UPDATE notifications_message m SET state = 'sending', due_at = %(until)s, attempts = m.attempts + 1,
    tries = m.tries + 1, first_tried_at = coalesce(m.first_tried_at, %(at)s),
    unsure = m.unsure OR due.state = 'sending'
FROM due WHERE m.id = due.id AND NOT due.late
RETURNING m.id
"""


@dataclass(frozen=True)
class Claimed:
    """A message in a worker's hand until `until`."""

    id: int
    public_id: str
    channel: str
    address: str
    has_next: bool
    template: str
    params: dict[str, Any]
    language: str
    link_token: str
    tries: int
    attempts: int
    unsure: bool
    first_tried_at: datetime
    expires_at: datetime
    until: datetime
    routes: list[list[str]] = field(repr=False)
    route: int = 0


def _secret_templates() -> list[str]:
    return [kind.key for kind in rules.all_declared() if kind.secret]


@use_case
def claim(*, limit: int, at: datetime) -> list[Claimed]:
    """Take what is due into this worker's hand, urgent ones first; what came too late is settled as such.

    A worker that dies leaves its messages in hand; when the lease is over, the next one gets them, marked unsure.
    """
    until = at + rules.LEASE
    values: dict[str, Any] = {"at": at, "limit": limit, "until": until, "secret": _secret_templates()}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        ids = [row[0] for row in cursor.fetchall()]
    rows = Message.objects.filter(pk__in=ids).order_by("-urgent", "pk") if ids else []
    return [_claimed(row, until) for row in rows]


def _claimed(row: Message, until: datetime) -> Claimed:
    routes = json.loads(row.routes)
    assert row.first_tried_at is not None, "the claim has set it"
    return Claimed(
        id=row.pk,
        public_id=row.public_id,
        channel=row.channel,
        address=routes[row.route][1],
        has_next=row.route + 1 < len(routes),
        template=row.template,
        params=json.loads(row.params or "{}"),
        language=row.language,
        link_token=row.link_token,
        tries=row.tries,
        attempts=row.attempts,
        unsure=row.unsure,
        first_tried_at=row.first_tried_at,
        expires_at=row.expires_at,
        until=until,
        routes=routes,
        route=row.route,
    )


@dataclass(frozen=True)
class Written:
    """What became of a claimed message."""

    of: Claimed
    step: Step
    cause: str
    fault: str
    number: str


# `tries` is a fence: a worker that was given up and speaks after all does not undo what the next one did. That a
# message went out is believed whoever says it.
_WRITE = """
WITH said AS (
    SELECT * FROM unnest(
        %(id)s::bigint[], %(tries)s::int[], %(state)s::text[], %(due_at)s::timestamptz[], %(next)s::bool[],
        %(channel)s::text[], %(unsure)s::bool[], %(cause)s::text[], %(fault)s::text[], %(number)s::text[]
    ) AS t(id, tries, state, due_at, next, channel, unsure, cause, fault, number)
)
UPDATE notifications_message m SET
    state = said.state,
    due_at = said.due_at,
    route = m.route + said.next::int,
    channel = said.channel,
    tries = CASE WHEN said.next THEN 0 ELSE m.tries END,
    first_tried_at = CASE WHEN said.next THEN NULL ELSE m.first_tried_at END,
    unsure = said.unsure,
    cause = said.cause,
    fault = said.fault,
    provider_no = CASE WHEN said.number = '' THEN m.provider_no ELSE said.number END,
    sent_at = CASE WHEN said.state = 'sent' THEN %(at)s ELSE m.sent_at END,
    settled_at = CASE WHEN said.state = 'queued' THEN NULL ELSE %(at)s END,
    params = CASE WHEN said.state <> 'queued' AND m.template = ANY(%(secret)s) THEN NULL ELSE m.params END
FROM said
WHERE m.id = said.id AND m.state IN ('queued', 'sending')
    AND (m.tries = said.tries AND m.state = 'sending' OR said.state = 'sent')
"""


@use_case
def write_down(*, written: Sequence[Written], at: datetime) -> None:
    """Write down what the channels said, all in one statement, and which of them failed for good, for the figures."""
    if not written:
        return
    one_each = sorted(written, key=lambda each: each.of.id)  # one order of locks, whoever writes
    columns: dict[str, Any] = {
        "id": [each.of.id for each in one_each],
        "tries": [each.of.tries for each in one_each],
        "state": [TABLE.next_state(MessageState.SENDING, each.step.verb) for each in one_each],
        "due_at": [each.step.due_at for each in one_each],
        "next": [each.step.next_route for each in one_each],
        "channel": [each.of.routes[each.of.route + each.step.next_route][0] for each in one_each],
        "unsure": [each.step.unsure for each in one_each],
        "cause": [each.cause for each in one_each],
        "fault": [each.fault[:60] for each in one_each],
        "number": [each.number[:64] for each in one_each],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {**columns, "at": at, "secret": _secret_templates()})
    failed = [each for each in one_each if each.step.failed]
    Failure.objects.bulk_create(
        Failure(message_id=each.of.id, channel=each.of.channel, cause=each.cause or Cause.SILENT, at=at)
        for each in failed
    )


@use_case
def forget_old(*, at: datetime, limit: int = 5000) -> int:
    """Delete messages that are 90 days old: who was told what is nobody's business after that. Returns how many."""
    old = Message.objects.filter(created_at__lt=at - KEPT_FOR).order_by("created_at")
    ids = list(old.exclude(state__in=["queued", "sending"]).values_list("pk", flat=True)[:limit])
    Message.objects.filter(pk__in=ids).delete()
    return len(ids)
