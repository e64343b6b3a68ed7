"""Sums for insights: how long people wait in the halls."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, DurationField, ExpressionWrapper, F
from django.db.models.functions import Coalesce, Extract, Greatest

from onetrip.core.aggregates import Percentile
from onetrip.domain.booking.models import Ticket
from onetrip.domain.booking.views import HallWait


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
