"""Who is next, who is at which window, and how long it takes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import HallRule, Ticket, WindowStatus
from onetrip.domain.booking.queries.waits import DEFAULT_SERVICE_S, outlook_of
from onetrip.domain.booking.states import AT_A_WINDOW, TICKET, TicketState
from onetrip.domain.booking.views import (
    BoardView,
    HallRuleView,
    Load,
    TicketView,
    WindowSays,
    WindowView,
)
from onetrip.domain.venues import queries as venues

ON_THE_BOARD = (TicketState.WAITING, *AT_A_WINDOW)


def _tickets() -> "QuerySet[Ticket]":
    return Ticket.objects.select_related("venue", "desk", "appointment__slot")


def _view(row: Ticket, ahead: int = 0) -> TicketView:
    return TicketView(
        id=row.public_id,
        number=row.number,
        state=row.state,
        venue_code=row.venue.code,
        venue_name=venues.named(row.venue),
        competence=row.competence,
        item_code=row.item_code,
        item_name=row.item_name,
        taken_at=row.taken_at,
        ahead=ahead,
        desk_label=venues.label_of(row.desk) if row.desk else None,
        called_at=row.called_at,
        booked_for=row.appointment.slot.starts_at if row.appointment else None,
        calls=row.calls,
        priority=row.priority,
        can=tuple(TICKET.verbs_from(row.state)),
    )


def ticket(*, ticket_id: str, at: datetime | None = None) -> TicketView:
    """Return a ticket and how many will be called before it; whoever holds the unguessable id may look.

    With `at`, one that waits also says how long it will probably take, and when to be back.
    """
    row = _tickets().filter(public_id=ticket_id).first()
    if row is None:
        raise NotFound()
    booked_for = row.appointment.slot.starts_at if row.appointment else None
    came = rules.arrival(arrived_at=row.taken_at, slot_starts_at=booked_for, merge=merge_of(row.venue.code))
    shown = replace(_view(row), came=str(came), stands_from=row.rank)
    if row.state != TicketState.WAITING:
        return shown
    outlook = outlook_of(row, at=at or row.taken_at)
    shown = replace(shown, ahead=outlook.ahead)
    if at is None:
        return shown
    wait = rules.wait_in_line_s(
        ahead=outlook.ahead, desks=outlook.desks, busy=outlook.busy, seconds_each=outlook.seconds_each
    )
    return replace(shown, expected_wait_s=wait, be_back_at=rules.be_back_at(at=at, wait_s=wait))


def ticket_keys(ticket_id: str) -> tuple[int, int]:
    """Return the row numbers of a ticket and its venue, for foreign keys of the modules above; raises NotFound."""
    keys = Ticket.objects.filter(public_id=ticket_id).values_list("pk", "venue_id").first()
    if keys is None:
        raise NotFound()
    return keys


def channel_of_ticket(ticket_id: str) -> str | None:
    """Return by which channel the place behind a ticket was booked, None for somebody who walked in."""
    rows = Ticket.objects.filter(public_id=ticket_id, appointment__isnull=False)
    return rows.values_list("appointment__channel", flat=True).first()


def board(*, venue_code: str) -> BoardView:
    """Return what the hall's board shows now."""
    venue = venues.venue(venue_code)
    rows = list(_on_the_board(venue_code))
    at_windows = [row for row in rows if row.state != TicketState.WAITING]
    called = [
        (
            row.number,
            venues.label_of(row.desk) if row.desk else "",
            row.called_at or row.taken_at,
            str(row.state),
        )
        for row in sorted(at_windows, key=lambda row: row.called_at or row.taken_at, reverse=True)
    ]
    waiting = [(row.number, row.competence) for row in rows if row.state == TicketState.WAITING]
    return BoardView(venue_code=venue.code, venue_name=venue.name, called=called, waiting=waiting)


def _on_the_board(venue_code: str) -> "QuerySet[Ticket]":
    return (
        Ticket.objects.filter(venue__code=venue_code, state__in=ON_THE_BOARD)
        .select_related("desk")
        .order_by("rank")
    )


def merge_of(venue_code: str) -> rules.Merge:
    """Return how this hall merges its line."""
    row = HallRule.objects.filter(venue__code=venue_code).first()
    if row is None:
        return rules.USUAL_MERGE
    minutes = (row.booked_ahead_min, row.priority_ahead_min, row.late_after_min)
    return rules.Merge(*(timedelta(minutes=number) for number in minutes))


def hall_rule(venue_code: str) -> HallRuleView:
    """Return the same in minutes, as the lead edits it and the hall states it."""
    merge = merge_of(venue_code)
    parts = (merge.booked_ahead, merge.priority_ahead, merge.late_after)
    return HallRuleView(*(int(part / timedelta(minutes=1)) for part in parts))


def window_entry(row: WindowStatus, label: str) -> dict[str, Any] | None:
    """Return how a window stands in the hall's live document; nothing when it calls as usual."""
    said = {"paused": row.paused_since is not None, "help": row.help_since is not None}
    if row.closed_since is not None:
        said["closed"] = True
    return {"desk": label, **said} if any(said.values()) else None


