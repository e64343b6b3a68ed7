"""Who has agreed on a time stands in front when it comes."""

from datetime import datetime

from django.db.models import Min

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_name
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import AgreedTime, Consultation
from onetrip.domain.consultations.services.matching import match_lines
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.states import AGREED, AgreedState, ConsultationState


def rank_in_front(row: Consultation, line: str) -> int:
    """Return a rank before everybody's who waits in the line; the own one where that is so already."""
    others = Consultation.objects.filter(competence=line).exclude(pk=row.pk)
    first = others.filter(state=ConsultationState.WAITING).aggregate(first=Min("rank"))["first"]
    wanted: int = row.rank if first is None else min(row.rank, first - 1)
    while others.filter(rank=wanted).exists():
        wanted -= 1
    return wanted


def honour_agreed_time(row: Consultation, *, by: Actor, at: datetime) -> None:
    """Put who has just joined the line in front, if this is the time they have agreed on."""
    agreed = AgreedTime.objects.filter(
        citizen_id=row.citizen_id, competence=row.competence, state=AgreedState.AGREED
    )
    time = agreed.select_for_update().first()
    if time is not None and rules.may_come(starts_at=time.starts_at, at=at):
        honour(row, time, by=by, at=at)


def honour(row: Consultation, time: AgreedTime, *, by: Actor, at: datetime) -> None:
    """Put a locked waiting consultation in front for a locked time, which is kept with it."""
    lock_name(f"line:{row.competence}")
    left, row.rank = row.rank, rank_in_front(row, row.competence)
    row.save(update_fields=["rank"])
    time.state = AGREED.next_state(time.state, "come")
    time.consultation, time.ended_at = row, at
    time.save(update_fields=["state", "consultation", "ended_at"])
    show_consultation(row, left=left if left != row.rank else None)
    record(verb="agreed_time.come", subject=f"agreed_time:{time.public_id}", by=by, at=at)
    match_lines([row.competence], at=at)
