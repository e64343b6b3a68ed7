"""What a window and its lead say to the hall: a pause, a call for help, the rule of the line."""

from datetime import datetime, timedelta

from onetrip.core import live
from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import RuleInvalid
from onetrip.domain.booking.models import HallRule, WindowStatus
from onetrip.domain.booking.queries.hall import window_entry
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venues_services
from onetrip.domain.venues.errors import DeskUnknown


@use_case
def pause_window(*, desk_id: int, by: Actor, at: datetime) -> None:
    """Call nobody until it is resumed; the number that is here is finished first or later. Raises DeskUnknown."""
    _set(desk_id, verb="pause", paused_since=at, by=by, at=at)


@use_case
def resume_window(*, desk_id: int, by: Actor, at: datetime) -> None:
    """Call again. Raises DeskUnknown."""
    _set(desk_id, verb="resume", paused_since=None, by=by, at=at)


@use_case
def close_window(*, desk_id: int, venue_code: str, by: Actor, at: datetime) -> None:
    """Let a window call nobody until the lead opens it; the number that is there is finished first.

    Raises NotAllowed, DeskUnknown.
    """
    _set_by_lead(desk_id, venue_code, verb="close", closed_since=at, by=by, at=at)


@use_case
def open_window(*, desk_id: int, venue_code: str, by: Actor, at: datetime) -> None:
    """Let a window call again, also one that its officer left paused. Raises as close_window."""
    _set_by_lead(desk_id, venue_code, verb="open", closed_since=None, paused_since=None, by=by, at=at)


def _set_by_lead(
    desk_id: int, venue_code: str, *, verb: str, by: Actor, at: datetime, **fields: datetime | None
) -> None:
    venues_services.lock_venue_to_lead(venue_code=venue_code, by=by)
    if venues.desk(desk_id).venue_code != venue_code:
        raise DeskUnknown(field="desk")
    _set(desk_id, verb=verb, by=by, at=at, **fields)


@use_case
def call_for_help(*, desk_id: int, by: Actor, at: datetime) -> None:
    """Ask the lead to come to this window. Raises DeskUnknown."""
    _set(desk_id, verb="ask_help", help_since=at, by=by, at=at)


@use_case
def end_help(*, desk_id: int, by: Actor, at: datetime) -> None:
    """Somebody came, or it is settled. Raises DeskUnknown."""
    _set(desk_id, verb="end_help", help_since=None, by=by, at=at)


def _set(desk_id: int, *, verb: str, by: Actor, at: datetime, **fields: datetime | None) -> None:
    desk = venues.desk(desk_id)
    row, _made = WindowStatus.objects.update_or_create(desk_id=desk_id, defaults=fields)
    patch = {"windows": {str(desk_id): window_entry(row, desk.label)}}
    live.change(topic=f"hall:{desk.venue_code}", patch=patch)
    record(verb=f"window.{verb}", subject=f"desk:{desk_id}", by=by, at=at)


@use_case
def set_hall_rule(
    *,
    venue_code: str,
    booked_ahead_min: int,
    priority_ahead_min: int,
    late_after_min: int,
    by: Actor,
    at: datetime,
) -> None:
    """Say how the line is merged from now on; numbers given out keep their place.

    Raises RuleInvalid, NotAllowed, VenueUnknown.
    """
    venue = venues_services.lock_venue_to_lead(venue_code=venue_code, by=by)
    most = int(rules.MOST_AHEAD / timedelta(minutes=1))
    within = (
        min(booked_ahead_min, priority_ahead_min) >= 0 and max(booked_ahead_min, priority_ahead_min) <= most
    )
    if not within or not 0 <= late_after_min <= 2 * most:
        raise RuleInvalid(field="booked_ahead_min")
    minutes = {
        "booked_ahead_min": booked_ahead_min,
        "priority_ahead_min": priority_ahead_min,
        "late_after_min": late_after_min,
    }
    HallRule.objects.update_or_create(venue=venue, defaults=minutes)
    record(verb="hall.rule_set", subject=f"venue:{venue_code}", by=by, at=at, detail=minutes)
