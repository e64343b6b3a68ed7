"""Headers that are the same on every page, and those of a picture that stands alone."""

from functools import cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

_PERMISSIONS = (
    "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self), "
    "payment=(), usb=(), midi=(), display-capture=()"
)


@cache
def _policy() -> str:
    return build_policy() or ""


class FixedHeadersMiddleware(MiddlewareMixin):
    """What pages may load and what they may ask the device for.

    Our own pages may ask for camera, microphone and place; nothing embedded may, and nothing else is asked for. The
    content policy has no nonce and no exception, so it is worked out once, not twice a request as by the library's own
    middleware.
    """

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault(HEADER, _policy())
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
