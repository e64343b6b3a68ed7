"""Headers that are the same on every page, of pages that nobody may keep, and of a picture that stands alone."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from onetrip.faces.frame.network import Layer

_PERMISSIONS = (
    "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self), "
    "payment=(), usb=(), midi=(), display-capture=()"
)
_NOBODY_KEEPS_IT = "max-age=0, no-cache, no-store, must-revalidate, private"


@cache
def _fixed() -> dict[str, tuple[str, str]]:
    fixed = HttpResponse(
        headers={
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Permissions-Policy": _PERMISSIONS,
            HEADER: build_policy() or "",
        }
    )
    del fixed.headers["Content-Type"]
    return _written(fixed)


def _written(response: HttpResponseBase) -> dict[str, tuple[str, str]]:
    """Return what Django keeps of the headers: each is looked at and cut to size when it is set, which takes time."""
    written: dict[str, tuple[str, str]] = response.headers._store
    return written


class FixedHeadersMiddleware(Layer):
    """What pages may load, what they may ask the device for, and who may show them in a frame.

    Our own pages may ask for camera, microphone and place; nothing embedded may, and nothing else is asked for. None of
    it depends on the page, so it is worked out once and set in one place, as Django's and the library's own middleware
    would set it in four. HTTPS is remembered (RFC 6797) by whoever came by it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        written = _written(response)
        written.update(_fixed() | written)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"
            )
        return response


def picture_alone(content: bytes, content_type: str, *, kept: bool = False) -> HttpResponse:
    """Return a picture of a paper, and nothing else whatever a browser would make of the bytes.

    `kept`: the owner's browser may show it again for an hour without asking. Everybody else asks each
    time: the look is noted, and their right to it can end.
    """
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = "private, max-age=3600" if kept else "private, no-store"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def never_cache(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let nobody keep the answer (RFC 9111, 5.2.2): not the browser, not WeChat, not a proxy on the way."""

    @wraps(view)
    def fresh(*args: Any, **kwargs: Any) -> Any:
        response = view(*args, **kwargs)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = _NOBODY_KEEPS_IT
        return response

    return fresh
