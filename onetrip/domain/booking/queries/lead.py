"""The live hall as its lead sees it, and who in line will not be called before an early end."""

from datetime import datetime

from onetrip.core import clock
from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Ticket, WindowStatus
from onetrip.domain.booking.queries.waits import DEFAULT_SERVICE_S
from onetrip.domain.booking.states import AT_A_WINDOW, TicketState, WindowState
from onetrip.domain.booking.views import HallNow, LineNow, WindowNow
from onetrip.domain.venues import queries as venues


def hall_now(*, venue_code: str, at: datetime) -> HallNow:
    """Return how the hall stands: a fixed number of queries, however large it is."""
    rows = list(
        Ticket.objects.filter(venue__code=venue_code, day=clock.city_day(at)).only(
            "state", "competence", "number", "desk_id", "taken_at", "called_at", "served_from", "rank"
        )
    )
    said = {row.desk_id: row for row in WindowStatus.objects.filter(desk__venue__code=venue_code)}
    here = {row.desk_id: row for row in rows if row.state in AT_A_WINDOW}
    desks = venues.desks_of(venue_code, kind="window")
    windows = [_window(desk, said.get(desk.id), here.get(desk.id), at) for desk in desks]
    waiting = [row for row in rows if row.state == TicketState.WAITING]
    lines = [_line(code, waiting, windows, at) for code in venues.competences_of(venue_code)]
    return HallNow(
        windows=windows,
        lines=lines,
        skipped=sum(row.state == TicketState.SKIPPED for row in rows),
        served=sum(row.state == TicketState.SERVED for row in rows),
        alarms=sum(len(window.alarms) for window in windows) + sum(bool(line.alarm) for line in lines),
    )


def _window(desk: venues.DeskCard, said: WindowStatus | None, row: Ticket | None, at: datetime) -> WindowNow:
    state, since = WindowState.FREE, None
    if row is not None:
        state, since = WindowState(row.state), row.served_from or row.called_at
    elif said is not None and said.closed_since is not None:
        state, since = WindowState.CLOSED, said.closed_since
    elif said is not None and said.paused_since is not None:
        state, since = WindowState.PAUSED, said.paused_since
    asks = said is not None and said.help_since is not None
    return WindowNow(
        desk_id=desk.id,
        label=desk.label,
        competences=tuple(desk.competences),
        state=str(state),
        since=since,
        number=row.number if row else "",
        alarms=tuple(
            str(alarm) for alarm in rules.window_alarms(state=state, lasts=at - (since or at), asks_help=asks)
        ),
    )


def _line(competence: str, waiting: list[Ticket], windows: list[WindowNow], at: datetime) -> LineNow:
    mine = [row for row in waiting if row.competence == competence]
    calls = [
        window
        for window in windows
        if competence in window.competences and window.state not in (WindowState.PAUSED, WindowState.CLOSED)
    ]
    longest = max((at - row.taken_at for row in mine), default=at - at)
    return LineNow(
        competence=competence,
        waiting=len(mine),
        longest_s=int(longest.total_seconds()),
        windows=len(calls),
        alarm=str(rules.hall_line_alarm(waiting=len(mine), longest=longest, windows=len(calls))),
    )


def not_called_before(*, venue_code: str, until: datetime, at: datetime) -> list[str]:
    """Return the ids of the waiting numbers whose turn will not have come by then, in the order of the line."""
    shown = hall_now(venue_code=venue_code, at=at)
    rows = Ticket.objects.filter(venue__code=venue_code, day=clock.city_day(at))
    took = [
        (row.finished_at - row.called_at).total_seconds()
        for row in rows.filter(state=TicketState.SERVED, finished_at__isnull=False).order_by("-finished_at")[
            :60
        ]
        if row.called_at and row.finished_at
    ]
    each = int(rules.median(took, default=DEFAULT_SERVICE_S))
    left_s = (until - at).total_seconds()
    late: list[str] = []
    before: dict[str, int] = {}
    for row in rows.filter(state=TicketState.WAITING).order_by("rank", "pk"):
        able = [window for window in shown.windows if row.competence in window.competences]
        open_ = [window for window in able if window.state not in (WindowState.PAUSED, WindowState.CLOSED)]
        busy = sum(window.state in (WindowState.CALLED, WindowState.SERVING) for window in open_)
        group = "|".join(sorted(window.label for window in able))
        wait = rules.wait_in_line_s(
            ahead=before.get(group, 0), desks=len(open_), busy=busy, seconds_each=each
        )
        before[group] = before.get(group, 0) + 1
        if not open_ or wait + each > left_s:
            late.append(row.public_id)
    return late
