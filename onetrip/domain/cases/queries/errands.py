"""An errand as its owner, officers and pages see it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound, Refusal
from onetrip.core.ready import Ready
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case, CaseConsultation, CaseMaterial, CaseTicket, Visit
from onetrip.domain.cases.queries.pictures import papers_filed, papers_marked, still_asked
from onetrip.domain.cases.states import CASE, OPEN, CaseState
from onetrip.domain.cases.views import (
    CaseMaterialView,
    CaseSummary,
    CaseView,
    ErrandToBook,
    GuideNews,
    VisitView,
)
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations.states import LIVE as LIVE_CONSULTATION
from onetrip.domain.venues import queries as venues


def _rows() -> "QuerySet[Case]":
    return Case.objects.select_related(
        "citizen", "consultation__post__desk__venue", "appointment__slot__schedule__venue", "ticket__venue"
    )


_OWN = Ready(
    lambda case_id, citizen_id: _rows().filter(public_id=case_id, citizen_id=citizen_id),
    case_id=str,
    citizen_id=int,
)
_VERDICTS = Ready(
    lambda case_row: CaseMaterial.objects.filter(case_id=case_row).select_related("by"), case_row=int
)
_VISITS = Ready(
    lambda case_row: Visit.objects.filter(case_id=case_row).select_related("venue").order_by("number"),
    case_row=int,
)


def case(*, case_id: str, citizen_id: int) -> CaseView:
    """Return one of this citizen's cases; anybody else's does not exist (NotFound)."""
    row = _OWN.first(case_id=case_id, citizen_id=citizen_id)
    if row is None:
        raise NotFound()
    return _view(row)


_TO_BOOK: Ready[tuple[Any, ...]] = Ready(
    lambda case_id, citizen_id: Case.objects.filter(public_id=case_id, citizen_id=citizen_id).values_list(
        "competence", "guide_version", "answers", "subdistrict_code", "trips",
        "appointment__state", "appointment__units", "appointment__visit_id",
    ),
    case_id=str,
    citizen_id=int,
)  # fmt: skip


def errand_to_book(*, case_id: str, citizen_id: int) -> ErrandToBook:
    """Return what choosing a place and a time asks of a citizen's case, in one query; raises as case."""
    row = _TO_BOOK.first(case_id=case_id, citizen_id=citizen_id)
    if row is None:
        raise NotFound()
    competence, version, answers, subdistrict, trips, state, units, visit = row
    guide = catalog.guide_version(version)
    checklist = catalog.checklist_of(version, answers)
    return ErrandToBook(
        id=case_id,
        item_name=guide.name,
        competence=competence,
        territory=checklist.territory,
        subdistrict_code=subdistrict or None,
        appointment_state=state,
        minutes=checklist.minutes,
        online=checklist.online if checklist.finish_online else None,
        units_booked=units or 1,
        visit_booked=visit or "",
        sent_back=trips > 0,
    )


def case_for_staff(*, case_id: str, by_user_id: int, by: Actor, at: datetime) -> CaseView:
    """Return a case to an officer who deals with it, and note the look. To others it does not exist (NotFound).

    Who deals with it: the officers of its consultations and whoever leads those posts' venues, staff of the venues
    where it is booked, waits or was, supervisors.
    """
    row = _rows().filter(public_id=case_id).first()
    if row is None or not _deals_with(row, by_user_id):
        raise NotFound()
    record(verb="case.read", subject=f"case:{case_id}", by=by, at=at)
    return _view(row)


def case_for_guest(*, case_id: str, user_id: int, by: Actor, at: datetime) -> CaseView:
    """Return a case to somebody who is in its call as a guest, and note the look. To others it does not exist."""
    row = _rows().filter(public_id=case_id).first()
    if row is None or not _helps_with(row, user_id):
        raise NotFound()
    record(verb="case.read", subject=f"case:{case_id}", by=by, at=at)
    return _view(row)


def _helps_with(row: Case, user_id: int) -> bool:
    call = row.consultation
    return call is not None and consultations.is_guest(consultation_id=call.public_id, user_id=user_id)


