"""A sharp photograph in mid-call: the officer asks, the citizen's phone sends it in parts, the officer marks it.

Order of locks: the upload before the case, as the parts come; the case before everything that is its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from onetrip.core import live
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.cases.errors import CaseClosed, NotInCall, StillOver, UnknownMaterial
from onetrip.domain.cases.models import Case, CasePaper, Still
from onetrip.domain.cases.queries import papers_marked, still_entry
from onetrip.domain.cases.services.papers import file_paper
from onetrip.domain.cases.states import OPEN, STILL, StillState
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.papers import services as papers


def case_in_call(case_id: str, officer_id: int) -> Case:
    """Return the case, locked, that this officer is in a call about. Raises NotFound, NotInCall."""
    row = lock_one(Case.objects.select_related("consultation").filter(public_id=case_id))
    if row.consultation is None or row.citizen_id == officer_id:
        raise NotFound()
    # Looked at with the case in hand: a call that ends at this moment finds afterwards what was asked for in it.
    call = consultations.consultation(consultation_id=row.consultation.public_id, user_id=officer_id)
    if call.state != "connected":
        raise NotInCall()
    return row


@use_case
def ask_still(*, case_id: str, material: str, officer_id: int, by: Actor, at: datetime) -> str:
    """Ask the citizen's phone for a sharp photograph of a material; what was asked for before is dropped.

    Raises UnknownMaterial, CaseClosed, NotInCall, NotFound.
    """
    row = case_in_call(case_id, officer_id)
    if row.state not in OPEN:
        raise CaseClosed()
    checklist = catalog.checklist_of(row.guide_version, row.answers)
    if material not in {line.key for line in checklist.materials}:
        raise UnknownMaterial(field="material")
    drop_stills(row)
    still = Still.objects.create(case=row, material=material, asked_by_id=officer_id, asked_at=at)
    live.change(topic=f"case:{case_id}", patch={"still": still_entry(still)})
    detail = {"material": material, "still": still.public_id}
    record(verb="case.ask_still", subject=f"case:{case_id}", by=by, at=at, detail=detail)
    return still.public_id


@use_case
def drop_still(*, case_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """The photograph is not needed any more; that none is asked for is no error. Raises NotInCall, NotFound."""
    row = case_in_call(case_id, officer_id)
    if drop_stills(row):
        record(verb="case.drop_still", subject=f"case:{case_id}", by=by, at=at)


def drop_stills(row: Case) -> bool:
    """Drop what is asked for; say whether there was something. The case is locked."""
    still = row.stills.filter(state=StillState.ASKED).first()
    if still is None:
        return False
    still.state = STILL.next_state(still.state, "drop")
    still.save(update_fields=["state"])
    live.change(topic=f"case:{row.public_id}", patch={"still": None})
    return True


@use_case
def begin_still(
    *, case_id: str, still_id: str, size: int, digest: str, citizen_id: int, by: Actor, at: datetime
) -> int:
    """Begin to send the photograph, or go on with the same one; return how many bytes are here: all, if it is filed.

    Raises StillOver, NotFound, and what papers raises: TooLarge, Unreadable.
    """
    if _is_filed(case_id, still_id, citizen_id):
        return size
    still = _asked(case_id, still_id, citizen_id)
    shown = still_entry(still)
    key, received = papers.begin_upload(key=still.upload_id, size=size, digest=digest, at=at)
    if received == 0:
        still = _still_asked(still)
        still.upload_id = key
        still.save(update_fields=["upload"])
        _show_progress(still, shown)
        record(verb="case.begin_still", subject=f"case:{case_id}", by=by, at=at, detail={"still": still_id})
    return received


@use_case
def add_to_still(
    *, case_id: str, still_id: str, offset: int, content: bytes, citizen_id: int, by: Actor, at: datetime
) -> tuple[int, bool]:
    """Take the next part; with the last one the photograph is filed. Return (bytes that are here, whether filed).

    The last part may come again: the picture is filed once. Raises StillOver, NotFound, what papers raises (NotNext,
    UploadOver, TooLarge, Unreadable) and what filing raises.
    """
    if _is_filed(case_id, still_id, citizen_id):
        return offset + len(content), True
    still = _asked(case_id, still_id, citizen_id)
    if still.upload is None:
        raise StillOver()
    shown = still_entry(still)
    received, size = papers.take_part(key=still.upload.pk, offset=offset, content=content, at=at)
    if received < size:
        _show_progress(_still_asked(still), shown)
        return received, False
    _file(still, case_id=case_id, citizen_id=citizen_id, by=by, at=at)
    return received, True


def _still_asked(still: Still) -> Still:
    """Lock the case and return the photograph as it is then; it may have been dropped meanwhile (StillOver)."""
    lock_one(Case.objects.filter(pk=still.case_id))
    found = Still.objects.select_related("case", "upload").filter(pk=still.pk, state=StillState.ASKED).first()
    if found is None:
        raise StillOver()
    return found


def begin_stills_anew(upload_key: int) -> None:
    """What had come of a photograph is deleted at the end of the use case; its upload is locked."""
    for still in Still.objects.filter(upload_id=upload_key, state=StillState.ASKED):
        row = lock_one(Case.objects.filter(pk=still.case_id))
        if row.stills.filter(pk=still.pk, upload_id=upload_key, state=StillState.ASKED).update(upload=None):
            still.upload = None
            live.change(topic=f"case:{row.public_id}", patch={"still": still_entry(still)})


def _show_progress(still: Still, shown: dict[str, Any]) -> None:
    if (entry := still_entry(still)) != shown:
        live.change(topic=f"case:{still.case.public_id}", patch={"still": entry})


def _file(still: Still, *, case_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    key = still.upload_id or 0
    whole = papers.whole_upload(key=key)
    paper_id = file_paper(
        case_id=case_id, material=still.material, upload=whole, citizen_id=citizen_id, by=by, at=at
    )
    # Filing has locked the case: what was dropped or filed meanwhile is seen here.
    paper = CasePaper.objects.get(paper__public_id=paper_id).paper
    filed = Still.objects.filter(pk=still.pk, state=StillState.ASKED)
    if not filed.update(state=STILL.next_state(still.state, "file"), paper=paper, upload=None):
        raise StillOver()
    papers.forget_upload(key=key)
    live.change(topic=f"case:{case_id}", patch={"still": None})


def _is_filed(case_id: str, still_id: str, citizen_id: int) -> bool:
    """Say whether the last answer was lost: the picture is here already."""
    rows = Still.objects.filter(public_id=still_id, case__public_id=case_id, case__citizen_id=citizen_id)
    return rows.filter(state=StillState.FILED).exists()


def _asked(case_id: str, still_id: str, citizen_id: int) -> Still:
    """Return the citizen's own photograph that is asked for. Raises StillOver, NotFound."""
    rows = Still.objects.select_related("case", "upload").filter(
        public_id=still_id, case__public_id=case_id, case__citizen_id=citizen_id
    )
    still = rows.first()
    if still is None:
        raise NotFound()
    if still.state != StillState.ASKED:
        raise StillOver()
    return still


@use_case
def mark_paper(
    *,
    case_id: str,
    paper_id: str,
    turned: int,
    crop: Any,
    marks: Sequence[Any],
    officer_id: int,
    by: Actor,
    at: datetime,
) -> None:
    """Turn a picture of the case, cut to a part, circle what is wrong; the citizen sees it at once.

    Raises NotInCall, NotFound, and what papers raises: BadMarks.
    """
    row = case_in_call(case_id, officer_id)
    filed = row.papers.filter(paper__public_id=paper_id).first()
    if filed is None:
        raise NotFound()
    papers.mark(key=filed.paper_id, turned=turned, crop=crop, marks=marks, by=by, at=at)
    live.change(topic=f"case:{case_id}", patch=papers_marked(row.pk, only=paper_id))
