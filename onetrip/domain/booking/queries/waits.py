"""How long somebody in line will wait, by the windows that can serve them and what these did today; and how long people
have waited, for insights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, Extract, Greatest

from onetrip.core.aggregates import Percentile
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Ticket, WindowStatus
from onetrip.domain.booking.states import AT_A_WINDOW, TicketState
from onetrip.domain.booking.views import HallWait
from onetrip.domain.venues import queries as venues

# Service time assumed for a line that nobody has been served in today.
DEFAULT_SERVICE_S = 600
# A window that has called nobody for so long is not counted on.
STAFFED_FOR = timedelta(hours=1)
_LOOKED_AT = 60


@dataclass(frozen=True)
class Outlook:
    """Who is before somebody, and what works it off."""

    ahead: int
    desks: int
    busy: int
    seconds_each: int


def outlook_of(row: Ticket, *, at: datetime) -> Outlook:
    """Return what a waiting ticket has before it. Four questions to the database, however long the line.

    Ahead is everybody whom the windows for this matter call earlier, also for other matters that they handle: a hall
    has one line for each group of windows, not one for each matter.
    """
    windows = [
        desk for desk in venues.desks_of(row.venue.code, kind="window") if row.competence in desk.competences
    ]
    lines = {row.competence, *(competence for desk in windows for competence in desk.competences)}
    here = Ticket.objects.filter(venue=row.venue_id, day=row.day)
    waiting = here.filter(state=TicketState.WAITING, competence__in=lines)
    ahead = waiting.filter(Q(rank__lt=row.rank) | Q(rank=row.rank, pk__lt=row.pk)).count()
    ids = [desk.id for desk in windows]
    paused = set(
        WindowStatus.objects.filter(desk_id__in=ids, paused_since__isnull=False).values_list(
            "desk_id", flat=True
        )
    )
    busy, staffed, took = set(), set(), []
    lately = here.filter(desk_id__in=ids).order_by("-called_at")
    for desk_id, state, called_at, finished_at in lately.values_list(
        "desk_id", "state", "called_at", "finished_at"
    )[:_LOOKED_AT]:
        if state in AT_A_WINDOW:
            busy.add(desk_id)
        if called_at and called_at >= at - STAFFED_FOR and desk_id not in paused:
            staffed.add(desk_id)
        if state == TicketState.SERVED and called_at and finished_at:
            took.append((finished_at - called_at).total_seconds())
    each = int(rules.median(took, default=DEFAULT_SERVICE_S))
    return Outlook(ahead=ahead, desks=len(staffed | busy), busy=len(busy), seconds_each=each)


def waits_in_hall(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> list[HallWait]:
    """Return, by venue, how long people waited from their number (or booked time, if later) to their last call.

    Median and 90th percentile in seconds; who was called before the booked time waited nothing. One query.
    """
    due = Greatest(F("taken_at"), Coalesce(F("appointment__slot__starts_at"), F("taken_at")))
    from_due = ExpressionWrapper(F("called_at") - due, output_field=DurationField())
    waited = Greatest(Extract(from_due, "epoch"), 0.0)
    rows = Ticket.objects.filter(called_at__gte=since, called_at__lt=until)
    if venue_codes is not None:
        rows = rows.filter(venue__code__in=venue_codes)
    counted = rows.values("venue__code").annotate(
        count=Count("pk"), median=Percentile(waited, 0.5), most=Percentile(waited, 0.9)
    )
    return [
        HallWait(row["venue__code"], row["count"], row["median"], row["most"])
        for row in counted.order_by("-count", "venue__code")
    ]
