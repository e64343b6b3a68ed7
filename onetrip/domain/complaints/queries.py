"""Reads of complaints, named by the question they answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.complaints import rules
from onetrip.domain.complaints.models import Complaint
from onetrip.domain.complaints.rules import ANSWER_WITHIN
from onetrip.domain.complaints.states import COMPLAINT, OPEN
from onetrip.domain.complaints.views import ComplaintLine, ComplaintSums, ComplaintView, EntryView

__all__ = [
    "ANSWER_WITHIN",
    "ComplaintSums",
    "complaint",
    "complaint_for_staff",
    "complaint_sums",
    "complaints_about",
    "complaints_to_answer",
    "overdue_count",
]


def complaint(*, complaint_id: str, citizen_id: int, at: datetime) -> ComplaintView:
    """Return one of this citizen's complaints; anybody else's does not exist (NotFound)."""
    row = (
        Complaint.objects.select_related("citizen")
        .filter(public_id=complaint_id, citizen_id=citizen_id)
        .first()
    )
    if row is None:
        raise NotFound()
    return _view(row, at=at, actor="citizen")


def complaint_for_staff(*, complaint_id: str, by_user_id: int, by: Actor, at: datetime) -> ComplaintView:
    """Return a complaint to who may answer it, and note the look; to others it does not exist (NotFound)."""
    row = Complaint.objects.select_related("citizen").filter(public_id=complaint_id).first()
    roles = accounts.roles_of(by_user_id)
    if row is None or row.officer_id == by_user_id or not rules.reaches(roles, venue_code=row.venue_code):
        raise NotFound()
    record(verb="complaint.read", subject=f"complaint:{complaint_id}", by=by, at=at)
    return _view(row, at=at, actor="staff")


def _view(row: Complaint, *, at: datetime, actor: str) -> ComplaintView:
    entries = row.entries.select_related("by").order_by("at", "pk")
    return ComplaintView(
        id=row.public_id,
        about=row.about,
        subject=row.subject,
        item_name=row.item_name,
        venue_code=row.venue_code,
        citizen_name=row.citizen.name,
        state=row.state,
        filed_at=row.filed_at,
        due_at=row.due_at,
        overdue=rules.is_overdue(state=row.state, due=row.due_at, at=at),
        entries=tuple(
            EntryView(
                entry.kind, entry.words, "" if entry.by_id == row.citizen_id else entry.by.name, entry.at
            )
            for entry in entries
        ),
        can=tuple(step.verb for step in COMPLAINT if step.frm == row.state and actor in step.who),
    )


def complaints_about(*, subjects: Iterable[str], citizen_id: int, at: datetime) -> list[ComplaintLine]:
    """Return a citizen's complaints about these visits and consultations, the latest first."""
    rows = Complaint.objects.filter(subject__in=list(subjects), citizen_id=citizen_id).order_by("-filed_at")
    return [_line(row, at) for row in rows]


def _reached(venue_codes: Sequence[str] | None) -> "QuerySet[Complaint]":
    rows = Complaint.objects.all()
    return rows if venue_codes is None else rows.filter(venue_code__in=venue_codes)


def complaints_to_answer(
    *, venue_codes: Sequence[str] | None, by_user_id: int, at: datetime, limit: int = 200
) -> list[ComplaintLine]:
    """Return what waits for an answer within these venues (None: all), the most urgent first; never one's own matter.

    Those with the supervisors are shown to all who may read them: the venue learns what became of its answer.
    """
    rows = _reached(venue_codes).filter(state__in=OPEN).exclude(officer_id=by_user_id)
    found = rows.select_related("taken_by").order_by("due_at", "pk")[:limit]
    return [_line(row, at) for row in found]


def _line(row: Complaint, at: datetime) -> ComplaintLine:
    return ComplaintLine(
        id=row.public_id,
        about=row.about,
        subject=row.subject,
        item_name=row.item_name,
        venue_code=row.venue_code,
        state=row.state,
        filed_at=row.filed_at,
        due_at=row.due_at,
        overdue=rules.is_overdue(state=row.state, due=row.due_at, at=at),
        taken_by=row.taken_by.name if row.taken_by else "",
    )


def overdue_count(*, venue_codes: Sequence[str] | None, at: datetime) -> int:
    """Return how many complaints should have been answered by now."""
    return _reached(venue_codes).filter(due_at__lte=at).count()


def complaint_sums(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None, at: datetime
) -> ComplaintSums:
    """Return the sums of the complaints filed in a period; `overdue` are those of them that are late now."""
    rows = _reached(venue_codes).filter(filed_at__gte=since, filed_at__lt=until)
    found = rows.aggregate(
        filed=Count("pk"),
        answered=Count("pk", filter=Q(in_time__isnull=False)),
        in_time=Count("pk", filter=Q(in_time=True)),
        overdue=Count("pk", filter=Q(due_at__lte=at)),
    )
    return ComplaintSums(**found)
