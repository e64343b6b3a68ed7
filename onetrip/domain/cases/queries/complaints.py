"""What of an errand can be complained about, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.domain.cases.models import CaseConsultation, CaseTicket, Visit
from onetrip.domain.cases.views import Grievances
from onetrip.domain.complaints import queries as complaints
from onetrip.domain.complaints.states import About
from onetrip.domain.consultations.states import LIVE


@dataclass(frozen=True)
class Subject:
    """A visit (by its ticket) or a consultation: where it was, and who served or talked."""

    subject: str
    venue_code: str
    officer_id: int | None


def last_visit(case_key: int) -> Subject | None:
    """Return the last visit of a case."""
    rows = Visit.objects.filter(case_id=case_key).order_by("-number")
    found = rows.values_list("ticket__public_id", "venue__code", "officer_id").first()
    return Subject(*found) if found else None


def last_consultation(case_key: int) -> Subject | None:
    """Return the last consultation of a case in which an officer was reached, or wrote, and that is over."""
    rows = CaseConsultation.objects.filter(case_id=case_key, consultation__officer__isnull=False)
    over = rows.exclude(consultation__state__in=LIVE).order_by("-pk")
    found = over.values_list(
        "consultation__public_id", "consultation__post__desk__venue__code", "consultation__officer_id"
    ).first()
    return Subject(found[0], found[1] or "", found[2]) if found else None


def grievances(*, case_id: str, citizen_id: int, at: datetime) -> Grievances:
    """Return what this citizen may still complain about, and the complaints so far; nothing for a stranger's case."""
    tickets = CaseTicket.objects.filter(case__public_id=case_id, case__citizen_id=citizen_id)
    calls = CaseConsultation.objects.filter(case__public_id=case_id, case__citizen_id=citizen_id)
    case_key = (
        tickets.values_list("case_id", flat=True).first() or calls.values_list("case_id", flat=True).first()
    )
    if case_key is None:
        return Grievances((), ())
    subjects = [
        *tickets.values_list("ticket__public_id", flat=True),
        *calls.values_list("consultation__public_id", flat=True),
    ]
    made = complaints.complaints_about(subjects=subjects, citizen_id=citizen_id, at=at)
    known = {line.subject for line in made}
    possible = {About.VISIT: last_visit(case_key), About.CONSULTATION: last_consultation(case_key)}
    return Grievances(
        tuple(str(about) for about, found in possible.items() if found and found.subject not in known),
        tuple(made),
    )


def case_of_subject(subject: str) -> str | None:
    """Return the case that a complaint's visit or consultation belongs to."""
    rows = CaseTicket.objects.filter(ticket__public_id=subject).values_list("case__public_id", flat=True)
    calls = CaseConsultation.objects.filter(consultation__public_id=subject)
    return rows.first() or calls.values_list("case__public_id", flat=True).first()
