"""The door: GET asks whether we are the account's server, POST brings a message or an event."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.wechat import flows
from onetrip.domain.wechat.views import Incoming, Reply
from onetrip.faces.frame.network import client_ip
from onetrip.faces.hooks.wechat.answers import answer_to
from onetrip.faces.hooks.wechat.sites import Site

log = logging.getLogger(__name__)
LARGEST_MESSAGE = 64 * 1024


@csrf_exempt  # signed by WeChat, and no session stands behind it
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """Answer WeChat: 200 for what is believed, 4xx for a forgery, 503 to hear it again."""
    query, source, at = request.GET.dict(), client_ip(request), clock.now()
    try:
        if request.method == "GET":
            return _say(flows.confirm_callback(query=query, source=source, at=at), kind="text/plain")
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE:
            return _say("too large", status=413)
        site = Site.of(request)

        def think(message: Incoming) -> Reply | None:
            return answer_to(message, site=site, at=at)

        said = flows.take_message(query=query, body=request.body, source=source, answer=think, at=at)
    except RequestDataTooBig:
        return _say("too large", status=413)
    except Refusal as refusal:
        return _say(refusal.code, status=refusal.status)
    except OperationalError as error:
        log.error("database: %s", error)
        return _say("busy", status=503)
    return _say(said, kind="text/xml" if said.startswith("<") else "text/plain")


def _say(text: str, *, status: int = 200, kind: str = "text/plain") -> HttpResponse:
    """Answer as the protocol wants it; the words of a refusal are for a log, not for a person."""
    return HttpResponse(text, status=status, content_type=f"{kind}; charset=utf-8")