def windows_that_say(venue_code: str) -> list[WindowSays]:
    """Return the windows of a hall that pause or ask for the lead, those who ask first."""
    rows = WindowStatus.objects.filter(desk__venue__code=venue_code).exclude(
        paused_since__isnull=True, help_since__isnull=True
    )
    found = [
        WindowSays(row.desk_id, venues.label_of(row.desk), row.paused_since, row.help_since)
        for row in rows.select_related("desk")
    ]
    return sorted(found, key=lambda said: (said.help_since is None, said.desk_id))


def hall_document(venue_code: str) -> dict[str, Any]:
    """Build the live document of `hall:<venue_code>`: numbers, windows and ranks, no names."""
    called: dict[str, Any] = {}
    waiting: dict[str, Any] = {}
    for row in _on_the_board(venue_code):
        if row.state == TicketState.WAITING:
            waiting[row.number] = waiting_entry(row)
        else:
            called[row.number] = called_entry(row)
    said = WindowStatus.objects.filter(desk__venue__code=venue_code).select_related("desk")
    entries = {str(row.desk_id): window_entry(row, row.desk.label) for row in said}
    windows = {key: entry for key, entry in entries.items() if entry is not None}
    return {"called": called, "waiting": waiting, "windows": windows}


def waiting_entry(row: Ticket) -> dict[str, Any]:
    """Return how a waiting ticket stands in the hall's live document; ranks are milliseconds, to be compared."""
    return {"line": row.competence, "rank": int(row.rank.timestamp() * 1000)}


def called_entry(row: Ticket) -> dict[str, Any]:
    """Return how a called ticket stands in the hall's live document. `calls` grows with each recall: speak again."""
    at = (row.called_at or row.taken_at).isoformat()
    return {"desk": row.desk.label if row.desk else "", "at": at, "state": str(row.state), "calls": row.calls}


def ticket_document(ticket_id: str) -> dict[str, Any]:
    """Build the live document of `ticket:<id>`; its place in line follows from the hall's document."""
    row = Ticket.objects.select_related("venue", "desk").filter(public_id=ticket_id).first()
    if row is None:
        raise NotFound()
    return ticket_entry(row)


def ticket_entry(row: Ticket) -> dict[str, Any]:
    """Return a ticket's live document."""
    entry: dict[str, Any] = {
        "state": str(row.state),
        "number": row.number,
        "venue": row.venue.code,
        "line": row.competence,
        "rank": int(row.rank.timestamp() * 1000),
        "calls": row.calls,
    }
    if row.desk:
        entry["desk"] = row.desk.label
    return entry


def window(*, desk_id: int, at: datetime, limit: int = 20) -> WindowView:
    """Return the number at a window and the line behind it."""
    desk = venues.desk(desk_id)
    day = clock.city_day(at)
    here = _tickets().filter(venue__code=desk.venue_code, day=day)
    current = here.filter(desk_id=desk_id, state__in=AT_A_WINDOW).first()
    line = here.filter(state=TicketState.WAITING, competence__in=desk.competences).order_by("rank", "id")
    skipped = here.filter(state=TicketState.SKIPPED, competence__in=desk.competences).order_by("-called_at")
    said = WindowStatus.objects.filter(desk_id=desk_id).first()
    return WindowView(
        paused_since=said.paused_since if said else None,
        help_since=said.help_since if said else None,
        closed_since=said.closed_since if said else None,
        desk_id=desk.id,
        desk_label=desk.label,
        venue_code=desk.venue_code,
        current=_view(current) if current else None,
        waiting=[_view(row, ahead) for ahead, row in enumerate(line[:limit])],
        waiting_count=line.count(),
        skipped=[_view(row) for row in skipped[:limit]],
    )


def waiting_load(*, venue_codes: Sequence[str], at: datetime) -> dict[str, Load]:
    """Return how busy each venue is now, in three queries however many venues there are.

    Expected wait: people waiting, shared by the windows that served or are serving somebody within the last hour,
    times the median service time there today.
    """
    day = clock.city_day(at)
    rows = Ticket.objects.filter(venue__code__in=venue_codes, day=day)
    waiting = Counter(rows.filter(state=TicketState.WAITING).values_list("venue__code", flat=True))
    durations: dict[str, list[float]] = defaultdict(list)
    finished = rows.filter(state=TicketState.SERVED)
    for code, called_at, finished_at in finished.values_list("venue__code", "called_at", "finished_at"):
        if called_at and finished_at:
            durations[code].append((finished_at - called_at).total_seconds())
    recent = at - timedelta(hours=1)
    staffed: dict[str, set[int]] = defaultdict(set)
    for code, desk_id in rows.filter(called_at__gte=recent, desk__isnull=False).values_list(
        "venue__code", "desk_id"
    ):
        staffed[code].add(desk_id)
    return {code: _load(waiting[code], len(staffed[code]), durations[code]) for code in venue_codes}


def _load(waiting: int, desks: int, durations: list[float]) -> Load:
    each = int(rules.median(durations, default=DEFAULT_SERVICE_S))
    wait = rules.expected_wait_s(ahead=waiting, desks=max(desks, 1), seconds_each=each)
    return Load(waiting=waiting, desks=desks, expected_wait_s=wait, seconds_each=each)