def _deals_with(row: Case, user_id: int) -> bool:
    roles = accounts.roles_of(user_id)
    if any(role.role == "supervisor" for role in roles):
        return True
    calls = row.consultations.values_list("consultation__officer_id", "consultation__post__desk__venue__code")
    for officer_id, code in calls:
        if officer_id == user_id:
            return True
        if code is not None and accounts.may(roles, "lead_venue", venue_code=code):
            return True
    places = {row.appointment.slot.schedule.venue.code} if row.appointment else set()
    places |= set(row.tickets.values_list("ticket__venue__code", flat=True))
    return any(accounts.may(roles, "serve_window", venue_code=code) for code in places)


def may_watch(*, case_id: str, user_id: int) -> bool:
    """Say whether the user has to do with the case: its owner, or an officer who deals with it."""
    row = _rows().filter(public_id=case_id).first()
    return row is not None and (row.citizen_id == user_id or _deals_with(row, user_id))


def may_follow(*, case_id: str, user_id: int) -> bool:
    """Say whether the user may follow the case live: who has to do with it, or a guest in its call. They only look."""
    if may_watch(case_id=case_id, user_id=user_id):
        return True
    row = _rows().filter(public_id=case_id).first()
    return row is not None and _helps_with(row, user_id)


def _in_consultation(row: Case) -> bool:
    return row.consultation is not None and row.consultation.state in LIVE_CONSULTATION


def _held(row: Case) -> bool:
    return row.appointment is not None and row.appointment.state == AppointmentState.HELD


def _next_step(row: Case) -> str:
    return rules.next_step_of(
        state=row.state,
        in_consultation=_in_consultation(row),
        held=_held(row),
        conclusion_kind=row.conclusion_kind,
    )


def _view(row: Case) -> CaseView:
    guide = catalog.guide_version(row.guide_version)
    checklist = catalog.checklist_of(row.guide_version, row.answers)
    verdicts = {verdict.material: verdict for verdict in _VERDICTS.all(case_row=row.pk)}
    appointment = row.appointment
    return CaseView(
        id=row.public_id,
        state=row.state,
        item_code=row.item_code,
        item_name=guide.name,
        competence=row.competence,
        territory=checklist.territory,
        guide_version=row.guide_version,
        guide_changed=_guide_changed(row),
        answers=row.answers,
        answer_texts=_in_words(guide, row.answers),
        checklist=checklist,
        materials=[_material(line, verdicts.get(line.key)) for line in checklist.materials],
        subdistrict_code=row.subdistrict_code or None,
        citizen_name=row.citizen.name if row.citizen else "",
        consultation_id=row.consultation.public_id if row.consultation else None,
        consultation_live=_in_consultation(row),
        conclusion_kind=row.conclusion_kind or None,
        conclusion_text=row.conclusion_text,
        appointment_id=appointment.public_id if appointment else None,
        appointment_state=appointment.state if appointment else None,
        ticket_id=row.ticket.public_id if row.ticket else None,
        goes_first=row.trips > 0 and row.state in OPEN,
        visits=_visit_views(row, checklist),
        opened_at=row.opened_at,
        step=rules.step_of(state=row.state, in_consultation=_in_consultation(row)),
        next_step=_next_step(row),
        can=tuple(CASE.verbs_from(row.state)),
    )


def _in_words(guide: catalog.Guide, answers: dict[str, str]) -> list[tuple[str, str]]:
    words = {question.key: (question.text, dict(question.choices)) for question in guide.questions}
    return [
        (words[key][0], words[key][1].get(value, value)) for key, value in answers.items() if key in words
    ]


def _visit_views(row: Case, checklist: catalog.Checklist) -> list[VisitView]:
    names = {line.key: line.name for line in checklist.materials}
    return [
        VisitView(
            number=visit.number,
            venue_name=venues.named(visit.venue),
            outcome=visit.outcome,
            reason=visit.reason,
            material_name=names.get(visit.material),
            note=visit.note,
            at=visit.at,
            stars=visit.stars,
        )
        for visit in _VISITS.all(case_row=row.pk)
    ]


def _guide_changed(row: Case) -> bool:
    try:
        return catalog.guide_of(row.item_code).version_id != row.guide_version
    except NotFound:
        return True


