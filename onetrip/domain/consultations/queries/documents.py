"""The live documents of the module: what they hold.

`consultation:<id>` is seen by its two parties, `post:<desk>` by the officer on duty, `line:<competence>` by everyone
who waits: it holds ranks and posts, no names.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Guest, Message, Post, Spell, Turn
from onetrip.domain.consultations.states import (
    IN_LINE,
    ConsultationState,
    GuestKind,
    GuestState,
    PauseReason,
    PostState,
)
from onetrip.domain.consultations.views import MessageView

Document = dict[str, Any]
# The last turns, pauses and shifts that say how long the next ones take.
_HISTORY = 60


def consultation_document(consultation_id: str) -> Document:
    """Build `consultation:<id>` afresh; raises NotFound."""
    row = Consultation.objects.select_related("post", "officer").filter(public_id=consultation_id).first()
    if row is None:
        raise NotFound()
    messages = {str(message.number): message_entry(message) for message in _chat(row)}
    guests = {guest.public_id: guest_entry(guest) for guest in row.guests.exclude(state=GuestState.GONE)}
    return _without_nulls({**consultation_entry(row), "messages": messages, "guests": guests})


def guest_entry(guest: Guest) -> Document:
    """Return how somebody else in the call stands in its document: by role; family by the name the citizen gave."""
    return {
        "kind": str(guest.kind),
        "state": str(guest.state),
        "seat": guest.seat,
        "name": guest.name,
    }


def guest_document(guest_id: str) -> Document:
    """Build `guest:<id>` afresh; raises NotFound."""
    state = Guest.objects.filter(public_id=guest_id).values_list("state", flat=True).first()
    if state is None:
        raise NotFound()
    return {"state": state}


def consultation_entry(row: Consultation) -> Document:
    """Return the document's own fields; null marks one that is absent now."""
    at_post = row.post is not None and row.officer is not None
    concluded = row.state == ConsultationState.CONCLUDED
    return {
        "state": str(row.state),
        "mode": str(row.mode),
        "competence": row.competence,
        "rank": row.rank,
        "priority": row.priority or None,
        "called": True if row.called_at and row.state == ConsultationState.AWAY else None,
        "since": row.joined_at.isoformat(),
        "connected_at": row.connected_at.isoformat() if row.connected_at else None,
        "officer_lost": True if row.officer_lost_at and row.state == ConsultationState.WAITING else None,
        "transferred": True if row.transferred_at and row.state == ConsultationState.WAITING else None,
        "officer": {"name": row.officer.name, "post": row.post.label} if at_post else None,  # type: ignore[union-attr]
        "conclusion": {"kind": str(row.conclusion_kind), "text": row.conclusion_text} if concluded else None,
    }


def _chat(row: Consultation) -> "QuerySet[Message]":
    return row.messages.select_related("photo", "guest").order_by("number")


def messages_of(row: Consultation) -> list[MessageView]:
    """Return what was written in a consultation, in its order."""
    return [
        MessageView(
            number=message.number,
            sender=message.sender,
            text=message.text,
            photo_id=message.photo.public_id if message.photo else None,
            at=message.at,
            name=message.guest.name if message.guest else "",
        )
        for message in _chat(row)
    ]


def message_entry(message: Message) -> Document:
    """Return one line of the chat as it stands in the document; who is a guest with role and name."""
    entry: Document = {"from": message.sender, "at": message.at.isoformat()}
    if message.guest is not None and message.guest.name:
        entry["name"] = message.guest.name
    if message.text:
        entry["text"] = message.text
    if message.photo is not None:
        entry["photo"] = message.photo.public_id
    return entry


def _without_nulls(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def line_document(competence: str) -> Document:
    """Build `line:<competence>` afresh."""
    ranks = Consultation.objects.filter(competence=competence, state__in=IN_LINE)
    posts = Post.objects.filter(competences__contains=[competence]).exclude(state=PostState.OFF)
    return {
        "waiting": {str(rank): 1 for rank in ranks.values_list("rank", flat=True)},
        "posts": {str(post.desk_id): _without_nulls(line_post_entry(post)) for post in posts},
        "pace": pace_entry(competence),
    }


def line_post_entry(row: Post) -> Document:
    """Return how a post stands in the documents of its lines."""
    return {"state": str(row.state), "since": row.since.isoformat(), "reason": str(row.pause_reason) or None}


def pace_entry(competence: str) -> Document:
    """Return the pace as it stands in the document of the line."""
    found = pace(competence)
    lengths = {"turns": found.turns, "notes": found.notes, "pauses": found.pauses}
    return {**{name: list(seconds) for name, seconds in lengths.items()}, "present": found.present}


def pace(competence: str) -> rules.Pace:
    """Return how long turns, notes and pauses took of late, and how much of their duty posts were there."""
    turns = Turn.objects.filter(competence=competence, ended_at__isnull=False, notes_at__isnull=False)
    spans = turns.order_by("-ended_at", "-pk").values_list("began_at", "notes_at", "ended_at")[:_HISTORY]
    spells = Spell.objects.filter(competences__contains=[competence], ended_at__isnull=False)
    pauses = spells.exclude(reason__in=("", PauseReason.NO_ANSWER)).order_by("-ended_at", "-pk")
    duty = spells.filter(reason="").order_by("-ended_at", "-pk")
    shifts = duty.values_list("began_at", "ended_at", "paused_s")[:_HISTORY]
    return rules.Pace.of(
        turns=[_seconds(start, end) for start, _notes, end in spans],
        notes=[_seconds(notes, end) for _start, notes, end in spans],
        pauses=[_seconds(*span) for span in pauses.values_list("began_at", "ended_at")[:_HISTORY]],
        present=rules.present_share(
            duty_s=sum(_seconds(start, end) for start, end, _paused in shifts),
            paused_s=sum(paused for _start, _end, paused in shifts),
        ),
    )


def _seconds(start: datetime | None, end: datetime | None) -> float:
    """Return how long something took; the queries leave out what has not ended."""
    return (end - start).total_seconds() if start and end else 0.0


def post_document(desk_id: str) -> Document:
    """Build `post:<desk>` afresh; raises NotFound."""
    row = Post.objects.filter(desk_id=int(desk_id)).first() if desk_id.isdigit() else None
    if row is None:
        raise NotFound()
    return _without_nulls(post_entry(row))


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
        "invited": _invitation(row),
    }


def _invitation(row: Post) -> Document | None:
    """Return the colleague's call to which the officer of a post is invited, or in which they help."""
    if row.officer_id is None or row.state not in (PostState.AVAILABLE, PostState.PAUSED, PostState.WRAP_UP):
        return None
    guests = Guest.objects.filter(user_id=row.officer_id).exclude(state=GuestState.GONE)
    guest = guests.select_related("consultation", "invited_by").order_by("-pk").first()
    if guest is None or guest.kind != GuestKind.COLLEAGUE:
        return None
    return {
        "guest": guest.public_id,
        "state": str(guest.state),
        "item": guest.consultation.item_name,
        "by": guest.invited_by.name,
    }
