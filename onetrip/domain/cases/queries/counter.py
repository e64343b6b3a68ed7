"""What a reception or the hotline sees of somebody they act for; every look is written down with where it was."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotAllowed
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.states import Verb
from onetrip.domain.cases.queries.errands import case, cases_of
from onetrip.domain.cases.views import CaseView, Counter, PersonAtCounter


def require_counter(counter: Counter, *, by: Actor) -> None:
    """Let staff act there whose roles allow it; raises NotAllowed, NotFound."""
    verb = Verb.ANSWER_HOTLINE if counter.venue_code is None else Verb.RECEPTION
    roles = accounts.staff(by.id).roles if by.is_staff else []
    if not accounts.may(roles, verb, venue_code=counter.venue_code):
        raise NotAllowed()


def where(counter: Counter) -> dict[str, str]:
    """Return what the audit trail keeps of a counter: the channel, and the hall."""
    return {"channel": str(counter.channel), "venue": counter.venue_code or ""}


def person_at_counter(*, counter: Counter, citizen: str, by: Actor, at: datetime) -> PersonAtCounter:
    """Return somebody (public id) with their errands. Raises NotAllowed, NotFound."""
    require_counter(counter, by=by)
    key = accounts.citizen_key(citizen)
    record(verb="citizen.read", subject=f"user:{citizen}", by=by, at=at, detail=where(counter))
    return PersonAtCounter(accounts.citizen(citizen), cases_of(citizen_id=key))


def case_at_counter(*, counter: Counter, case_id: str, citizen: str, by: Actor, at: datetime) -> CaseView:
    """Return an errand of theirs. Raises NotAllowed, NotFound for somebody else's."""
    require_counter(counter, by=by)
    found = case(case_id=case_id, citizen_id=accounts.citizen_key(citizen))
    record(verb="case.read", subject=f"case:{case_id}", by=by, at=at, detail=where(counter))
    return found
