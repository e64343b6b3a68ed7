"""Where a call can go on: the other lines and posts that are there for it."""

from datetime import datetime

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.states import ConsultationState, PostState
from onetrip.domain.consultations.views import ElsewhereView, OtherPost


def posts_elsewhere(*, competence: str, but_not: int, at: datetime) -> list[Post]:
    """Return the posts on duty that may handle it, the one with this row number left out."""
    there = Post.objects.filter(
        competences__contains=[competence], seen_at__gt=at - rules.OFFICER_AWAY
    ).exclude(state=PostState.OFF)
    return list(there.exclude(pk=but_not).select_related("officer").order_by("label", "pk"))


def elsewhere(*, consultation_id: str, officer_id: int, at: datetime) -> ElsewhereView:
    """Return where the officer in this call can pass it on to; NotFound for anybody else."""
    rows = Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id)
    row = rows.filter(state=ConsultationState.CONNECTED).first()
    if row is None:
        raise NotFound()
    there = Post.objects.exclude(state=PostState.OFF).exclude(pk=row.post_id or 0)
    posts = (
        there.filter(seen_at__gt=at - rules.OFFICER_AWAY).select_related("officer").order_by("label", "pk")
    )
    lines: set[str] = set()
    others = []
    for post in posts:
        lines.update(post.competences)
        if row.competence in post.competences and post.officer is not None:
            others.append(OtherPost(post.desk_id, post.label, post.officer.name, post.state))
    return ElsewhereView(sorted(lines - {row.competence}), others)


def note_to_next(*, consultation_id: str, officer_id: int) -> str:
    """Return what the officer before wrote to the one who is rung for, or talks to, the citizen now; "" without one."""
    rows = Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id)
    row = rows.only("hand_note").first()
    return "" if row is None else row.hand_note
