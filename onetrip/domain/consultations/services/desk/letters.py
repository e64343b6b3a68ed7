"""Left with us: a question and photos outside the hours, answered in writing."""

from datetime import datetime, timedelta

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import CallGone, Empty, NotCompetent
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.consultations.queries.letters import competences_for_letters
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.services.telling import add_message
from onetrip.domain.consultations.states import CONSULTATION, ConsultationState

# Who takes a question in hand and forgets it gives it back.
_FORGOTTEN = timedelta(hours=2)


@use_case
def leave_with_us(*, consultation_id: str, text: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Leave the line and a question, to be answered in writing. Raises Empty, WrongState, NotFound."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id, citizen_id=citizen_id))
    if not text.strip():
        raise Empty(field="text")
    row.state = CONSULTATION.next_state(row.state, "leave_with_us")
    row.letter_at = at
    row.save(update_fields=["state", "letter_at"])
    add_message(row, "citizen", text=text.strip(), at=at)
    show_consultation(row)
    record(verb="consultation.leave_with_us", subject=f"consultation:{consultation_id}", by=by, at=at)


@use_case
def take_letter(*, consultation_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Take a question in hand: exactly one officer does. Twice is the same as once.

    Raises CallGone (somebody else has it), LetterInHand, NotCompetent, NotFound.
    """
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    if row.citizen_id == officer_id:
        raise NotFound()  # nobody answers their own question
    if row.competence not in competences_for_letters(officer_id=officer_id):
        raise NotCompetent()
    if row.state == ConsultationState.ANSWERING and row.officer_id == officer_id:
        return
    if row.state != ConsultationState.LETTER:
        raise CallGone()
    row.state = CONSULTATION.next_state(row.state, "take_letter")
    row.officer_id = officer_id
    row.seen_at = at
    row.save(update_fields=["state", "officer", "seen_at"])
    show_consultation(row)
    record(verb="consultation.take_letter", subject=f"consultation:{consultation_id}", by=by, at=at)


@use_case
def put_letter_back(*, officer_id: int, by: Actor, at: datetime) -> None:
    """Give the question in hand back, for a colleague. Raises CallGone without one."""
    try:
        row = lock_one(Consultation.objects.filter(officer_id=officer_id, state=ConsultationState.ANSWERING))
    except NotFound:
        raise CallGone() from None
    _put_back(row, by=by, at=at)


def _put_back(row: Consultation, *, by: Actor, at: datetime) -> None:
    row.state = CONSULTATION.next_state(row.state, "put_back")
    row.officer = None
    row.save(update_fields=["state", "officer"])
    show_consultation(row)
    record(verb="consultation.put_back", subject=f"consultation:{row.public_id}", by=by, at=at)


@use_case
def put_back_forgotten(*, at: datetime) -> int:
    """Give back what officers have had in hand for two hours; return how many that were."""
    rows = Consultation.objects.filter(state=ConsultationState.ANSWERING, seen_at__lte=at - _FORGOTTEN)
    found = list(rows.select_for_update(skip_locked=True))
    for row in found:
        _put_back(row, by=Actor.system("consultations.put_back"), at=at)
    return len(found)
