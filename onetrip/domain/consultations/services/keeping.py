"""A place in line that is not simply stood for: kept from afar, or moved up for who need not stand long."""

from datetime import datetime

from django.db.models import F

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.errors import CallGone, NoRoomInFront
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.consultations.queries.waits import expected_wait_s, waiting_in
from onetrip.domain.consultations.services.line import end_without_conclusion
from onetrip.domain.consultations.services.matching import match_lines
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.services.telling import YOUR_TURN, tell_citizen
from onetrip.domain.consultations.states import CONSULTATION, ConsultationState

_BY = Actor.system("consultations.call_back")


def _mine(consultation_id: str, citizen_id: int) -> Consultation:
    return lock_one(Consultation.objects.filter(public_id=consultation_id, citizen_id=citizen_id))


@use_case
def keep_place(*, consultation_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Go away and be told when it is nearly one's turn. Twice is the same as once. Raises WrongState, NotFound."""
    row = _mine(consultation_id, citizen_id)
    if row.state == ConsultationState.AWAY:
        return
    row.state = CONSULTATION.next_state(row.state, "keep_place")
    row.called_at = None
    row.save(update_fields=["state", "called_at"])
    show_consultation(row)
    record(verb="consultation.keep_place", subject=f"consultation:{consultation_id}", by=by, at=at)


@use_case
def come_back(*, consultation_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Be here again, at the place that was kept. Twice is the same as once. Raises WrongState, NotFound."""
    row = _mine(consultation_id, citizen_id)
    if row.state == ConsultationState.WAITING:
        return
    row.state = CONSULTATION.next_state(row.state, "come_back")
    row.seen_at = at
    row.save(update_fields=["state", "seen_at"])
    show_consultation(row)
    record(verb="consultation.come_back", subject=f"consultation:{consultation_id}", by=by, at=at)
    match_lines([row.competence], at=at)


@use_case
def ask_to_go_first(*, consultation_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Old, disabled, pregnant: stand further in front, as far as the rule lets. Twice is the same as once.

    Raises NoRoomInFront, CallGone (not in line any more), NotFound.
    """
    row = _mine(consultation_id, citizen_id)
    if row.state != ConsultationState.WAITING:
        raise CallGone()
    if row.moved_up:
        return
    lock_name(f"line:{row.competence}")
    line = waiting_in(row.competence)
    if not rules.may_move_up(in_line=line.count(), moved_up=line.filter(moved_up=True).count()):
        raise NoRoomInFront()
    left = row.rank
    row.rank = _free_rank(row, int((row.joined_at - rules.HEAD_START).timestamp() * 1_000_000))
    row.priority = row.moved_up = True
    row.save(update_fields=["rank", "priority", "moved_up"])
    show_consultation(row, left=left)
    record(verb="consultation.go_first", subject=f"consultation:{consultation_id}", by=by, at=at)
    match_lines([row.competence], at=at)


def _free_rank(row: Consultation, wanted: int) -> int:
    taken = Consultation.objects.filter(competence=row.competence)
    while taken.filter(rank=wanted).exists():
        wanted += 1
    return wanted


def call_back_whose_turn_comes(*, at: datetime) -> int:
    """Tell those who keep a place from afar that it is nearly their turn, end the place of who did not come.

    Return how many that were; each is a use case of its own.
    """
    away = Consultation.objects.filter(state=ConsultationState.AWAY)
    late = away.filter(called_at__lte=at - rules.COME_WITHIN).values_list("pk", flat=True)
    count = sum(_did_not_come(row_key=pk, at=at) for pk in list(late))
    uncalled = away.filter(called_at__isnull=True).order_by("competence", F("rank"))
    for pk, competence, rank in list(uncalled.values_list("pk", "competence", "rank")):
        wait = expected_wait_s(competence=competence, rank=rank, at=at)
        if wait is not None and wait <= rules.CALL_BEFORE_S:
            count += _call_back(row_key=pk, at=at)
    return count


@use_case
def _call_back(*, row_key: int, at: datetime) -> int:
    rows = Consultation.objects.filter(pk=row_key, state=ConsultationState.AWAY, called_at__isnull=True)
    row = rows.select_for_update(skip_locked=True).first()
    if row is None:
        return 0
    row.called_at = at
    row.save(update_fields=["called_at"])
    show_consultation(row)
    tell_citizen(row, YOUR_TURN, at=at)
    record(verb="consultation.call_back", subject=f"consultation:{row.public_id}", by=_BY, at=at)
    return 1


@use_case
def _did_not_come(*, row_key: int, at: datetime) -> int:
    rows = Consultation.objects.filter(
        pk=row_key, state=ConsultationState.AWAY, called_at__lte=at - rules.COME_WITHIN
    )
    row = rows.select_for_update(skip_locked=True).first()
    if row is None:
        return 0
    end_without_conclusion(row, "miss", by=_BY, at=at)
    return 1
