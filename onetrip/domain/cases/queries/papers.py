"""Photographs of papers as they are filed to the materials of a case."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.cases.models import CaseMaterial, CasePaper
from onetrip.domain.cases.queries.errands import may_watch
from onetrip.domain.cases.states import Verdict
from onetrip.domain.cases.views import Agreement, VisitRow
from onetrip.domain.papers import queries as papers
from onetrip.domain.papers.states import HINTS, CheckState
from onetrip.domain.papers.views import PaperView

Filed = dict[str, list[PaperView]]


def papers_of(*, case_id: str, citizen_id: int) -> Filed:
    """Return the citizen's own pictures by material, the oldest first; nothing for a stranger's case."""
    return _by_material(CasePaper.objects.filter(case__public_id=case_id, case__citizen_id=citizen_id))


def papers_for_staff(*, case_id: str, by_user_id: int, by: Actor, at: datetime) -> Filed:
    """Return the pictures to an officer who deals with the case, and note the look. Raises NotFound."""
    _require_staff(case_id, by_user_id)
    record(verb="case.papers", subject=f"case:{case_id}", by=by, at=at)
    return _by_material(CasePaper.objects.filter(case__public_id=case_id))


def paper_picture(*, case_id: str, paper_id: str, citizen_id: int) -> tuple[bytes, str]:
    """Return (picture, content type) to the citizen who sent it; NotFound for anybody else."""
    rows = CasePaper.objects.filter(case__public_id=case_id, case__citizen_id=citizen_id)
    return _picture(rows.filter(paper__public_id=paper_id).values_list("paper_id", flat=True).first())


def paper_picture_for_staff(
    *, case_id: str, paper_id: str, by_user_id: int, by: Actor, at: datetime
) -> tuple[bytes, str]:
    """Return (picture, content type) to an officer who deals with the case; every look is noted. Raises NotFound."""
    _require_staff(case_id, by_user_id)
    rows = CasePaper.objects.filter(case__public_id=case_id, paper__public_id=paper_id)
    found = _picture(rows.values_list("paper_id", flat=True).first())
    record(verb="paper.read", subject=f"paper:{paper_id}", by=by, at=at, detail={"case": case_id})
    return found


def _require_staff(case_id: str, user_id: int) -> None:
    own = CasePaper.objects.filter(case__public_id=case_id, case__citizen_id=user_id).exists()
    if own or not may_watch(case_id=case_id, user_id=user_id):
        raise NotFound()


def _picture(key: int | None) -> tuple[bytes, str]:
    if key is None:
        raise NotFound()
    return papers.picture(key), papers.CONTENT_TYPE


def _by_material(rows: "QuerySet[CasePaper]") -> Filed:
    found = list(rows.order_by("pk").values_list("material", "paper_id"))
    views = papers.papers(key for _material, key in found)
    filed: Filed = {}
    for material, key in found:
        if key in views:
            filed.setdefault(material, []).append(views[key])
    return filed


AGREEMENT_CELLS = ("both_fine", "both_not", "only_officer", "only_check")


def _judged(
    since: datetime, until: datetime, venue_codes: Sequence[str] | None
) -> dict[int, tuple[str, int]]:
    """Return, by the verdict's row number, (cell of the agreement, row number of the case)."""
    verdicts = CaseMaterial.objects.filter(at__gte=since, at__lt=until, verdict__in=(Verdict.OK, Verdict.FIX))
    if venue_codes is not None:
        verdicts = verdicts.filter(case__consultation__post__desk__venue__code__in=venue_codes)
    both = verdicts.filter(
        case__papers__material=F("material"), case__papers__paper__check_state=CheckState.CHECKED
    ).order_by("pk", "case__papers__pk")
    rows = both.values_list("pk", "case_id", "verdict", "case__papers__paper__advice")
    return {key: (_cell(verdict, advice), case) for key, case, verdict, advice in rows}


def _cell(verdict: str, advice: Sequence[str]) -> str:
    officer, check = verdict == Verdict.OK, all(code in HINTS for code in advice)
    if officer == check:
        return "both_fine" if officer else "both_not"
    # Whose objection it is: the check found it fine, or the officer did.
    return "only_officer" if check else "only_check"


def paper_agreement(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> Agreement:
    """Compare verdicts given in the period with the advice on the latest picture of the same material.

    “All right” and “to be put right” are compared; a hint is no objection. The venue is that of the call's post.
    """
    counted = Counter(cell for cell, _case in _judged(since, until, venue_codes).values())
    return Agreement(**{cell: counted[cell] for cell in AGREEMENT_CELLS})


def papers_behind(
    *,
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None,
    where: dict[str, Any],
    limit: int,
    offset: int = 0,
) -> list[VisitRow]:
    """Return the cases of the papers in one `cell` of the agreement, the latest verdict first, one row a paper."""
    judged = _judged(since, until, venue_codes)
    keys = [key for key, (cell, _case) in judged.items() if cell == where["cell"]]
    rows = CaseMaterial.objects.filter(pk__in=keys).select_related("case").order_by("-at", "-pk")
    return [
        VisitRow(row.case.public_id, row.case.item_code, "", row.at, None, "", True, 0)
        for row in rows[offset : offset + limit]
    ]
