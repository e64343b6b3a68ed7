"""Headers that no library we use sets."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

_PERMISSIONS = (
    "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self), "
    "payment=(), usb=(), midi=(), display-capture=()"
)


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """Our own pages may ask for camera, microphone and place; nothing embedded may, and nothing else is asked for."""

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response
