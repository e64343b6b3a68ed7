"""Complaining about a visit, or about a consultation: one way for both."""

from datetime import datetime

from onetrip.core.audit import Actor
from onetrip.core.unit import use_case
from onetrip.domain.cases.errors import NotOver
from onetrip.domain.cases.queries.complaints import last_consultation, last_visit
from onetrip.domain.cases.services.errand import own_case
from onetrip.domain.complaints import services as complaints
from onetrip.domain.complaints.states import About


@use_case
def complain(*, case_id: str, citizen_id: int, about: str, words: str, by: Actor, at: datetime) -> str:
    """Complain about the last visit or consultation of an errand and return the complaint's id.

    Raises NotOver where there was none, WordsMissing, AlreadyComplained, NotFound.
    """
    row = own_case(case_id, citizen_id)
    found = last_visit(row.pk) if about == About.VISIT else last_consultation(row.pk)
    if found is None:
        raise NotOver()
    return complaints.file_complaint(
        about=About.VISIT if about == About.VISIT else About.CONSULTATION,
        subject=found.subject,
        item_name=row.item_name,
        venue_code=found.venue_code,
        officer_id=found.officer_id,
        citizen_id=citizen_id,
        words=words,
        by=by,
        at=at,
    )
