"""Find: search, browse, read what an errand is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onetrip.domain.cases import queries as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.faces.citizen.answers import answers_in, with_query
from onetrip.faces.citizen.qr import qr_response
from onetrip.faces.citizen.steps import STEPS, is_open
from onetrip.faces.frame.gates import person_id
from onetrip.faces.frame.network import is_htmx

_LONGEST_SEARCH = 60
# What people come for most often, as the words they use: each is a search, so a changed catalogue breaks none.
POPULAR = (
    _("lost ID card"),
    _("renew driving licence"),
    _("residence permit"),
    _("passport"),
    _("household registration"),
    _("no criminal record"),
    _("birth registration"),
    _("number plate"),
)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Start: the errand under way first, then search and the groups."""
    own = cases.cases_of(citizen_id=person_id(request)) if request.user.is_authenticated else []
    context = {
        "current": next((case for case in own if is_open(case)), None),
        "categories": catalog.categories(),
        "popular": POPULAR,
        "steps": STEPS,
    }
    return render(request, "citizen/home.html", context)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what the words find: a page, or for htmx only the list."""
    text = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    context = {"text": text, "items": catalog.search(text) if text else [], "popular": POPULAR}
    response = render(
        request, "citizen/parts/results.html" if is_htmx(request) else "citizen/search.html", context
    )
    # One address, two answers: the browser's back button must not be shown the part.
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


@require_GET
def category(request: HttpRequest, code: str) -> HttpResponse:
    """List what a group offers."""
    items = catalog.items_in(code)
    card = next((card for card in catalog.categories() if card.code == code), None)
    return render(request, "citizen/category.html", {"category": card, "items": items})


@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the errand is, and whether coming is needed at all."""
    guide = catalog.guide_of(code)
    first = catalog.personal_checklist(guide, {})
    start = "citizen:questions" if first.next_question else "citizen:checklist"
    context = {
        "guide": guide,
        "checklist": first if first.complete else None,
        "start": with_query(reverse(start, args=[code]), answers_in(request.GET)),
        "steps": STEPS,
    }
    return render(request, "citizen/item.html", context)


@require_GET
def item_qr(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code that leads to an item: for posters and leaflets."""
    guide = catalog.guide_of(code)
    return qr_response(request.build_absolute_uri(reverse("citizen:item", args=[guide.item_code])))
