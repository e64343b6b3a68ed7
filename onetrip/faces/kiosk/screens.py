"""Setting a machine up, and the code that a hall's screen shows."""

from urllib.parse import urlencode

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls.states import DeviceKind
from onetrip.faces.frame.gates import limited
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.kiosk.gates import device_required, give_key


@never_cache
@limited(name="enrol", limit=20, per_s=600)
@require_GET
def enrol(request: HttpRequest, key: str) -> HttpResponse:
    """Make the browser that opens this the machine that the lead set up, and go to what it is for."""
    if halls.device_by_key(key=key, at=clock.now()) is None:
        raise NotFound()
    response = HttpResponseRedirect(reverse("kiosk:start"))
    give_key(request, response, key)
    return response


@never_cache
@device_required()
@require_GET
def start(_request: HttpRequest, device: halls.DeviceView) -> HttpResponse:
    """Go to what this machine is for."""
    if device.kind == DeviceKind.TABLET:
        return HttpResponseRedirect(reverse("kiosk:hall"))
    return HttpResponseRedirect(reverse("citizen:board", args=[device.venue_code]))


@never_cache
@device_required(DeviceKind.SCREEN)
@require_GET
def code(request: HttpRequest, venue_code: str, device: halls.DeviceView) -> HttpResponse:
    """Return the hall's code as digits and as a picture to scan, with the seconds for which it stays."""
    if device.venue_code != venue_code:
        raise NotFound()
    shown = halls.code_now(venue_code=venue_code, at=clock.now())
    address = f"{reverse('citizen:arrive', args=[venue_code])}?{urlencode({'h': shown.code})}"
    picture = segno.make(request.build_absolute_uri(address), error="m", micro=False)
    return JsonResponse(
        {"code": shown.code, "left_s": shown.left_s, "picture": picture.svg_data_uri(border=3, light="#fff")}
    )
