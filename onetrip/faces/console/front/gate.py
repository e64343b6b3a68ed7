"""Who may stand behind a counter, and whom they have before them.

The address of a person's pages carries a seal that says who found whom at which counter: it opens nothing for a
colleague, at another counter, or two hours later, and nobody's errands are reached by guessing.
"""

from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from onetrip.core.errors import NotFound
from onetrip.domain.cases.queries import Counter
from onetrip.faces.frame.gates import View, actor_of, staff_required

HOTLINE = "hotline"
_SALT, _LASTS = "console.counter", timedelta(hours=2)


def at_counter(view: View) -> View:
    """Let in whoever answers the hotline, or receives visitors in the hall that the address names (`desk`)."""
    at_hotline = staff_required("answer_hotline")(view)
    at_reception = staff_required("reception", venue_argument="desk")(view)

    @wraps(view)
    def gate(request: HttpRequest, **named: Any) -> HttpResponseBase:
        return (at_hotline if named["desk"] == HOTLINE else at_reception)(request, **named)

    return gate


def counter_at(desk: str) -> Counter:
    """Return the counter that an address names."""
    return Counter(None if desk == HOTLINE else desk)


def sealed(request: HttpRequest, desk: str, citizen: str) -> str:
    """Return what stands in the address of a person (public id) who has been found."""
    return signing.dumps([desk, actor_of(request).id, citizen], salt=_SALT)


def citizen_in(request: HttpRequest, desk: str, person: str) -> str:
    """Return the public id behind a seal; NotFound for one that is another's, or old."""
    try:
        found_at, staff, citizen = signing.loads(person, salt=_SALT, max_age=_LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound() from error
    if (found_at, staff) != (desk, actor_of(request).id):
        raise NotFound()
    return str(citizen)


def to_errand(desk: str, person: str, case_id: str, query: str = "") -> HttpResponseRedirect:
    """Go on to an errand's page."""
    address = reverse("console:counter_errand", kwargs={"desk": desk, "person": person, "case_id": case_id})
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
