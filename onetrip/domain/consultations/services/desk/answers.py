"""Answers that lie ready: written by leads in both languages, sent by officers with one key."""

from datetime import datetime

from django.db.models import Max

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.consultations.errors import Empty, TooManyAnswers
from onetrip.domain.consultations.models import Consultation, ReadyAnswer
from onetrip.domain.consultations.services.call import send_message

# As many as there are keys for them.
MOST_ANSWERS = 9


@use_case
def write_answer(
    *, answer_id: str = "", item_code: str, text: str, text_en: str, by: Actor, at: datetime
) -> str:
    """Write a new answer, or (with its id) another text for one; return its id.

    Raises Empty, TooManyAnswers, NotFound.
    """
    if not text.strip():
        raise Empty(field="text")
    if not text_en.strip():
        raise Empty(field="text_en")
    lock_name(f"answers:{item_code}")
    row = _new(item_code) if not answer_id else lock_one(ReadyAnswer.objects.filter(public_id=answer_id))
    row.text, row.text_en = text.strip()[:300], text_en.strip()[:300]
    row.save()
    record(verb="answer.write", subject=f"answer:{row.public_id}", by=by, at=at)
    return row.public_id


def _new(item_code: str) -> ReadyAnswer:
    there = ReadyAnswer.objects.filter(item_code=item_code)
    if there.count() >= MOST_ANSWERS:
        raise TooManyAnswers()
    last: int = there.aggregate(last=Max("place"))["last"] or 0
    return ReadyAnswer(item_code=item_code, place=last + 1)


@use_case
def remove_answer(*, answer_id: str, by: Actor, at: datetime) -> None:
    """Take an answer away. Raises NotFound."""
    lock_one(ReadyAnswer.objects.filter(public_id=answer_id)).delete()
    record(verb="answer.remove", subject=f"answer:{answer_id}", by=by, at=at)


@use_case
def send_answer(*, consultation_id: str, answer_id: str, officer_id: int, by: Actor, at: datetime) -> int:
    """Send an answer in the language that the citizen reads; return the message's number. Raises as send_message."""
    answer = ReadyAnswer.objects.filter(public_id=answer_id).first()
    here = Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id).first()
    if answer is None or here is None:
        raise NotFound()
    in_english = accounts.language_of(here.citizen_id).startswith("en")
    return send_message(
        consultation_id=consultation_id,
        text=answer.text_en if in_english else answer.text,
        user_id=officer_id,
        by=by,
        at=at,
    )
