"""The citizen's photographs of papers: filed to a material, looked at beforehand, taken back."""

from datetime import datetime

from onetrip.core import live
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.cases import rules
from onetrip.domain.cases.errors import CaseClosed, TooManyPapers, UnknownMaterial
from onetrip.domain.cases.models import Case, CasePaper
from onetrip.domain.cases.queries import papers_filed, papers_marked
from onetrip.domain.cases.states import OPEN
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.papers import services as papers


def show_paper(row: Case, key: int) -> None:
    """Tell the pages that follow the case that a picture is there and how far its pre-check is; the picture is locked.

    Of this picture alone: what is said of another one at the same moment may be newer than what is read here.
    """
    live.change(topic=f"case:{row.public_id}", patch={"papers": papers_filed(row.pk, only=key)})


def show_gone(row: Case, paper_id: str, *, key: int) -> None:
    """Tell them that a picture is there no more, or will not be at the end of the use case; the case is locked."""
    pointed = papers_marked(row.pk, without=key).get("pointed")
    gone = {"papers": {paper_id: None}, "marked": {paper_id: None}, "pointed": pointed}
    live.change(topic=f"case:{row.public_id}", patch=gone)


@use_case
def file_paper(
    *, case_id: str, material: str, upload: bytes, citizen_id: int, by: Actor, at: datetime
) -> str:
    """File a photograph to a material and have it looked at; return its id.

    Raises CaseClosed, UnknownMaterial, TooManyPapers, NotFound, and what papers raises: TooLarge, Unreadable.
    """
    key, paper_id = papers.keep(upload=upload, by=by, at=at)
    row = lock_one(Case.objects.filter(public_id=case_id, citizen_id=citizen_id))
    if row.state not in OPEN:
        raise CaseClosed()
    checklist = catalog.checklist_of(row.guide_version, row.answers)
    if material not in {line.key for line in checklist.materials}:
        raise UnknownMaterial(field="material")
    if row.papers.filter(material=material).count() >= rules.MOST_PAPERS:
        raise TooManyPapers(field="photo")
    CasePaper.objects.create(case=row, material=material, paper_id=key)
    own = row.citizen is not None and rules.is_own(material)
    name = accounts.citizen(row.citizen.public_id).name if own and row.citizen is not None else ""
    papers.ask_check(key=key, kinds=rules.kinds_for(material), name=name)
    show_paper(row, key)
    detail = {"material": material, "paper": paper_id}
    record(verb="case.paper", subject=f"case:{case_id}", by=by, at=at, detail=detail)
    return paper_id


@use_case
def take_paper_back(*, case_id: str, paper_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Delete a picture one has sent. Raises NotFound."""
    row = lock_one(Case.objects.filter(public_id=case_id, citizen_id=citizen_id))
    filed = row.papers.filter(paper__public_id=paper_id).first()
    if filed is None:
        raise NotFound()
    show_gone(row, paper_id, key=filed.paper_id)
    papers.let_go(key=filed.paper_id, by=by, at=at)
