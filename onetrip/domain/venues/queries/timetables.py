"""Reading timetables of many venues and desks at once: two queries for doors, one for rosters, whatever the number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onetrip.domain.venues.models import CalendarException, Desk, OpeningSpan, RosterEntry
from onetrip.domain.venues.rules import ALWAYS, Span, Timetable, overlap, spans_on


@dataclass(frozen=True)
class Doors:
    """What decides when a venue's doors are open, besides its spans."""

    venue_id: int
    follows_workdays: bool
    demonstration: bool


@dataclass(frozen=True)
class StaffedDesk:
    """A desk with the timetables that both must allow before somebody is served there."""

    desk: Desk
    doors: Timetable
    roster: Timetable

    def spans(self, day: date) -> list[Span]:
        """Return the time of that day when the desk is staffed and the doors are open."""
        return overlap(spans_on(self.roster, day), spans_on(self.doors, day))


def door_timetables(venues: Iterable[Doors], *, since: date) -> dict[int, Timetable]:
    """Return the timetable of each venue, by row number, with the exceptions from `since` on."""
    wanted = {doors.venue_id: doors for doors in venues}
    real = [venue_id for venue_id, doors in wanted.items() if not doors.demonstration]
    weekly: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    exceptions: dict[int, dict[date, list[Span]]] = defaultdict(dict)
    spans = OpeningSpan.objects.filter(venue_id__in=real).order_by("weekday", "opens")
    for venue_id, weekday, opens, closes in spans.values_list("venue_id", "weekday", "opens", "closes"):
        weekly[venue_id][weekday].append((opens, closes))
    special = CalendarException.objects.filter(venue_id__in=real, day__gte=since).order_by("day", "opens")
    for venue_id, day, opens, closes in special.values_list("venue_id", "day", "opens", "closes"):
        hours = exceptions[venue_id].setdefault(day, [])
        if closes:
            hours.append((opens, closes))
    return {
        venue_id: ALWAYS
        if doors.demonstration
        else _timetable(doors.follows_workdays, weekly[venue_id], exceptions[venue_id])
        for venue_id, doors in wanted.items()
    }


def staffed_desks(desks: Iterable[Desk], *, since: date) -> list[StaffedDesk]:
    """Return the desks (read with their venues) and their timetables; a demonstration staffs all of them always."""
    rows = list(desks)
    doors = door_timetables(
        (Doors(desk.venue_id, desk.venue.follows_workdays, desk.venue.demonstration) for desk in rows),
        since=since,
    )
    weekly: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    on_days: dict[int, dict[date, list[Span]]] = defaultdict(dict)
    lines = RosterEntry.objects.filter(desk__in=[desk.pk for desk in rows if not desk.venue.demonstration])
    for desk_id, weekday, day, starts, ends in lines.values_list(
        "desk_id", "weekday", "day", "starts", "ends"
    ):
        if weekday is not None:
            weekly[desk_id][weekday].append((starts, ends))
        elif day is not None and day >= since:
            hours = on_days[desk_id].setdefault(day, [])
            if ends:
                hours.append((starts, ends))
    return [
        StaffedDesk(
            desk=desk,
            doors=doors[desk.venue_id],
            roster=ALWAYS
            if desk.venue.demonstration
            else _timetable(desk.venue.follows_workdays, weekly[desk.pk], on_days[desk.pk]),
        )
        for desk in rows
    ]


def _timetable(
    follows_workdays: bool, weekly: dict[int, list[Span]], exceptions: dict[date, list[Span]]
) -> Timetable:
    return Timetable(
        follows_workdays=follows_workdays,
        weekly={weekday: tuple(sorted(spans)) for weekday, spans in weekly.items()},
        exceptions={day: tuple(sorted(spans)) for day, spans in exceptions.items()},
    )
