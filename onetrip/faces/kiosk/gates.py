"""Which machine is asking: by the key in its cookie, which no other site can make it send."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from onetrip.core import clock, limits
from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed, NotFound
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls import services
from onetrip.faces.frame.network import is_same_origin

COOKIE = "onetrip_device"
COOKIE_PATH = "/kiosk/"
_YEARS_S = 400 * 24 * 3600  # the longest that browsers keep one; every visit begins anew
_REQUESTS_A_MINUTE = 120
_NOTED_EVERY = timedelta(seconds=50)

View = Callable[..., HttpResponseBase]


def give_key(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Let this browser be the machine from now on."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=_YEARS_S,
        path=COOKIE_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def device_required(kind: str | None = None) -> Callable[[View], View]:
    """Let an enrolled machine (of that kind) in and give the view its `device`; to anybody else nothing is here.

    Pages stay open for weeks, so no session and no token: the cookie is sent with our own pages' requests only
    (SameSite=Strict), and the browser's word on where a form comes from is heard besides.
    """

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            at = clock.now()
            device = halls.device_by_key(key=request.COOKIES.get(COOKIE, ""), at=at)
            if device is None or (kind is not None and device.kind != kind):
                raise NotFound()
            if request.method == "POST" and not is_same_origin(request):
                raise NotAllowed()
            limits.take(key=f"device:{device.id}", limit=_REQUESTS_A_MINUTE, per_s=60, at=at)
            if device.seen_at is None or at - device.seen_at > _NOTED_EVERY:
                services.note_seen(device_id=device.id, at=at)
            return view(request, *args, device=device, **kwargs)

        return gate

    return guard


def actor_of_device(device: halls.DeviceView) -> Actor:
    """Return who acts when people touch the machine."""
    return Actor(kind="device", id=device.id)
