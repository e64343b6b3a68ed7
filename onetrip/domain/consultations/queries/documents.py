"""The live documents of the module: what they hold.

`consultation:<id>` is seen by its two parties, `post:<desk>` by the officer on duty, `line:<competence>` by everyone
who waits: it holds ranks and posts, no names.
"""

from typing import Any

from django.db.models import Q

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Message, Post
from onetrip.domain.consultations.states import ConsultationState, PostState

Document = dict[str, Any]
_HISTORY = 20


def consultation_document(consultation_id: str) -> Document:
    """Build `consultation:<id>` afresh; raises NotFound."""
    row = Consultation.objects.select_related("post", "officer").filter(public_id=consultation_id).first()
    if row is None:
        raise NotFound()
    messages = {
        str(message.number): message_entry(message) for message in row.messages.select_related("photo")
    }
    return _without_nulls({**consultation_entry(row), "messages": messages})


def consultation_entry(row: Consultation) -> Document:
    """Return the document's own fields; null marks one that is absent now."""
    at_post = row.post is not None and row.officer is not None
    concluded = row.state == ConsultationState.CONCLUDED
    return {
        "state": str(row.state),
        "mode": str(row.mode),
        "competence": row.competence,
        "rank": row.rank,
        "since": row.joined_at.isoformat(),
        "connected_at": row.connected_at.isoformat() if row.connected_at else None,
        "officer_lost": True if row.officer_lost_at and row.state == ConsultationState.WAITING else None,
        "officer": {"name": row.officer.name, "post": row.post.label} if at_post else None,  # type: ignore[union-attr]
        "conclusion": {"kind": str(row.conclusion_kind), "text": row.conclusion_text} if concluded else None,
    }


def message_entry(message: Message) -> Document:
    """Return one line of the chat as it stands in the document."""
    entry: Document = {"from": message.sender, "at": message.at.isoformat()}
    if message.text:
        entry["text"] = message.text
    if message.photo is not None:
        entry["photo"] = message.photo.public_id
    return entry


def _without_nulls(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def line_document(competence: str) -> Document:
    """Build `line:<competence>` afresh."""
    ranks = Consultation.objects.filter(competence=competence, state=ConsultationState.WAITING)
    posts = Post.objects.filter(competences__contains=[competence]).exclude(state=PostState.OFF)
    return {
        "waiting": {str(rank): 1 for rank in ranks.values_list("rank", flat=True)},
        "posts": {str(desk): str(state) for desk, state in posts.values_list("desk_id", "state")},
        "seconds_each": seconds_each(competence),
    }


def seconds_each(competence: str) -> int:
    """Return the median length of the line's last calls in seconds."""
    ended = Consultation.objects.filter(
        competence=competence, connected_at__isnull=False, ended_at__isnull=False
    )
    spans = ended.order_by("-ended_at").values_list("connected_at", "ended_at")[:_HISTORY]
    return rules.middle(
        [(end - start).total_seconds() for start, end in spans if start and end], default=rules.DEFAULT_CALL_S
    )


def post_document(desk_id: str) -> Document:
    """Build `post:<desk>` afresh; raises NotFound."""
    row = Post.objects.filter(desk_id=int(desk_id)).first() if desk_id.isdigit() else None
    if row is None:
        raise NotFound()
    waiting = Consultation.objects.filter(competence__in=row.competences, state=ConsultationState.WAITING)
    lines = {entry.public_id: waiting_entry(entry) for entry in waiting}
    return _without_nulls({**post_entry(row), "waiting": lines})


def post_entry(row: Post) -> Document:
    """Return the post's own fields, with the consultation it rings for or talks to."""
    here = Q(state=ConsultationState.RINGING) | Q(state=ConsultationState.CONNECTED)
    if row.state == PostState.WRAP_UP:
        here = Q(state=ConsultationState.CONCLUDED) | Q(state=ConsultationState.INTERRUPTED)
    shown = row.state in (PostState.RINGING, PostState.IN_CALL, PostState.WRAP_UP)
    current = row.consultations.filter(here).order_by("-ended_at", "-pk").first() if shown else None
    ring = call = None
    if current is not None:
        entry = {"consultation": current.public_id, "item": current.item_name, "mode": str(current.mode)}
        if row.state == PostState.RINGING and current.ring_until is not None:
            ring = {**entry, "until": current.ring_until.isoformat()}
        else:
            call = entry
    return {
        "state": str(row.state),
        "since": row.since.isoformat(),
        "reason": str(row.pause_reason) or None,
        "ring": ring,
        "call": call,
    }


def waiting_entry(row: Consultation) -> Document:
    """Return how somebody who waits stands in the posts' documents."""
    return {
        "item": row.item_name,
        "rank": row.rank,
        "competence": row.competence,
        "since": row.joined_at.isoformat(),
    }
