"""A small city of pages to try the frame on: both doors, guarded pages, pages that refuse and pages that break."""

from typing import NoReturn

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from onetrip.faces.citizen.me.login import login_urls as citizen_login
from onetrip.faces.console.login import login_urls as console_login
from onetrip.faces.frame.gates import citizen_required, limited, staff_required

REFUSALS = {"missing": NotFound, "forbidden": NotAllowed, "taken": Conflict, "often": TooMany}


class AgeInvalid(Invalid):
    code = "age_invalid"
    message = _("We could not find this.")


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "frame/base.html")


def refuse(request: HttpRequest, kind: str) -> NoReturn:
    raise AgeInvalid(field="age") if kind == "typed" else REFUSALS[kind]()


def broken(request: HttpRequest) -> NoReturn:
    raise ZeroDivisionError


@transaction.atomic
def slow(request: HttpRequest) -> NoReturn:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")
    raise AssertionError


def who(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse(f"{request.user.public_id} {request.method} {sorted(request.POST.items())}")


citizen = [
    *[
        path(f"{name}/", plain, name=name) for name in ("home", "search", "cases")
    ],  # the citizens' top bar leads there
    path("plain/", plain, name="plain"),
    path("refuse/<slug:kind>/", refuse, name="refuse"),
    path("broken/", broken, name="broken"),
    path("slow/", slow, name="slow"),
    path("mine/", citizen_required(who), name="mine"),
    path("scarce/", limited(name="scarce", limit=2, per_s=60)(plain), name="scarce"),
    *citizen_login,
]
console = [
    path("", staff_required()(who), name="home"),
    path("catalog/", staff_required("edit_catalog")(who), name="catalog"),
    path("venue/<slug:code>/", staff_required("lead_venue", venue_argument="code")(who), name="venue"),
    path("refuse/<slug:kind>/", refuse, name="refuse"),
    *console_login,
]
urlpatterns = [
    path("", include("onetrip.faces.frame.urls")),
    path("console/", include((console, "console"))),
    path("", include((citizen, "citizen"))),
]
handler400 = "onetrip.faces.frame.refusals.bad_request"
handler403 = "onetrip.faces.frame.refusals.not_allowed"
handler404 = "onetrip.faces.frame.refusals.not_found"
handler500 = "onetrip.faces.frame.refusals.server_error"
