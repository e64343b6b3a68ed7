"""When: opening hours, next openings, and how many windows are staffed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from onetrip.core import clock
from onetrip.domain.venues import rules
from onetrip.domain.venues.models import CalendarException, Desk, OpeningSpan
from onetrip.domain.venues.queries.rows import desk_rows, hours_text, timetable_of, venue_row
from onetrip.domain.venues.queries.timetables import StaffedDesk, staffed_desks
from onetrip.domain.venues.states import DeskKind
from onetrip.domain.venues.views import PoolHours, VenueHours, WeekSpan, WindowHours


def hours(*, venue_code: str, at: datetime) -> VenueHours:
    """Return how the venue stands now, and its announced exceptions of the next 60 days."""
    row = venue_row(venue_code)
    timetable = timetable_of(row, since=clock.city_day(at))
    last = clock.city_day(at) + timedelta(days=rules.HORIZON_DAYS)
    announced = CalendarException.objects.filter(venue=row, day__gte=clock.city_day(at), day__lte=last)
    open_now = rules.is_open(timetable, at)
    return VenueHours(
        is_open=open_now,
        hours_today=hours_text(timetable, clock.city_day(at)),
        next_opening=None if open_now else rules.next_open(timetable, at),
        exceptions=list(announced.values_list("day", "reason").distinct().order_by("day")),
    )


def opening_spans(*, venue_code: str, day: date) -> list[tuple[time, time]]:
    """Return the hours of one day; a closing time of 00:00 is the end of the day. Empty: closed."""
    timetable = timetable_of(venue_row(venue_code), since=day)
    return [(rules.as_time(opens), rules.as_time(closes)) for opens, closes in rules.spans_on(timetable, day)]


def weekly_hours(venue_code: str) -> list[WeekSpan]:
    """Return the usual week, as the lead edits it; holidays, exceptions and demonstration are not in it."""
    return [
        WeekSpan(span.weekday, rules.as_time(span.opens), rules.as_time(span.closes))
        for span in OpeningSpan.objects.filter(venue=venue_row(venue_code))
    ]


def next_opening(*, venue_code: str, at: datetime) -> datetime | None:
    """Return the first moment from `at` on at which the doors are open: `at` itself if they are now.

    None when there is none within 60 days.
    """
    return rules.next_open(timetable_of(venue_row(venue_code), since=clock.city_day(at)), at)


def next_video_opening(*, competence: str, at: datetime) -> datetime | None:
    """Return the first moment from `at` on at which a video post for this is on the roster: `at` itself if one is.

    None when there is none within 60 days.
    """
    first = clock.city_day(at)
    posts = staffed_desks(desk_rows(competence=competence, kind=DeskKind.VIDEO), since=first)
    for ahead in range(rules.HORIZON_DAYS + 1):
        day = first + timedelta(days=ahead)
        ahead_of_us = [
            max(at, rules.moment(day, start))
            for post in posts
            for start, end in post.spans(day)
            if at < rules.moment(day, end)
        ]
        if ahead_of_us:
            return min(ahead_of_us)
    return None


def posts_on_roster(*, competence: str, at: datetime) -> int:
    """Return how many video posts for this are on the roster at that moment."""
    day = clock.city_day(at)
    posts = staffed_desks(desk_rows(competence=competence, kind=DeskKind.VIDEO), since=day)
    return sum(
        any(rules.moment(day, start) <= at < rules.moment(day, end) for start, end in post.spans(day))
        for post in posts
    )


def post_hours(*, competence: str, since: date, days: int) -> list[tuple[datetime, datetime]]:
    """Return when video posts for this are on the roster, one span a post and shift, over so many days. Two queries."""
    posts = staffed_desks(desk_rows(competence=competence, kind=DeskKind.VIDEO), since=since)
    return [
        (rules.moment(day, start), rules.moment(day, end))
        for day in (since + timedelta(days=ahead) for ahead in range(days))
        for post in posts
        for start, end in post.spans(day)
    ]


def window_capacity(*, venue_code: str, competence: str, day: date) -> list[WindowHours]:
    """Return how many windows are staffed and open over the day, from rosters; lunch and holidays are left out."""
    desks = staffed_desks(
        desk_rows(competence=competence, kind=DeskKind.WINDOW, venue_code=venue_code), since=day
    )
    return list(_window_hours(desks, day))


def pool_hours_between(
    *, first_day: date, last_day: date, venue_codes: Sequence[str] | None = None
) -> list[PoolHours]:
    """Return the hours of all pools (windows of a venue with the same competences) in four queries.

    This is what opens two weeks of slots of a whole city at once; days without any hours are left out.
    """
    rows = Desk.objects.filter(kind=DeskKind.WINDOW).select_related("venue").order_by("venue__code", "id")
    if venue_codes is not None:
        rows = rows.filter(venue__code__in=venue_codes)
    pools: dict[tuple[int, str, tuple[str, ...]], list[StaffedDesk]] = {}
    for staffed in staffed_desks(rows, since=first_day):
        row = staffed.desk
        key = (row.venue_id, row.venue.code, tuple(sorted(row.competences)))
        pools.setdefault(key, []).append(staffed)
    days = [first_day + timedelta(days=ahead) for ahead in range((last_day - first_day).days + 1)]
    found = (
        PoolHours(*pool, day, tuple(_window_hours(desks, day)))
        for pool, desks in pools.items()
        for day in days
    )
    return [pool for pool in found if pool.hours]


def _window_hours(desks: Iterable[StaffedDesk], day: date) -> Iterable[WindowHours]:
    for start, end, count in rules.desks_over_time(staffed.spans(day) for staffed in desks):
        yield WindowHours(rules.moment(day, start), rules.moment(day, end), count)
