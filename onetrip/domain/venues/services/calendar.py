"""A lead sets the usual week, closes a day, opens one that is usually closed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.unit import use_case
from onetrip.domain.venues.errors import NotASample, SpanInvalid
from onetrip.domain.venues.events import HoursChanged
from onetrip.domain.venues.models import CalendarException, OpeningSpan, Venue
from onetrip.domain.venues.rules import Span, clock_text
from onetrip.domain.venues.services.leading import check_weekday, lock_venue_to_lead, to_spans


@use_case
def set_opening_hours(
    *, venue_code: str, weekly: Mapping[int, Iterable[tuple[time, time]]], by: Actor, at: datetime
) -> None:
    """Replace the usual week: weekday (0 is Monday) to hours; a weekday that is missing is closed.

    Raises VenueUnknown, NotAllowed, WeekdayInvalid, SpanInvalid, SpansOverlap.
    """
    row = lock_venue_to_lead(venue_code=venue_code, by=by)
    spans = {check_weekday(weekday): to_spans(hours) for weekday, hours in weekly.items()}
    OpeningSpan.objects.filter(venue=row).delete()
    OpeningSpan.objects.bulk_create(
        OpeningSpan(venue=row, weekday=weekday, opens=opens, closes=closes)
        for weekday, day_spans in spans.items()
        for opens, closes in day_spans
    )
    week = {str(weekday): _texts(day_spans) for weekday, day_spans in sorted(spans.items())}
    _note(row, verb="venue.hours_set", day=None, by=by, at=at, detail={"weekly": week})


@use_case
def close_on(*, venue_code: str, day: date, reason: str, by: Actor, at: datetime) -> None:
    """Close for one day, whatever the usual hours; the reason is shown to citizens.

    Raises VenueUnknown, NotAllowed.
    """
    _replace_exception(venue_code=venue_code, day=day, spans=[(0, 0)], reason=reason, by=by, at=at)


@use_case
def open_on(
    *, venue_code: str, day: date, hours: Iterable[tuple[time, time]], reason: str, by: Actor, at: datetime
) -> None:
    """Open for one day at these hours instead of the usual ones; rosters for that day are set apart.

    Raises VenueUnknown, NotAllowed, SpanInvalid, SpansOverlap.
    """
    spans = to_spans(hours)
    if not spans:
        raise SpanInvalid(field="hours")
    _replace_exception(venue_code=venue_code, day=day, spans=spans, reason=reason, by=by, at=at)


@use_case
def withdraw_exception(*, venue_code: str, day: date, by: Actor, at: datetime) -> None:
    """Let the usual hours hold again on that day. Raises VenueUnknown, NotAllowed."""
    row = lock_venue_to_lead(venue_code=venue_code, by=by)
    if CalendarException.objects.filter(venue=row, day=day).delete()[0]:
        _note(row, verb="venue.exception_withdrawn", day=day, by=by, at=at, detail={"day": day.isoformat()})


@use_case
def set_demonstration(*, venue_code: str, on: bool, by: Actor, at: datetime) -> None:
    """Keep a sample venue open and staffed round the clock, or let its calendar hold again.

    Raises VenueUnknown, NotAllowed, NotASample.
    """
    row = lock_venue_to_lead(venue_code=venue_code, by=by)
    if on and not row.synthetic:
        raise NotASample()
    if row.demonstration != on:
        row.demonstration = on
        row.save(update_fields=["demonstration"])
        _note(row, verb="venue.demonstration_set", day=None, by=by, at=at, detail={"on": on})


def _replace_exception(
    *, venue_code: str, day: date, spans: list[Span], reason: str, by: Actor, at: datetime
) -> None:
    row = lock_venue_to_lead(venue_code=venue_code, by=by)
    CalendarException.objects.filter(venue=row, day=day).delete()
    CalendarException.objects.bulk_create(
        CalendarException(venue=row, day=day, opens=opens, closes=closes, reason=reason.strip()[:200])
        for opens, closes in spans
    )
    closed = spans == [(0, 0)]
    detail = {"day": day.isoformat(), "hours": [] if closed else _texts(spans)}
    _note(row, verb="venue.closed_on" if closed else "venue.opened_on", day=day, by=by, at=at, detail=detail)


def _note(
    row: Venue, *, verb: str, day: date | None, by: Actor, at: datetime, detail: Mapping[str, object]
) -> None:
    record(verb=verb, subject=f"venue:{row.code}", by=by, at=at, detail=dict(detail))
    publish(HoursChanged(venue_code=row.code, day=day, at=at, by=by))


def _texts(spans: list[Span]) -> list[str]:
    return [f"{clock_text(start)}-{clock_text(end)}" for start, end in spans]
