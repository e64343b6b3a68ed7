"""Use cases of complaints."""

from datetime import datetime, timedelta

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services as accounts_services
from onetrip.domain.complaints import rules
from onetrip.domain.complaints.errors import OnlySupervisors, OwnMatter, WordsMissing
from onetrip.domain.complaints.models import Complaint, Entry
from onetrip.domain.complaints.states import COMPLAINT, OPEN, ComplaintState, EntryKind

__all__ = [
    "ANSWERED",
    "accept",
    "answer",
    "close_silent",
    "file_complaint",
    "forget_words",
    "hand_over",
    "object_to",
    "take",
    "withdraw",
]

ANSWERED = "complaints.answered"
_TELL_WITHIN = timedelta(days=3)


@use_case
def file_complaint(
    *,
    about: str,
    subject: str,
    item_name: str,
    venue_code: str,
    officer_id: int | None,
    citizen_id: int,
    words: str,
    by: Actor,
    at: datetime,
) -> str:
    """Take a complaint in and return its id. Whether it is this citizen's to make was asked above.

    Raises WordsMissing, AlreadyComplained.
    """
    said = _said(words)
    row = Complaint.objects.create(
        about=about,
        subject=subject,
        item_name=item_name,
        venue_code=venue_code,
        officer_id=officer_id,
        citizen_id=citizen_id,
        filed_at=at,
        due_at=rules.due_at(at),
    )
    _say(row, EntryKind.COMPLAINT, said, citizen_id, at)
    record(verb="complaint.file", subject=f"complaint:{row.public_id}", by=by, at=at, detail={"about": about})
    return row.public_id


def _said(words: str) -> str:
    said = words.strip()[: rules.MOST_CHARACTERS]
    if not said:
        raise WordsMissing(field="words")
    return said


def _say(row: Complaint, kind: EntryKind, words: str, user_id: int, at: datetime) -> None:
    Entry.objects.create(complaint=row, kind=kind, words=words, by_id=user_id, at=at)


def _move(row: Complaint, verb: str, *, by: Actor, at: datetime) -> None:
    row.state = COMPLAINT.next_state(row.state, verb)
    if row.state not in OPEN:
        row.due_at = None
    if row.state in (ComplaintState.CLOSED, ComplaintState.WITHDRAWN):
        row.closed_at = at
    row.save()
    record(verb=f"complaint.{verb}", subject=f"complaint:{row.public_id}", by=by, at=at)


def _to_answer(complaint_id: str, user_id: int) -> Complaint:
    """Lock a complaint for who may answer it. Raises OwnMatter, OnlySupervisors, NotFound."""
    row = lock_one(Complaint.objects.filter(public_id=complaint_id))
    roles = accounts.roles_of(user_id)
    if not rules.reaches(roles, venue_code=row.venue_code):
        raise NotFound()
    if row.officer_id == user_id:
        raise OwnMatter()
    if row.state == ComplaintState.ESCALATED and not rules.is_supervisor(roles):
        raise OnlySupervisors()
    return row


@use_case
def take(*, complaint_id: str, staff_id: int, by: Actor, at: datetime) -> None:
    """Say that one looks into it; a colleague may take it over. Raises as answer."""
    row = _to_answer(complaint_id, staff_id)
    row.taken_by_id = staff_id
    _move(row, "take", by=by, at=at)


@use_case
def answer(*, complaint_id: str, staff_id: int, words: str, by: Actor, at: datetime) -> None:
    """Answer in writing; the citizen is told. After an objection it is the supervisors' last word.

    Raises WordsMissing, OwnMatter, OnlySupervisors, WrongState, NotFound.
    """
    row = _to_answer(complaint_id, staff_id)
    said = _said(words)
    is_last = row.state == ComplaintState.ESCALATED
    if not is_last:
        row.answered_at, row.in_time = at, row.due_at is not None and at < row.due_at
    _move(row, "answer", by=by, at=at)
    _say(row, EntryKind.LAST_WORD if is_last else EntryKind.ANSWER, said, staff_id, at)
    _tell(row, at)


def _tell(row: Complaint, at: datetime) -> None:
    accounts_services.tell(
        citizen_id=row.citizen_id,
        template=ANSWERED,
        params={"item": row.item_name},
        expires_at=at + _TELL_WITHIN,
        about=f"complaint:{row.public_id}",
        target=f"complaint:{row.public_id}",
        at=at,
    )


def _own(complaint_id: str, citizen_id: int) -> Complaint:
    return lock_one(Complaint.objects.filter(public_id=complaint_id, citizen_id=citizen_id))


@use_case
def object_to(*, complaint_id: str, citizen_id: int, words: str, by: Actor, at: datetime) -> None:
    """Say why the answer is not enough, once: a supervisor answers then. Raises WordsMissing, WrongState, NotFound."""
    row = _own(complaint_id, citizen_id)
    said = _said(words)
    row.due_at = rules.due_at(at)
    _move(row, "object", by=by, at=at)
    _say(row, EntryKind.OBJECTION, said, citizen_id, at)


@use_case
def accept(*, complaint_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Be content with the answer. Raises WrongState, NotFound."""
    _move(_own(complaint_id, citizen_id), "accept", by=by, at=at)


@use_case
def withdraw(*, complaint_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Take the complaint back before it is answered. Raises WrongState, NotFound."""
    _move(_own(complaint_id, citizen_id), "withdraw", by=by, at=at)


@use_case
def close_silent(*, by: Actor, at: datetime, limit: int = 200) -> int:
    """Close what was answered long enough ago without an objection; return how many."""
    due = Complaint.objects.filter(
        state=ComplaintState.ANSWERED, answered_at__lte=at - rules.OBJECT_WITHIN
    ).order_by("pk")
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    for row in rows:
        _move(row, "accept", by=by, at=at)
    return len(rows)


@use_case
def forget_words(*, at: datetime, limit: int = 200) -> int:
    """Delete the words of what was closed two years ago; the counts stay. Return how many."""
    old = Complaint.objects.filter(closed_at__lte=at - rules.WORDS_KEPT, forgotten_at__isnull=True).order_by(
        "pk"
    )
    rows = list(old.select_for_update(skip_locked=True)[:limit])
    Entry.objects.filter(complaint__in=rows).delete()
    Complaint.objects.filter(pk__in=[row.pk for row in rows]).update(forgotten_at=at)
    return len(rows)


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give complaints, and what was written in them, of one citizen to another (row numbers)."""
    Complaint.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
    Entry.objects.filter(by_id=from_id).update(by_id=to_id)
