"""What recordings do when a call ends, moves on, or somebody comes in or leaves."""

from onetrip.core.events import subscribe
from onetrip.domain.consultations.events import (
    CallParted,
    CompanyChanged,
    ConsultationConcluded,
    ConsultationEnded,
)
from onetrip.domain.recordings import services


@subscribe(CompanyChanged)
def ask_who_came(event: CompanyChanged) -> None:
    """Whoever comes in has not agreed yet."""
    services.company_changed(consultation_id=event.consultation_id, at=event.at)


@subscribe(ConsultationConcluded)
def end_with_the_conclusion(event: ConsultationConcluded) -> None:
    services.call_over(consultation_id=event.consultation_id, at=event.at)


@subscribe(ConsultationEnded)
def end_with_the_call(event: ConsultationEnded) -> None:
    services.call_over(consultation_id=event.consultation_id, at=event.at)


@subscribe(CallParted)
def end_with_the_picture(event: CallParted) -> None:
    """Another officer has not agreed, and without a picture there is nothing to record."""
    services.call_over(consultation_id=event.consultation_id, at=event.at)
