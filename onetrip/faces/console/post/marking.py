"""A sharp photograph of a paper in the call: asking for it, and drawing on it what is wrong."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.papers.errors import BadMarks
from onetrip.faces.console.access import person
from onetrip.faces.console.post.actions import action, case_at_hand
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache

_LONGEST = 4000  # letters; twelve marks need a quarter of it


@never_cache
@staff_required("take_calls")
@require_GET
def board(request: HttpRequest, case_id: str, paper_id: str) -> HttpResponse:
    """Show a picture with the tools to draw on it."""
    filed = cases.papers_for_staff(
        case_id=case_id, by_user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    found = [paper for papers in filed.values() for paper in papers if paper.id == paper_id]
    if not found:
        raise NotFound()
    drawn = {
        "crop": json.dumps(found[0].crop) if found[0].crop else "",
        "marks": json.dumps(list(found[0].marks)),
    }
    return render(request, "console/post/board.html", {"case_id": case_id, "paper": found[0], "drawn": drawn})


@action
def mark(request: HttpRequest, now: dict[str, Any]) -> None:
    """Take what was drawn, whole; the citizen sees it at once."""
    turned = request.POST.get("turned", "")
    services.mark_paper(
        case_id=request.POST.get("case", ""),
        paper_id=request.POST.get("paper", ""),
        turned=int(turned) if turned.isdecimal() and len(turned) < 4 else -1,
        crop=_parsed(request.POST.get("crop", "") or "null"),
        marks=_parsed(request.POST.get("marks", "") or "[]", list),
        officer_id=person(request).pk,
        **now,
    )


@action
def ask_still(request: HttpRequest, now: dict[str, Any]) -> None:
    """Ask the citizen's phone for a sharp photograph of a material."""
    material = request.POST.get("material", "")
    services.ask_still(case_id=case_at_hand(request), material=material, officer_id=person(request).pk, **now)


@action
def drop_still(request: HttpRequest, now: dict[str, Any]) -> None:
    """Take it back."""
    services.drop_still(case_id=case_at_hand(request), officer_id=person(request).pk, **now)


def _parsed(text: str, kind: type | None = None) -> Any:
    """Return what a script sent as JSON. Raises BadMarks for anything else."""
    try:
        found = json.loads(text if len(text) <= _LONGEST else "")
    except (ValueError, RecursionError) as error:
        raise BadMarks(field="marks") from error
    if kind is not None and not isinstance(found, kind):
        raise BadMarks(field="marks")
    return found
