"""Who works here: a plain list for the administrator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onetrip.domain.accounts import queries as accounts
from onetrip.faces.frame.gates import staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("administer")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Show the staff whose name or user name contains what was typed, with their roles."""
    query = request.GET.get("q", "").strip()
    return render(request, "console/people.html", {"query": query, "people": accounts.staff_named(query)})
