"""Opening an errand, asking an officer about it, and the officer's verdicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from onetrip.core import live
from onetrip.core.audit import Actor, record
from onetrip.core.errors import Busy, NotFound
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.ready import Ready, save
from onetrip.core.unit import use_case
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.errors import CaseClosed, ReasonMissing, UnknownMaterial, UnknownVerdict
from onetrip.domain.cases.models import Case, CaseConsultation, CaseMaterial
from onetrip.domain.cases.queries import case_entry, may_watch, verdict_entry
from onetrip.domain.cases.states import BEFORE_BOOKING, CASE, OPEN, CaseState, Verdict
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services


def show_case(row: Case, **changes: Any) -> None:
    """Tell the pages that follow the case how it stands now."""
    live.change(topic=f"case:{row.public_id}", patch={**case_entry(row), **changes})


def move_case(row: Case, verb: str, *, also: Sequence[str] = (), by: Actor, at: datetime) -> None:
    """Move a locked case along its table, save that (and the fields named in `also`), show it, note it."""
    row.state = CASE.next_state(row.state, verb)
    row.changed_at = at
    save(row, "state", "changed_at", *also)
    show_case(row)
    record(verb=f"case.{verb}", subject=f"case:{row.public_id}", by=by, at=at)


_OWN = Ready(
    lambda case_id, citizen_id: Case.objects.select_related("consultation", "appointment", "order").filter(
        public_id=case_id, citizen_id=citizen_id
    ),
    case_id=str,
    citizen_id=int,
)


def own_case(case_id: str, citizen_id: int) -> Case:
    """Read a citizen's case without locking it; raises NotFound for a stranger's."""
    found = _OWN.first(case_id=case_id, citizen_id=citizen_id)
    if found is None:
        raise NotFound()
    return found


@use_case
def open_case(
    *,
    citizen_id: int | None,
    item_code: str,
    answers: Mapping[str, str],
    subdistrict_code: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Begin an errand and return the case's id. An errand for this item that is not booked yet takes the new answers.

    Raises AnswersIncomplete, AnswerUnknown, ItemNotFound.
    """
    guide = catalog.guide_of(item_code)
    checklist = catalog.complete_checklist(guide, answers)
    return begin(
        citizen_id=citizen_id,
        guide=guide,
        answers=dict(checklist.answers),
        competence=checklist.competence,
        subdistrict_code=subdistrict_code or "",
        by=by,
        at=at,
    ).public_id


def begin(
    *,
    citizen_id: int | None,
    guide: catalog.Guide,
    answers: dict[str, str],
    competence: str,
    subdistrict_code: str,
    by: Actor,
    at: datetime,
) -> Case:
    """Make the case, or bring the citizen's open one up to date as long as nothing is booked."""
    mine = Case.objects.filter(citizen_id=citizen_id, item_code=guide.item_code, state__in=OPEN)
    row = mine.select_for_update().first() if citizen_id is not None else None
    if row is not None and row.state not in BEFORE_BOOKING:
        return row
    told = {"guide_version": guide.version_id, "answers": answers, "competence": competence, "changed_at": at}
    if row is None:
        row = Case(
            citizen_id=citizen_id,
            item_code=guide.item_code,
            item_name=guide.name,
            category_code=guide.category_code,
            state=CaseState.PREPARING,
            opened_at=at,
        )
    for field, value in told.items():
        setattr(row, field, value)
    row.subdistrict_code = subdistrict_code or row.subdistrict_code
    row.save()
    show_case(row)
    record(verb="case.open", subject=f"case:{row.public_id}", by=by, at=at, detail={"item": guide.item_code})
    return row


