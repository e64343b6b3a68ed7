"""The answers that officers send with one key: written by leads, in both languages, for every item or for one."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries, services
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("lead_venue")
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """Show the answers for every item, or with `?item=` those for one."""
    return _page(request, request.GET.get("item", ""))


@staff_required("lead_venue")
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Write a new answer, or another text for one."""
    item_code = request.POST.get("item", "")
    if item_code and not catalog.names_of([item_code]):
        item_code = ""
    try:
        services.write_answer(
            answer_id=request.POST.get("answer", ""),
            item_code=item_code,
            text=request.POST.get("text", ""),
            text_en=request.POST.get("text_en", ""),
            by=actor_of(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        response = _page(request, item_code, refusal)
        response.status_code = refusal.status
        return response
    return _back(item_code)


@staff_required("lead_venue")
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take an answer away."""
    services.remove_answer(answer_id=request.POST.get("answer", ""), by=actor_of(request), at=clock.now())
    return _back(request.POST.get("item", ""))


def _back(item_code: str) -> HttpResponse:
    query = f"?item={item_code}" if item_code else ""
    return HttpResponseRedirect(reverse("console:answers") + query)


def _page(request: HttpRequest, item_code: str, refusal: Refusal | None = None) -> HttpResponse:
    groups = [(group, catalog.items_in(group.code)) for group in catalog.categories()]
    shown = {
        "item_code": item_code,
        "item_name": catalog.names_of([item_code]).get(item_code, "") if item_code else "",
        "answers": queries.ready_answers(item_code=item_code, general_too=False),
        "with_own": catalog.names_of(queries.items_with_answers()),
        "groups": groups,
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "console/answers.html", shown)