def guide_news(*, case_id: str, citizen_id: int) -> GuideNews:
    """Return what the guide asks now that it did not ask when the citizen was told; nothing new: three empty lists.

    A guide that was withdrawn, or that asks questions nobody has answered, says so as `ask_again`. Raises as case.
    """
    row = _OWN.first(case_id=case_id, citizen_id=citizen_id)
    if row is None:
        raise NotFound()
    told = _lines(catalog.guide_version(row.guide_version), row.answers)
    try:
        now = catalog.complete_checklist(catalog.guide_of(row.item_code), row.answers)
    except Refusal:
        return GuideNews(ask_again=True)
    current = {line.key: line for line in now.materials}
    return GuideNews(
        added=[line.name for key, line in current.items() if key not in told],
        dropped=[line.name for key, line in told.items() if key not in current],
        changed=[
            line.name
            for key, line in current.items()
            if key in told and (line.form, line.count) != (told[key].form, told[key].count)
        ],
    )


def _lines(guide: catalog.Guide, answers: dict[str, str]) -> dict[str, catalog.MaterialLine]:
    return {line.key: line for line in catalog.personal_checklist(guide, answers).materials}


def _material(line: catalog.MaterialLine, verdict: CaseMaterial | None) -> CaseMaterialView:
    if verdict is None:
        return CaseMaterialView(line=line, verdict=None, reason="", by_name=None, at=None)
    return CaseMaterialView(
        line=line, verdict=verdict.verdict, reason=verdict.reason, by_name=verdict.by.name, at=verdict.at
    )


def cases_of(*, citizen_id: int, limit: int = 50) -> list[CaseSummary]:
    """Return a citizen's errands, what is under way first. One query."""
    rows = list(_rows().filter(citizen_id=citizen_id).order_by("-changed_at")[:limit])
    over = (CaseState.DONE, CaseState.WITHDRAWN)
    rows.sort(key=lambda row: row.state in over)
    return [
        CaseSummary(
            id=row.public_id,
            state=row.state,
            item_code=row.item_code,
            item_name=row.item_name,
            step=rules.step_of(state=row.state, in_consultation=_in_consultation(row)),
            next_step=_next_step(row),
            starts_at=row.appointment.slot.starts_at
            if row.state == CaseState.BOOKED and row.appointment
            else None,
            venue_name=venues.named(row.appointment.slot.schedule.venue) if row.appointment else None,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def case_of_consultation(*, consultation_id: str) -> str | None:
    """Return the case a consultation is about."""
    rows = CaseConsultation.objects.filter(consultation__public_id=consultation_id)
    return rows.values_list("case__public_id", flat=True).first()


def cases_of_appointments(appointment_ids: Iterable[str]) -> dict[str, str]:
    """Return the case of each of these appointments that a case has now: appointment's id → case's."""
    rows = Case.objects.filter(appointment__public_id__in=set(appointment_ids))
    return dict(rows.values_list("appointment__public_id", "public_id"))


def case_of_ticket(*, ticket_id: str) -> str | None:
    """Return the case a ticket is for."""
    rows = CaseTicket.objects.filter(ticket__public_id=ticket_id)
    return rows.values_list("case__public_id", flat=True).first()


def case_document(case_id: str) -> dict[str, Any]:
    """Build the live document of `case:<id>`: state, next step, verdicts; raises NotFound."""
    row = _rows().filter(public_id=case_id).first()
    if row is None:
        raise NotFound()
    materials = {verdict.material: verdict_entry(verdict) for verdict in row.verdicts.all()}
    entry = {key: value for key, value in case_entry(row).items() if value is not None}
    return {
        **entry,
        "materials": materials,
        "papers": papers_filed(row.pk),
        "marked": {},
        **papers_marked(row.pk),
        **still_asked(row.pk),
    }


def case_entry(row: Case) -> dict[str, Any]:
    """Return the fields of the live document that stand for the case itself."""
    return {
        "state": str(row.state),
        "next_step": _next_step(row),
        "conclusion": str(row.conclusion_kind) or None,
        "ticket": row.ticket.public_id if row.ticket and row.state == CaseState.ARRIVED else None,
        "fee": str(row.order.state) if row.order else None,
    }


def verdict_entry(verdict: CaseMaterial) -> dict[str, Any]:
    """Return one verdict as it stands in the live document."""
    return {"verdict": str(verdict.verdict), "reason": verdict.reason}
