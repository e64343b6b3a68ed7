"""Questions that were left to be answered in writing."""

from onetrip.domain.consultations.models import Consultation
from onetrip.domain.consultations.states import ConsultationState
from onetrip.domain.consultations.views import LetterView
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import DeskKind


def competences_for_letters(*, officer_id: int) -> set[str]:
    """Return what this officer may answer: whatever the video posts of the roster that are theirs may handle."""
    desks = [desk for desk in venues.desks_for_staff(officer_id) if desk.kind == DeskKind.VIDEO]
    return {word for desk in desks for word in desk.competences}


def letters_for(*, officer_id: int, limit: int = 100) -> list[LetterView]:
    """Return the questions that wait for somebody who may decide what this officer may, the oldest first."""
    rows = Consultation.objects.filter(
        state=ConsultationState.LETTER, competence__in=competences_for_letters(officer_id=officer_id)
    )
    return [
        LetterView(
            row.public_id, row.item_name, row.competence, row.letter_at or row.joined_at, row.messages.count()
        )
        for row in rows.exclude(citizen_id=officer_id).order_by("letter_at", "pk")[:limit]
    ]


def letter_in_hand(*, officer_id: int) -> str | None:
    """Return the consultation that this officer answers in writing now, if any."""
    rows = Consultation.objects.filter(officer_id=officer_id, state=ConsultationState.ANSWERING)
    return rows.values_list("public_id", flat=True).first()
