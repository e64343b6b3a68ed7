"""Exports: ask for a file of visits, watch any being written, fetch it. Each is its owner's alone.

Files of fees are asked for where the money is (money/office.py).
"""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.insights import queries, services
from onetrip.faces.console.access import person
from onetrip.faces.console.lead.figures import frame_of, view_of
from onetrip.faces.console.money.files import my_exports
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


@never_cache
@staff_required("see_insights")
@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """Show my exports and the form; a POST asks for one about the period and venue of the address."""
    view, picked = view_of(request)
    error = ""
    if request.method == "POST":
        try:
            services.ask_export(
                staff_id=person(request).pk,
                form=request.POST.get("form", ""),
                by=actor_of(request),
                at=clock.now(),
                **view.scope,
            )
        except Refusal as refusal:
            error = refusal.text()
        else:
            return redirect(request.get_full_path())
    shown = {**frame_of(request, view, picked), **my_exports(request), "error": error}
    return render(request, "console/insights/exports.html", shown, status=422 if error else 200)


@never_cache
@staff_required("see_insights")
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far they are; asked again while one is being written."""
    return render(request, "console/insights/exports_list.html", my_exports(request))


@never_cache
@staff_required("see_insights")
@require_GET
def fetch(request: HttpRequest, export_id: str) -> FileResponse:
    """Hand out the file to who asked for it; each time is written down."""
    at = clock.now()
    name, subject, form = queries.export_file(export_id=export_id, staff_id=person(request).pk, at=at)
    services.note_download(export_id=export_id, by=actor_of(request), at=at)
    return FileResponse(
        default_storage.open(name), as_attachment=True, filename=f"{subject}-{clock.city_day(at)}.{form}"
    )
