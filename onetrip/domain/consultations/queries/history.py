"""What an officer in a call may know of the same citizen's earlier ones."""

from onetrip.core.errors import NotFound
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.consultations.states import WITH_AN_OFFICER, ConsultationState
from onetrip.domain.consultations.views import EarlierView

_MOST = 5


def earlier_consultations(*, consultation_id: str, officer_id: int) -> list[EarlierView]:
    """Return the last concluded consultations of the citizen, to the officer who talks to them now (else NotFound)."""
    rows = Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id)
    here = rows.filter(state__in=(*WITH_AN_OFFICER, ConsultationState.CONCLUDED)).first()
    if here is None:
        raise NotFound()
    earlier = Consultation.objects.filter(citizen_id=here.citizen_id, state=ConsultationState.CONCLUDED)
    return [
        EarlierView(row.item_name, row.conclusion_kind, row.conclusion_text, row.ended_at)
        for row in earlier.exclude(pk=here.pk).order_by("-ended_at", "-pk")[:_MOST]
        if row.ended_at is not None
    ]
