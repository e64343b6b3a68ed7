"""One case, as far as this person may look: every look is written down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.domain.cases import queries as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.faces.console.access import person
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required()
@require_GET
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """Show the case with answers, verdicts, conclusion and visits; 404 for whoever has no business with it."""
    found = cases.case_for_staff(
        case_id=case_id, by_user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return render(
        request, "console/case.html", {"case": found, "guide": catalog.guide_version(found.guide_version)}
    )
