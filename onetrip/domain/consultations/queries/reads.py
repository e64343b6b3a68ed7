"""Reads of consultations, named by the question they answer."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Extract

from onetrip.core.aggregates import Percentile
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Guest, Message, Post
from onetrip.domain.consultations.queries.documents import messages_of
from onetrip.domain.consultations.queries.waits import waiting_in
from onetrip.domain.consultations.states import (
    AT_A_POST,
    IN_LINE,
    LIVE,
    POST,
    WITH_AN_OFFICER,
    ConsultationState,
    GuestState,
    PostState,
)
from onetrip.domain.consultations.views import (
    CallCount,
    ConsultationView,
    PostView,
    WaitCount,
    WaitingView,
)
from onetrip.domain.papers import queries as papers


def consultation(*, consultation_id: str, user_id: int) -> ConsultationView:
    """Return a consultation to one of its two parties; to anybody else it does not exist (NotFound)."""
    rows = Consultation.objects.select_related("post", "officer", "citizen")
    row = rows.filter(Q(citizen_id=user_id) | Q(officer_id=user_id), public_id=consultation_id).first()
    if row is None:
        raise NotFound()
    place = None
    if row.state in IN_LINE:
        place = waiting_in(row.competence).filter(rank__lt=row.rank).count() + 1
    return ConsultationView(
        id=row.public_id,
        state=row.state,
        party="citizen" if row.citizen_id == user_id else "officer",
        mode=row.mode,
        competence=row.competence,
        item_code=row.item_code,
        item_name=row.item_name,
        rank=row.rank,
        place=place,
        joined_at=row.joined_at,
        officer_name=row.officer.name if row.officer else None,
        post_label=row.post.label if row.post else None,
        post_desk_id=row.post.desk_id if row.post else None,
        citizen_name=row.citizen.name,
        conclusion_kind=row.conclusion_kind or None,
        conclusion_text=row.conclusion_text,
        stars=row.stars,
        messages=messages_of(row),
        officer_lost=row.officer_lost_at is not None,
        priority=row.priority,
        called=row.called_at is not None,
        transferred=row.transferred_at is not None and row.state == ConsultationState.WAITING,
        ended_at=row.ended_at,
    )


def party_of(*, consultation_id: str, user_id: int) -> str | None:
    """Say whether the user is the “citizen” or the “officer” of a consultation, or None: not their business."""
    row = Consultation.objects.filter(public_id=consultation_id).values_list(
        "citizen_id", "officer_id", "state"
    )
    for citizen_id, officer_id, state in row:
        if citizen_id == user_id:
            return "citizen"
        if officer_id == user_id and (state in WITH_AN_OFFICER or state not in LIVE):
            return "officer"
    return None


def consultation_key(consultation_id: str) -> int:
    """Return the row number of a consultation, for foreign keys of the modules above; raises NotFound."""
    key = Consultation.objects.filter(public_id=consultation_id).values_list("pk", flat=True).first()
    if key is None:
        raise NotFound()
    return key


def live_consultation_of(*, citizen_id: int) -> str | None:
    """Return the consultation in which this citizen waits or talks, if any."""
    rows = Consultation.objects.filter(citizen_id=citizen_id, state__in=LIVE)
    return rows.values_list("public_id", flat=True).first()


def latest_of(*, citizen_id: int, limit: int = 10) -> list[tuple[str, str, datetime]]:
    """Return (item, state, moment) of a citizen's earlier consultations, the newest first."""
    rows = Consultation.objects.filter(citizen_id=citizen_id).exclude(state__in=LIVE).order_by("-joined_at")
    return list(rows.values_list("item_name", "state", "joined_at")[:limit])


def post_of(*, officer_id: int) -> PostView | None:
    """Return the post at which this officer is on duty, or None."""
    row = Post.objects.filter(officer_id=officer_id).exclude(state=PostState.OFF).first()
    if row is None:
        return None
    current = row.consultations.filter(state__in=AT_A_POST).first()
    if current is None and row.state == PostState.WRAP_UP:
        ended = [ConsultationState.CONCLUDED, ConsultationState.INTERRUPTED]
        current = row.consultations.filter(state__in=ended).order_by("-ended_at").first()
    return PostView(
        desk_id=row.desk_id,
        label=row.label,
        state=row.state,
        pause_reason=row.pause_reason,
        competences=tuple(row.competences),
        backs_up=tuple(row.backs_up),
        since=row.since,
        consultation_id=current.public_id if current else None,
        ring_until=current.ring_until if current and row.state == PostState.RINGING else None,
        waiting=waiting_in(*row.competences).count(),
        can=tuple(POST.verbs_from(row.state)),
    )


