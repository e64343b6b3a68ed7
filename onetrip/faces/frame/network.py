"""Where a request comes from, and in which form and language it wants its answer."""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.utils import translation


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client, past exactly as many proxies as the city runs itself.

    Anybody can write X-Forwarded-For; only the entries appended by our own proxies (TRUSTED_PROXIES of them, the
    last ones) are believed.
    """
    hops: int = settings.TRUSTED_PROXIES
    direct: str = request.META.get("REMOTE_ADDR") or "local"
    if hops == 0:
        return direct
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    return forwarded[-hops] if len(forwarded) >= hops else direct


def wants_json(request: HttpRequest) -> bool:
    """Say whether a script asked: it wants JSON, not a page."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asked: it wants a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether a form was sent from one of our own pages, for forms too harmless to need a token.

    Browsers send Sec-Fetch-Site or Origin with every POST; a client that sends neither carries nobody's cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


class Layer:
    """What a request goes through on its way to a page, and the answer on its way back: Django's middleware, bare."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)


class LanguageMiddleware(Layer):
    """The reader's choice, else what the browser says, else Chinese: as Django's, for addresses without a language."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = _language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self._get_response(request)
        vary_by(response, "Accept-Language")
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


def _language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    if len(chosen) + len(accepted) > _LONG:  # nobody fills our memory with what no browser says
        return translation.get_language_from_request(request)
    return _language_by(chosen, accepted)


_LONG, _MOST_NAMES = 200, 64


@lru_cache(maxsize=1024)
def _language_by(chosen: str, accepted: str) -> str:
    """Ask Django, whose answer depends on these two only."""
    request = HttpRequest()
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: chosen} if chosen else {}
    request.META = {"HTTP_ACCEPT_LANGUAGE": accepted}
    return translation.get_language_from_request(request)


def vary_by(response: HttpResponseBase, header: str) -> None:
    """Say that the answer depends on this header of the request (RFC 9110, 12.5.5)."""
    known = response.headers.get("Vary")
    if known is None:
        response.headers["Vary"] = header
    elif header not in known.split(", "):
        response.headers["Vary"] = f"{known}, {header}"


class AddressMiddleware(CommonMiddleware):
    """Our hosts only; and an address that lacks its last slash is sent to the page that is meant.

    Django's looks every address up twice, once to see whether a slash is missing: here only where nothing was found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self._ours: set[str | None] = set()

    def process_request(self, request: HttpRequest) -> None:
        name = request.META.get("HTTP_HOST")
        if name not in self._ours:
            request.get_host()  # raises DisallowedHost
            if len(self._ours) < _MOST_NAMES:
                self._ours.add(name)
