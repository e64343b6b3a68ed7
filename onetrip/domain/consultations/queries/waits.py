"""How a line stands, and how long somebody in it waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.queries.documents import pace
from onetrip.domain.consultations.states import IN_LINE, PostState
from onetrip.domain.consultations.views import LineView
from onetrip.domain.venues import queries as venues


@dataclass(frozen=True)
class _Posts:
    """The posts on duty for a line, and which share of each other line's posts they are."""

    posts: list[rules.Busy]
    shared: dict[str, float]

    @property
    def working(self) -> int:
        return sum(post.state != PostState.PAUSED for post in self.posts)

    @property
    def free(self) -> int:
        return sum(post.state == PostState.AVAILABLE for post in self.posts)


def waiting_in(*competences: str) -> "QuerySet[Consultation]":
    """Return who has a place in these lines, at the page or from afar."""
    return Consultation.objects.filter(competence__in=competences, state__in=IN_LINE)


def line(*, competence: str, at: datetime) -> LineView:
    """Return how a line stands and what somebody who joins now has to expect."""
    posts = _posts(competence, at)
    return LineView(
        competence=competence,
        waiting=waiting_in(competence).count(),
        posts_on_duty=posts.working,
        posts_free=posts.free,
        expected_wait_s=_wait(competence, posts, rank=None),
        beside=_lines_beside(competence),
        next_opening=None if posts.working else venues.next_video_opening(competence=competence, at=at),
    )


def expected_wait_s(*, competence: str, rank: int, at: datetime) -> int | None:
    """Return the expected wait in seconds of who holds this rank in the line; None while no post works."""
    return _wait(competence, _posts(competence, at), rank=rank)


def _wait(competence: str, posts: _Posts, *, rank: int | None) -> int | None:
    rows = waiting_in(competence, *posts.shared)
    if rank is not None:
        rows = rows.filter(rank__lt=rank)
    before = dict(rows.order_by().values_list("competence").annotate(count=Count("pk")))
    own = before.pop(competence, 0)
    ahead = rules.people_before(own=own, beside=before, shared=posts.shared)
    return rules.expected_wait_s(ahead=ahead, posts=posts.posts, pace=pace(competence))


def _posts(competence: str, at: datetime) -> _Posts:
    on_duty = Post.objects.exclude(state=PostState.OFF)
    mine: list[rules.Busy] = []
    beside: dict[str, int] = {}
    for state, since, reason, competences in on_duty.filter(competences__contains=[competence]).values_list(
        "state", "since", "pause_reason", "competences"
    ):
        mine.append(rules.Busy(state, (at - since).total_seconds(), reason))
        for other in competences:
            if other != competence:
                beside[other] = beside.get(other, 0) + 1
    shared = {
        other: count / on_duty.filter(competences__contains=[other]).count()
        for other, count in beside.items()
    }
    return _Posts(mine, shared)


def _lines_beside(competence: str) -> tuple[str, ...]:
    """Return the other lines that some post, on duty or not, has in common with this one."""
    lists = Post.objects.filter(competences__contains=[competence]).values_list("competences", flat=True)
    return tuple(sorted({other for competences in lists for other in competences} - {competence}))
