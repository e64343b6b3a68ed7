"""What was before, for the officer who deals with a case now."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.cases.models import Case, Visit
from onetrip.domain.cases.queries.errands import may_watch
from onetrip.domain.cases.views import EarlierVisit
from onetrip.domain.venues import queries as venues

_MOST = 5


def earlier_visits(*, case_id: str, by_user_id: int, by: Actor, at: datetime) -> list[EarlierVisit]:
    """Return the citizen's last visits about anything, to an officer who deals with this case, and note the look.

    To others the case does not exist (NotFound).
    """
    if not may_watch(case_id=case_id, user_id=by_user_id):
        raise NotFound()
    citizen_id = Case.objects.values_list("citizen_id", flat=True).get(public_id=case_id)
    record(verb="citizen.visits", subject=f"case:{case_id}", by=by, at=at)
    rows = Visit.objects.filter(case__citizen_id=citizen_id).select_related("case", "venue")
    return [
        EarlierVisit(row.case.item_name, venues.named(row.venue), row.outcome, row.reason, row.at)
        for row in rows.order_by("-at", "-pk")[:_MOST]
    ]
