"""The frame's own pages: preferences, health, the demo's text messages, the style guide."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock, health
from onetrip.core.errors import NotAllowed
from onetrip.domain.accounts import services as accounts
from onetrip.domain.notifications import queries as notifications
from onetrip.faces.frame.gates import actor_of, safe_next
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import is_same_origin

TEXT_COOKIE = "onetrip_text"
_YEAR_S = 365 * 24 * 3600


# No token: it would cost every anonymous page a session. The worst a forged form could do is change a language,
# and is_same_origin() keeps it from doing that.
@csrf_exempt
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Set language and text size: in cookies for everybody, with the person for who is signed in."""
    if not is_same_origin(request):
        raise NotAllowed()
    language = request.POST.get("language")
    large_text = {"large": True, "normal": False}.get(request.POST.get("text", ""))
    response = HttpResponseRedirect(
        safe_next(request, default="/console/" if "/console/" in request.path else "/")
    )
    if language in dict(settings.LANGUAGES):
        _set_cookie(request, response, settings.LANGUAGE_COOKIE_NAME, language)
    else:
        language = None
    if large_text is not None:
        _set_cookie(request, response, TEXT_COOKIE, "large" if large_text else "normal")
    if request.user.is_authenticated and (language or large_text is not None):
        accounts.set_preferences(
            user_id=request.user.pk,
            language=language,
            large_text=large_text,
            by=actor_of(request),
            at=clock.now(),
        )
    return response


def apply_preferences(request: HttpRequest, response: HttpResponse, *, user: Any) -> None:
    """Set the cookies from what the person chose before, on another device: called right after signing in."""
    if user.language:
        _set_cookie(request, response, settings.LANGUAGE_COOKIE_NAME, user.language)
    if user.large_text:
        _set_cookie(request, response, TEXT_COOKIE, "large")


def _set_cookie(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_S, secure=request.is_secure(), httponly=True, samesite="Lax"
    )


@never_cache
@require_GET
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say whether this process reaches PostgreSQL and Valkey: 200 or 503, for balancers and operators."""
    found = {"database": health.database_answers(), "valkey": health.valkey_answers()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


@never_cache
@require_GET
def demo_texts(request: HttpRequest) -> HttpResponse:
    """Show the text messages that the sample city's citizens have received; 404 in production."""
    if not settings.DEMO:
        raise Http404
    return render(request, "frame/demo_texts.html", {"texts": notifications.demo_texts()})


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show each component in each state; 404 unless debugging or in the sample city."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    steps = [
        ("find", _("Find")),
        ("checklist", _("Checklist")),
        ("officer", _("Officer")),
        ("booking", _("Booking")),
        ("visit", _("Visit")),
    ]
    return render(request, "frame/styleguide.html", {"steps": steps})
