"""How the channels do, and what reached nobody."""

import json
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from onetrip.core import clock
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.models import Failure, Message
from onetrip.domain.notifications.states import DEAD, IN_HAND
from onetrip.domain.notifications.views import CauseLine, ChannelLine, Day, DeadLetter


def due_count(*, at: datetime, limit: int = 2000) -> int:
    """Return how many messages a worker could take up now, counted up to the limit."""
    due = Message.objects.filter(state__in=IN_HAND, due_at__lte=at)
    return len(due.order_by().values_list("pk", flat=True)[:limit])


def figures_of(day: date) -> Day:
    """Return what became of the messages of a city day, and why channels failed on it. Two queries."""
    since, until = clock.city_moment(day, time()), clock.city_moment(day + timedelta(days=1), time())
    rows = Message.objects.filter(created_at__gte=since, created_at__lt=until)
    grouped = rows.values("template", "channel").annotate(
        made=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=IN_HAND)),
        sent=Count("pk", filter=Q(sent_at__isnull=False) | Q(arrived_at__isnull=False)),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
        opened=Count("pk", filter=Q(opened_at__isnull=False) | Q(read_at__isnull=False)),
        dead=Count("pk", filter=Q(state__in=DEAD)),
    )
    causes = Failure.objects.filter(at__gte=since, at__lt=until).values("channel", "cause")
    counted = causes.annotate(count=Count("pk")).order_by("channel", "-count")
    return Day(
        day=day,
        channels=tuple(ChannelLine(**row) for row in grouped.order_by("template", "channel")),
        causes=tuple(CauseLine(**row) for row in counted),
    )


def dead_letters(*, limit: int = 100) -> list[DeadLetter]:
    """Return the messages that reached nobody, the latest first. Inbox or not: outside, nobody got them."""
    rows = Message.objects.filter(state__in=DEAD).order_by("-settled_at", "-pk")[:limit]
    return [_dead_letter(row) for row in rows]


def _dead_letter(row: Message) -> DeadLetter:
    address = json.loads(row.routes)[row.route][1]
    assert row.settled_at is not None, "the database says so"
    return DeadLetter(
        public_id=row.public_id,
        template=row.template,
        channel=row.channel,
        address=rules.masked(row.channel, address),
        state=row.state,
        cause=row.cause,
        fault=row.fault,
        made_at=row.created_at,
        settled_at=row.settled_at,
        can_be_resent=row.params is not None,
    )
