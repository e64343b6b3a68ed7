"""What we told this person, and where the short link in a message leads."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.notifications import queries as notifications
from onetrip.domain.notifications import services as notification_services
from onetrip.faces.frame.gates import citizen_required
from onetrip.faces.frame.headers import never_cache

_PAGES = {"case": "citizen:case", "consultation": "citizen:call", "complaint": "citizen:complaint"}


def addresses_of(targets: Iterable[str]) -> dict[str, str]:
    """Return the page of each thing that messages speak of (kind:id); the errands' page for one that has none."""
    pairs = {target: (target.partition(":")[0], target.partition(":")[2]) for target in targets if target}
    booked = [key for kind, key in pairs.values() if kind == "appointment"]
    errands = cases.cases_of_appointments(booked) if booked else {}
    return {
        target: _page("case", errands.get(key, "")) if kind == "appointment" else _page(kind, key)
        for target, (kind, key) in pairs.items()
    }


def _page(kind: str, key: str) -> str:
    return reverse(_PAGES[kind], args=[key]) if kind in _PAGES and key else reverse("citizen:cases")


@never_cache
@require_GET
@citizen_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what we told this person; from now on it is read."""
    at, reader = clock.now(), str(getattr(request.user, "public_id", ""))
    lines = notifications.inbox_of(reader, at=at)
    notification_services.mark_read(address=reader, at=at)
    pages = addresses_of(line.target for line in lines)
    shown = [(line, pages.get(line.target, "")) for line in lines]
    return render(request, "citizen/messages.html", {"lines": shown})


@never_cache
@require_GET
def short_link(_request: HttpRequest, token: str) -> HttpResponse:
    """Lead to what a message is about. Who may see it is decided there."""
    target = notification_services.note_opened(token=token, at=clock.now())
    if target is None:
        raise NotFound()
    return HttpResponseRedirect(addresses_of([target]).get(target) or reverse("citizen:cases"))
