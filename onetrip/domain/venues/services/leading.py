"""Who may lead a venue, and the venue locked for them: what a lead changes, changes one after the other."""

from collections.abc import Iterable
from datetime import time

from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed, NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.venues.errors import SpanInvalid, SpansOverlap, VenueUnknown, WeekdayInvalid
from onetrip.domain.venues.models import WHOLE_DAY_MIN, Venue
from onetrip.domain.venues.rules import Span, share_time


@use_case
def lock_venue_to_lead(*, venue_code: str, by: Actor) -> Venue:
    """Return the venue, locked until the calling use case ends. Raises VenueUnknown, NotAllowed."""
    if by.kind != "system" and not (
        by.is_staff and accounts.may(accounts.staff(by.id).roles, "lead_venue", venue_code=venue_code)
    ):
        raise NotAllowed()
    try:
        return lock_one(Venue.objects.filter(code=venue_code))
    except NotFound as absent:
        raise VenueUnknown(field="venue") from absent


def check_weekday(weekday: int) -> int:
    """Return the weekday, 0 to 6; raises WeekdayInvalid."""
    if weekday not in range(7):
        raise WeekdayInvalid(field="weekday")
    return weekday


def to_span(starts: time, ends: time) -> Span:
    """Return the span in minutes; an end of 00:00 is the end of the day. Raises SpanInvalid."""
    start = starts.hour * 60 + starts.minute
    end = ends.hour * 60 + ends.minute or WHOLE_DAY_MIN
    if start >= end:
        raise SpanInvalid(field="ends")
    return start, end


def to_spans(hours: Iterable[tuple[time, time]]) -> list[Span]:
    """Return the spans of one day in order; raises SpanInvalid, SpansOverlap."""
    spans = sorted(to_span(starts, ends) for starts, ends in hours)
    if share_time(spans):
        raise SpansOverlap(field="ends")
    return spans
