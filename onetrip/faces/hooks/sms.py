"""Receipts of the SMS platform: what became of messages it took."""

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.notifications import flows
from onetrip.faces.frame.network import client_ip

LARGEST = 256 * 1024


@csrf_exempt  # signed by the platform, and no session stands behind it
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Take receipts: 204 for those that are believed (news or not), 4xx for a forgery, 503 to hear them again later."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise RequestDataTooBig
        flows.take_receipts(
            stamp=request.headers.get("X-Onetrip-Timestamp", ""),
            signature=request.headers.get("X-Onetrip-Signature", ""),
            place=request.path,
            body=request.body,
            source=client_ip(request),
            at=clock.now(),
        )
    except RequestDataTooBig:
        return JsonResponse({"code": "too_large"}, status=413)
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)
    except OperationalError:
        return JsonResponse({"code": "busy"}, status=503)
    return HttpResponse(status=204)
