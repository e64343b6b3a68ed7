"""Notices of WeChat Pay: of payments and of refunds."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.payments import flows
from onetrip.faces.frame.network import client_ip

log = logging.getLogger(__name__)
LARGEST_NOTICE = 64 * 1024


@csrf_exempt  # signed by the provider, and no session stands behind it
@require_POST
def notice(request: HttpRequest) -> HttpResponse:
    """Take a notice: 204 for one that is believed (news or not), 4xx for a forgery, 503 to hear it again later."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_NOTICE:
        return _no(413, "too large")
    try:
        flows.take_notice(
            headers=request.headers, body=request.body, source=client_ip(request), at=clock.now()
        )
    except RequestDataTooBig:
        return _no(413, "too large")
    except Refusal as refusal:
        return _no(refusal.status, refusal.code)
    except OperationalError as error:
        log.error("database: %s", error)
        return _no(503, "busy")
    return HttpResponse(status=204)


def _no(status: int, code: str) -> HttpResponse:
    """Answer as the provider's protocol wants it; the words are for its log, not for a person."""
    return JsonResponse({"code": "FAIL", "message": code}, status=status)
