"""Agreeing on a time, giving it back, and what happens when it comes."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import services as accounts
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.errors import AlreadyAgreed, TimesMissed, TimeTaken
from onetrip.domain.consultations.models import AgreedTime, Consultation
from onetrip.domain.consultations.queries.agreed import hours_of, missed_of_late
from onetrip.domain.consultations.services.agreed.honouring import honour
from onetrip.domain.consultations.states import AGREED, AgreedState, ConsultationState

REMINDER = "consultations.agreed_time"
_SYSTEM = Actor.system("consultations.agreed_times")


@use_case
def agree_on_time(
    *,
    citizen_id: int,
    competence: str,
    item_code: str,
    item_name: str,
    starts_at: datetime,
    by: Actor,
    at: datetime,
) -> str:
    """Agree on a time for a video call and return its id.

    Raises TimeTaken, AlreadyAgreed, TimesMissed.
    """
    if missed_of_late(citizen_id=citizen_id, at=at) >= rules.MOST_MISSED:
        raise TimesMissed()
    lock_name(f"agreed:{competence}:{starts_at.isoformat()}")
    if AgreedTime.objects.filter(citizen_id=citizen_id, state=AgreedState.AGREED).exists():
        raise AlreadyAgreed()
    there = AgreedTime.objects.filter(competence=competence, starts_at=starts_at, state=AgreedState.AGREED)
    taken = set(there.values_list("place", flat=True))
    if starts_at not in rules.free_times(
        hours=hours_of(competence, at=at), taken={starts_at: len(taken)}, at=at
    ):
        raise TimeTaken()
    row = AgreedTime.objects.create(
        citizen_id=citizen_id, competence=competence, item_code=item_code, item_name=item_name, starts_at=starts_at,
        place=next(place for place in range(len(taken) + 1) if place not in taken), agreed_at=at,
    )  # fmt: skip
    record(verb="agreed_time.agree", subject=f"agreed_time:{row.public_id}", by=by, at=at)
    return row.public_id


@use_case
def cancel_time(*, agreed_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Give a time back. Twice is the same as once. Raises WrongState once it is over, NotFound."""
    row = lock_one(AgreedTime.objects.filter(public_id=agreed_id, citizen_id=citizen_id))
    if row.state == AgreedState.CANCELLED:
        return
    _end(row, "cancel", by=by, at=at)


def _end(row: AgreedTime, verb: str, *, by: Actor, at: datetime) -> None:
    row.state = AGREED.next_state(row.state, verb)
    row.ended_at = at
    row.save(update_fields=["state", "ended_at"])
    record(verb=f"agreed_time.{verb}", subject=f"agreed_time:{row.public_id}", by=by, at=at)


def look_after_times(*, at: datetime) -> int:
    """Remind, put in front who waits already, and note who did not come; return how many. Each is a use case."""
    agreed = AgreedTime.objects.filter(state=AgreedState.AGREED, starts_at__lte=at + rules.REMIND_BEFORE)
    return sum(_look_after(key=key, at=at) for key in list(agreed.values_list("pk", flat=True)))


@use_case
def _look_after(*, key: int, at: datetime) -> int:
    found = AgreedTime.objects.filter(pk=key, state=AgreedState.AGREED).values_list(
        "citizen_id", "competence"
    )
    for citizen_id, competence in found:
        waiting = Consultation.objects.filter(
            citizen_id=citizen_id, competence=competence, state=ConsultationState.WAITING
        ).select_for_update(of=("self",))
        here = waiting.first()
        row = (
            AgreedTime.objects.select_for_update(skip_locked=True)
            .filter(pk=key, state=AgreedState.AGREED)
            .first()
        )
        if row is None:
            return 0
        if here is not None and rules.may_come(starts_at=row.starts_at, at=at):
            honour(here, row, by=_SYSTEM, at=at)
            return 1
        if at > row.starts_at + rules.COME_LATE:
            _end(row, "miss", by=_SYSTEM, at=at)
            return 1
        if row.reminded_at is None:
            _remind(row, at=at)
            return 1
    return 0


def _remind(row: AgreedTime, *, at: datetime) -> None:
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    accounts.tell(
        citizen_id=row.citizen_id,
        template=REMINDER,
        params={"item": row.item_name, "when": row.starts_at},
        expires_at=row.starts_at + rules.COME_LATE,
        dedupe=f"{REMINDER}:{row.public_id}",
        about=f"agreed_time:{row.public_id}",
        at=at,
    )
