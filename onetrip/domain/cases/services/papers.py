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


def show_papers(row: Case, **gone: None) -> None:
    """Tell the pages that follow the case which pictures there are and how far the pre-check is."""
    live.change(topic=f"case:{row.public_id}", patch={"papers": {**papers_filed(row.pk), **gone}})


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
    show_papers(row)
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
    papers.let_go(key=filed.paper_id, by=by, at=at)
    pointed = papers_marked(row.pk).get("pointed")
    live.change(topic=f"case:{row.public_id}", patch={"marked": {paper_id: None}, "pointed": pointed})
    show_papers(row, **{paper_id: None})