def posts_watched_by(*, officer_id: int) -> list[int]:
    """Return the desk (row number) at which this officer is on duty, as a list of none or one."""
    rows = Post.objects.filter(officer_id=officer_id).exclude(state=PostState.OFF)
    return list(rows.values_list("desk_id", flat=True))


def line_for_post(*, desk_id: int, at: datetime, limit: int = 50) -> list[WaitingView]:
    """Return who waits for something this post may handle, first come first."""
    post = Post.objects.filter(desk_id=desk_id).first()
    if post is None:
        return []
    long_enough = Q(competence__in=post.backs_up, joined_at__lte=at - rules.OVERFLOW_AFTER)
    rows = Consultation.objects.filter(
        Q(competence__in=post.competences) | long_enough, state=ConsultationState.WAITING
    )
    return [
        WaitingView(
            row.public_id,
            row.item_name,
            row.competence,
            row.mode,
            row.priority,
            row.joined_at,
            int((at - row.joined_at).total_seconds()),
        )
        for row in rows.order_by("rank")[:limit]
    ]


def photo(*, photo_id: str, user_id: int, by: Actor, at: datetime) -> tuple[bytes, str]:
    """Return (JPEG bytes, content type) of a photo to a party of its consultation; NotFound for anybody else.

    The officer's look is noted, the citizen's at their own papers is not.
    """
    mine = Q(consultation__citizen_id=user_id) | Q(consultation__officer_id=user_id)
    return _picture(Message.objects.filter(mine, photo__public_id=photo_id), user_id, by=by, at=at)


def photo_for_guest(
    *, guest_id: str, photo_id: str, user_id: int, by: Actor, at: datetime
) -> tuple[bytes, str]:
    """Return a photo of the chat to a guest who is in the call now, and note the look; to others it does not exist."""
    here = Guest.objects.filter(public_id=guest_id, user_id=user_id, state=GuestState.HERE)
    rows = Message.objects.filter(consultation__in=here.values("consultation"), photo__public_id=photo_id)
    return _picture(rows, user_id, by=by, at=at)


def _picture(rows: "QuerySet[Message]", user_id: int, *, by: Actor, at: datetime) -> tuple[bytes, str]:
    row = rows.select_related("consultation", "photo").first()
    if row is None or row.photo is None:
        raise NotFound()
    if row.consultation.citizen_id != user_id:
        detail = {"consultation": row.consultation.public_id}
        record(verb="photo.read", subject=f"paper:{row.photo.public_id}", by=by, at=at, detail=detail)
    return papers.picture(row.photo.pk), papers.CONTENT_TYPE


# Figures: sums for insights. A call counts in the period in which it was connected, at the venue of its post.


def _calls(since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> "QuerySet[Consultation]":
    rows = Consultation.objects.filter(connected_at__gte=since, connected_at__lt=until)
    return rows if venue_codes is None else rows.filter(post__desk__venue__code__in=venue_codes)


def _seconds(end: str, start: str) -> Extract:
    return Extract(ExpressionWrapper(F(end) - F(start), output_field=DurationField()), "epoch")


def waits_in_line(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> list[WaitCount]:
    """Return, by competence, how long citizens waited for an officer: median and 90th percentile in seconds."""
    waited = _seconds("connected_at", "joined_at")
    rows = (
        _calls(since, until, venue_codes)
        .values("competence")
        .annotate(count=Count("pk"), median=Percentile(waited, 0.5), most=Percentile(waited, 0.9))
    )
    return [
        WaitCount(row["competence"], row["count"], row["median"], row["most"])
        for row in rows.order_by("competence")
    ]


def calls_by_post(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> list[CallCount]:
    """Return, by post, how many calls there were, how they ended and how long half of them took at most (seconds)."""
    talked = _seconds("ended_at", "connected_at")
    ended = Q(ended_at__isnull=False)
    rows = _calls(since, until, venue_codes).filter(post__isnull=False).values("post__desk_id")
    counted = rows.annotate(
        calls=Count("pk"),
        concluded=Count("pk", filter=Q(state=ConsultationState.CONCLUDED)),
        broken=Count("pk", filter=Q(state=ConsultationState.INTERRUPTED)),
        median=Percentile(talked, 0.5, filter=ended),
    )
    return [
        CallCount(
            desk_id=row["post__desk_id"],
            calls=row["calls"],
            concluded=row["concluded"],
            interrupted=row["broken"],
            median_s=row["median"],
        )
        for row in counted.order_by("-calls", "post__desk_id")
    ]


def consultation_stars(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None
) -> dict[int, int]:
    """Return how often consultations were rated with each number of stars."""
    rows = _calls(since, until, venue_codes).filter(stars__isnull=False).values("stars")
    counted = rows.annotate(count=Count("pk")).order_by("stars").values_list("stars", "count")
    return {stars: count for stars, count in counted if stars is not None}
