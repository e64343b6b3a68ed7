"""The one place where a refusal becomes HTTP, and the pages for everything else that can go wrong."""

import logging
import sys
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onetrip.core.errors import NotFound, Refusal, TooMany
from onetrip.faces.frame.network import Layer, is_htmx, wants_json

log = logging.getLogger(__name__)
_BUSY = gettext_lazy("The service is very busy. Nothing was changed; please try again in a moment.")


class RefusalMiddleware(Layer):
    """Answer a refusal with its status, its code and its words, in the form the client reads."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            exception = NotFound()
        if isinstance(exception, Refusal):
            return answer(request, exception)
        if isinstance(exception, SessionInterrupted):
            return _say(request, status=400, code="signed_out", text=_("You were signed out meanwhile."))
        if isinstance(exception, OperationalError):
            log.error("database: %s", exception)
            return busy(request)
        return None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the HTTP answer of a refusal."""
    return _say(
        request,
        status=refusal.status,
        code=refusal.code,
        text=refusal.text(),
        field=refusal.field,
        retry_after_s=refusal.retry_after_s if isinstance(refusal, TooMany) else None,
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Return 503: nothing was changed, try again."""
    return _say(request, status=503, code="busy", text=str(_BUSY), retry_after_s=5)


def _say(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    text: str,
    field: str | None = None,
    retry_after_s: int | None = None,
) -> HttpResponse:
    spoken: dict[str, Any] = {"code": code, "message": text, "field": field}
    if retry_after_s is not None:
        spoken["retry_after_s"] = retry_after_s
    if wants_json(request):
        response: HttpResponse = JsonResponse(spoken, status=status)
    elif is_htmx(request):
        response = render(request, "frame/refusal_part.html", spoken, status=status)
    else:
        response = render(request, "frame/refusal.html", {**spoken, "status": status}, status=status)
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's form)
    """handler400"""
    return _say(request, status=400, code="bad_request", text=_("We could not understand this request."))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's form)
    """handler403"""
    return _say(request, status=403, code="not_allowed", text=_("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django's form)
    """handler404"""
    return _say(request, status=404, code="not_found", text=_("We could not find this."))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: the page must not need a database, a session or a language.

    A database that went away before the page was asked, while the session was read, is no fault of ours: 503, again.
    """
    if isinstance(sys.exc_info()[1], OperationalError):
        return _away(request)
    if wants_json(request):
        return JsonResponse(
            {"code": "server_error", "message": _("Something went wrong on our side."), "field": None},
            status=500,
        )
    return render(None, "frame/server_error.html", status=500)


def _away(request: HttpRequest) -> HttpResponse:
    """Return 503 without a look at the session: reading it is what has just failed."""
    log.error("database: away before the page was asked")
    if wants_json(request):
        spoken = {"code": "busy", "message": str(_BUSY), "field": None}
        response: HttpResponse = JsonResponse(spoken, status=503)
    else:
        response = render(None, "frame/server_error.html", status=503)
    response["Retry-After"], response["Cache-Control"] = "5", "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: mostly an old tab, so say how to go on."""
    log.info("csrf: %s", reason)
    text = _(
        "This page was open for too long or you signed in elsewhere. Please go back, reload it and send it again."
    )
    return _say(request, status=403, code="page_too_old", text=text)
