"""In the call and after it: words, photos, the written conclusion, the rating."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import CallGone, Empty, StarsMissing
from onetrip.domain.consultations.events import CallParted, ConsultationConcluded
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.queries.company import in_call
from onetrip.domain.consultations.services.company.guests import part_company
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.services.showing import show_consultation, show_post
from onetrip.domain.consultations.services.telling import ANSWERED, add_message, tell_citizen
from onetrip.domain.consultations.states import (
    CONSULTATION,
    LIVE,
    ConclusionKind,
    ConsultationState,
    Mode,
    PostState,
)
from onetrip.domain.consultations.views import InCall
from onetrip.domain.papers import services as papers

_MAX_TEXT = 1000


def _locked_for(consultation_id: str, user_id: int) -> tuple[Consultation, str]:
    """Lock a consultation and say which party the user is; anybody else finds nothing (NotFound)."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    if row.citizen_id == user_id:
        return row, "citizen"
    if row.officer_id == user_id:
        return row, "officer"
    raise NotFound()


def _open_for_words(row: Consultation) -> None:
    if row.state not in LIVE:
        raise CallGone()


@use_case
def send_message(*, consultation_id: str, text: str, user_id: int, by: Actor, at: datetime) -> int:
    """Write a line into the chat and return its number. Raises Empty, CallGone, NotFound."""
    row, sender = _locked_for(consultation_id, user_id)
    _open_for_words(row)
    if not text.strip():
        raise Empty(field="text")
    number = add_message(row, sender, text=text.strip(), at=at)
    record(
        verb="message.add", subject=f"consultation:{consultation_id}", by=by, at=at, detail={"number": number}
    )
    return number


@use_case
def send_photo(*, consultation_id: str, upload: bytes, user_id: int, by: Actor, at: datetime) -> int:
    """Put a photo into the chat and return its number: `papers` cleans, seals and expires it.

    Raises papers' TooLarge and Unreadable, CallGone, NotFound.
    """
    row, sender = _locked_for(consultation_id, user_id)
    _open_for_words(row)
    key, photo_id = papers.keep(upload=upload, by=by, at=at)
    record(
        verb="photo.add", subject=f"consultation:{consultation_id}", by=by, at=at, detail={"photo": photo_id}
    )
    return add_message(row, sender, photo_key=key, at=at)


@use_case
def switch_to_chat(*, consultation_id: str, user_id: int, by: Actor, at: datetime) -> None:
    """Go on without a camera: chat with photos. Raises CallGone, NotFound."""
    row, _party = _locked_for(consultation_id, user_id)
    _open_for_words(row)
    row.mode = Mode.CHAT
    row.save(update_fields=["mode"])
    show_consultation(row)
    if row.post_id is not None:
        show_post(lock_one(Post.objects.filter(pk=row.post_id)))
    record(verb="consultation.chat", subject=f"consultation:{consultation_id}", by=by, at=at)
    publish(CallParted(consultation_id=consultation_id, at=at))


@use_case
def hold_call(*, consultation_id: str) -> InCall:
    """Lock a consultation for the rest of the use case and return who is in its call. Raises NotFound."""
    lock_one(Consultation.objects.filter(public_id=consultation_id))
    return in_call(consultation_id=consultation_id)


@use_case
def conclude(*, consultation_id: str, officer_id: int, kind: str, text: str, by: Actor, at: datetime) -> None:
    """Give the conclusion in writing and end the call. The same officer twice is the same as once.

    Raises Empty where a reason is needed, WrongState, CallGone, NotFound.
    """
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    if row.officer_id != officer_id:
        raise CallGone()
    if row.state == ConsultationState.CONCLUDED:
        return
    if kind not in ConclusionKind.values:
        raise Empty(field="kind")
    if kind != ConclusionKind.READY and not text.strip():
        raise Empty(field="text")
    in_writing = row.state == ConsultationState.ANSWERING
    row.state = CONSULTATION.next_state(row.state, "conclude")
    row.conclusion_kind, row.conclusion_text = kind, text.strip()
    row.ended_at = row.ended_at or at
    row.save(update_fields=["state", "conclusion_kind", "conclusion_text", "ended_at"])
    part_company(row, at=at)
    if row.post_id is not None:
        _let_go(lock_one(Post.objects.filter(pk=row.post_id)), officer_id, at)
    show_consultation(row)
    if in_writing:
        tell_citizen(row, ANSWERED, at=at)
    detail = {"kind": kind}
    record(
        verb="consultation.conclude", subject=f"consultation:{consultation_id}", by=by, at=at, detail=detail
    )
    publish(
        ConsultationConcluded(consultation_id=consultation_id, kind=kind, text=text.strip(), at=at, by=by)
    )


def _let_go(post: Post, officer_id: int, at: datetime) -> None:
    if post.state == PostState.IN_CALL and post.officer_id == officer_id:
        move_post(post, "end_call", at=at)
    show_post(post)


@use_case
def rate(*, consultation_id: str, stars: int, words: str, user_id: int, by: Actor, at: datetime) -> None:
    """One to five stars and words from the citizen, once it is over. Raises StarsMissing, CallGone, NotFound."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id, citizen_id=user_id))
    if row.state in LIVE:
        raise CallGone()
    if not 1 <= stars <= 5:
        raise StarsMissing(field="stars")
    row.stars, row.rating_words = stars, words.strip()[:_MAX_TEXT]
    row.save(update_fields=["stars", "rating_words"])
    record(
        verb="consultation.rate",
        subject=f"consultation:{consultation_id}",
        by=by,
        at=at,
        detail={"stars": stars},
    )
