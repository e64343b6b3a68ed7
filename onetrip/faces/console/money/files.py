"""Files that a job writes for one person: the same list under the figures and under the money."""

from typing import Any

from django.http import HttpRequest

from onetrip.core import clock
from onetrip.domain.insights import queries
from onetrip.faces.console.access import person


def my_exports(request: HttpRequest) -> dict[str, Any]:
    """Return what the list of somebody's own exports shows; it asks again while one is being written."""
    mine = queries.exports_of(staff_id=person(request).pk, at=clock.now())
    return {"exports": mine, "under_way": any(one.under_way for one in mine)}