@use_case
def withdraw_case(*, case_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Give the errand up, and with it a place that is only held; a booked one is cancelled first.

    Raises WrongState, Busy where a place is taken for it at this moment, NotFound.
    """
    lock_name(f"ask:{citizen_id}")  # or somebody would wait in a line about nothing
    row = own_case(case_id, citizen_id)
    if row.consultation is not None:
        consultation_services.leave(
            consultation_id=row.consultation.public_id, citizen_id=citizen_id, by=by, at=at
        )
    place = row.appointment
    if place is not None and booking_services.hold_still(
        appointment_id=place.public_id, state=AppointmentState.HELD
    ):
        booking_services.cancel_appointment(appointment_id=place.public_id, by=by, at=at)
    locked = lock_one(Case.objects.filter(pk=row.pk))
    if locked.appointment_id != row.appointment_id:
        raise Busy()
    move_case(locked, "withdraw", by=by, at=at)
    if row.order_id is not None:
        defer("cases.settle_fee", case=case_id)


@use_case
def ask_officer(*, case_id: str, citizen_id: int, mode: str = "video", by: Actor, at: datetime) -> str:
    """Join the line for a face-to-face consultation and return its id. Asking twice finds the first.

    Raises CaseClosed, AlreadyInLine (about another errand), NotFound.
    """
    # A second tap waits here and then finds what the first one made. (The case's own row is locked after the line's.)
    lock_name(f"ask:{citizen_id}")
    row = own_case(case_id, citizen_id)
    if row.state not in OPEN:
        raise CaseClosed()
    waiting = consultations.live_consultation_of(citizen_id=citizen_id)
    if row.consultation is not None and row.consultation.public_id == waiting:
        return row.consultation.public_id
    consultation_id = consultation_services.join_line(
        citizen_id=citizen_id,
        competence=row.competence,
        item_code=row.item_code,
        item_name=row.item_name,
        mode=mode,
        by=by,
        at=at,
    )
    locked = lock_one(Case.objects.filter(pk=row.pk))
    if locked.state not in OPEN:
        raise CaseClosed()
    locked.consultation_id = consultations.consultation_key(consultation_id)
    locked.changed_at = at
    locked.save(update_fields=["consultation", "changed_at"])
    CaseConsultation.objects.create(case=locked, consultation_id=locked.consultation_id)
    show_case(locked)
    return consultation_id


@use_case
def agree_on_call_time(
    *, case_id: str, citizen_id: int, starts_at: datetime, by: Actor, at: datetime
) -> None:
    """Agree on a time for a video call about this errand. Raises CaseClosed, NotFound, and as consultations does."""
    row = own_case(case_id, citizen_id)
    if row.state not in OPEN:
        raise CaseClosed()
    consultation_services.agree_on_time(
        citizen_id=citizen_id,
        competence=row.competence,
        item_code=row.item_code,
        item_name=row.item_name,
        starts_at=starts_at,
        by=by,
        at=at,
    )


@use_case
def give_verdict(
    *, case_id: str, material: str, verdict: str, reason: str = "", officer_id: int, by: Actor, at: datetime
) -> None:
    """Say of one material whether it will do; the citizen sees it at once.

    Raises UnknownMaterial, UnknownVerdict, ReasonMissing (fix and missing need one), CaseClosed, NotFound.
    """
    if not may_watch(case_id=case_id, user_id=officer_id):
        raise NotFound()
    row = lock_one(Case.objects.filter(public_id=case_id))
    if row.citizen_id == officer_id:
        raise NotFound()  # nobody passes their own papers
    if row.state not in OPEN:
        raise CaseClosed()
    checklist = catalog.checklist_of(row.guide_version, row.answers)
    if material not in {line.key for line in checklist.materials}:
        raise UnknownMaterial(field="material")
    if verdict not in Verdict.values:
        raise UnknownVerdict(field="verdict")
    if verdict in rules.NEEDS_REASON and verdict != Verdict.MISSING and not reason.strip():
        raise ReasonMissing(field="reason")
    given, _made = CaseMaterial.objects.update_or_create(
        case=row,
        material=material,
        defaults={"verdict": verdict, "reason": reason.strip()[:500], "by_id": officer_id, "at": at},
    )
    show_case(row, materials={material: verdict_entry(given)})
    detail = {"material": material, "verdict": verdict}
    record(verb="case.verdict", subject=f"case:{case_id}", by=by, at=at, detail=detail)
