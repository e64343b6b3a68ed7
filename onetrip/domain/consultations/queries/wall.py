"""What a supervisor sees: lines, posts, alarms, the day's duty, and how many posts the next hours need."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet

from onetrip.core import clock
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post, Spell
from onetrip.domain.consultations.queries.documents import pace
from onetrip.domain.consultations.queries.quality import poor_posts
from onetrip.domain.consultations.queries.waits import line, waiting_in
from onetrip.domain.consultations.states import Alarm, PostState
from onetrip.domain.consultations.views import DutyView, NeedView, WallLine, WallPost, WallView
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Competence

_WEEKS = 4
_HOURS_AHEAD = 4
_MOST_WAIT_S = 180


def wall(*, venue_codes: Sequence[str] | None, at: datetime) -> WallView:
    """Return how all lines stand, and the posts of these venues (None: all) that are on duty."""
    poor = poor_posts(since=clock.city_moment(clock.city_day(at), time()), until=at)
    return WallView(
        lines=[_line(competence, at) for competence in Competence.values],
        posts=[_post(row, at, poor) for row in _on_duty(venue_codes)],
    )


def _line(competence: str, at: datetime) -> WallLine:
    shown = line(competence=competence, at=at)
    first = waiting_in(competence).aggregate(first=Min("joined_at"))["first"]
    longest_s = int((at - first).total_seconds()) if first else 0
    rostered = venues.next_video_opening(competence=competence, at=at) == at
    alarm = rules.line_alarm(
        rules.LineNow(
            waiting=shown.waiting, longest_s=longest_s, working=shown.posts_on_duty, rostered=rostered
        )
    )
    return WallLine(
        competence=competence,
        waiting=shown.waiting,
        longest_s=longest_s,
        posts_on_duty=shown.posts_on_duty,
        posts_free=shown.posts_free,
        expected_wait_s=shown.expected_wait_s,
        alarm=alarm,
    )


def _on_duty(venue_codes: Sequence[str] | None) -> "QuerySet[Post]":
    rows = Post.objects.exclude(state=PostState.OFF).select_related("officer", "desk__venue")
    if venue_codes is not None:
        rows = rows.filter(desk__venue__code__in=venue_codes)
    return rows.order_by("desk__venue__code", "desk_id")


def _post(row: Post, at: datetime, poor: set[int]) -> WallPost:
    assert row.officer is not None  # the constraint: on duty there is an officer
    return WallPost(
        desk_id=row.desk_id,
        label=row.label,
        venue_name=row.desk.venue.name,
        officer_name=row.officer.name,
        competences=tuple(row.competences),
        state=row.state,
        reason=row.pause_reason,
        since=row.since,
        alarm=rules.post_alarm(state=row.state, reason=row.pause_reason, lasts=at - row.since)
        or (Alarm.POOR_CALLS if row.desk_id in poor else None),
    )


def duty_of(*, day_start: datetime, venue_codes: Sequence[str] | None, at: datetime) -> list[DutyView]:
    """Return who was on duty since that moment: from when to when, and how long in which pauses (seconds)."""
    rows = Spell.objects.filter(began_at__gte=day_start).select_related("officer", "post")
    if venue_codes is not None:
        rows = rows.filter(post__desk__venue__code__in=venue_codes)
    shifts: list[Spell] = []
    pauses: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    latest: dict[int, Spell] = {}
    for row in rows.order_by("began_at", "pk"):
        if not row.reason:
            shifts.append(row)
            latest[row.post_id] = row
        elif row.post_id in latest:
            seconds = round(((row.ended_at or at) - row.began_at).total_seconds())
            pauses[latest[row.post_id].pk][row.reason] += seconds
    return [
        DutyView(
            officer_name=row.officer.name,
            label=row.post.label,
            began_at=row.began_at,
            ended_at=row.ended_at,
            pauses=tuple(sorted(pauses[row.pk].items())),
        )
        for row in shifts
    ]


def staffing(*, competence: str, at: datetime) -> list[NeedView]:
    """Return, for each of the next hours, the calls to expect and the posts that keep the mean wait under 3 minutes.

    The calls are the mean of the same hour on the same weekday in the last four weeks.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    found = pace(competence)
    turn_s = sum(found.turns) / len(found.turns)
    needs = []
    for ahead in range(_HOURS_AHEAD):
        starts = hour + timedelta(hours=ahead)
        calls = _calls_usual_at(competence, starts)
        needed = rules.posts_needed(
            calls_per_hour=calls, turn_s=turn_s, most_wait_s=_MOST_WAIT_S, present=found.present
        )
        there = venues.posts_on_roster(competence=competence, at=starts)
        needs.append(NeedView(starts=starts, calls=calls, needed=needed, rostered=there))
    return needs


def _calls_usual_at(competence: str, starts: datetime) -> float:
    """Weeks in which nobody called at all (holidays, or before there were records) do not count."""
    counts: list[int] = []
    for week in range(1, _WEEKS + 1):
        begin = starts - timedelta(weeks=week)
        day = clock.city_day(begin)
        rows = Consultation.objects.filter(competence=competence)
        midnight = clock.city_moment(day, datetime.min.time())
        found: dict[str, Any] = rows.filter(
            joined_at__gte=midnight, joined_at__lt=midnight + timedelta(days=1)
        ).aggregate(day=Count("pk"))
        if found["day"]:
            counts.append(rows.filter(joined_at__gte=begin, joined_at__lt=begin + timedelta(hours=1)).count())
    return sum(counts) / len(counts) if counts else 0.0
