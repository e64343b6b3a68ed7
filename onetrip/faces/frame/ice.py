"""How two browsers find each other, by the city's relays, and the door for what they report of their call."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onetrip.core import clock, limits
from onetrip.domain.consultations import services as consultations
from onetrip.faces.frame.gates import person_id

MOST_BYTES = 1000
# A page reports every 30 s and at its end; three pages of one person may.
_REPORTS, _PER_S = 12, 120


@dataclass(frozen=True)
class Relays:
    """What a page is told of the relays: `ice_servers` as `RTCPeerConnection` takes them.

    Without relays (one machine, one LAN) the list is empty. `valid_s` counts from now; a call that stands outlives it,
    for coturn asks for the name's end only when a place is taken. `relay_only`: no direct path, whoever could have one.
    """

    ice_servers: list[dict[str, Any]]
    valid_s: int
    relay_only: bool

    def as_json(self) -> dict[str, Any]:
        return {"ice_servers": self.ice_servers, "valid_s": self.valid_s, "relay_only": self.relay_only}


def relays_for(subject: str, *, at: datetime) -> Relays:
    """Return the relays with a credential for this subject: a consultation, or a person's self-test.

    The form is coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): a name that carries its end and whom it
    is for, and the HMAC-SHA1 of that name. coturn counts its quotas by the part after the colon.
    """
    valid_s = settings.TURN_MINUTES * 60
    if not settings.TURN_URLS:
        return Relays([], valid_s, relay_only=False)
    username = f"{int(at.timestamp()) + valid_s}:{subject}"
    digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    servers = [{"urls": settings.TURN_URLS, "username": username, "credential": credential}]
    return Relays(servers, valid_s, relay_only=settings.TURN_ONLY)


def take_quality(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Keep a page's report; what is too long or no JSON is no report.

    Raises BadFigures, TooMany, and NotFound for anybody but the two parties.
    """
    user_id, at = person_id(request), clock.now()
    limits.take(key=f"quality:{user_id}", limit=_REPORTS, per_s=_PER_S, at=at)
    length = request.META.get("CONTENT_LENGTH") or "0"
    body = request.read(MOST_BYTES + 1) if length.isdecimal() and int(length) <= MOST_BYTES else b""
    try:
        said = json.loads(body[:MOST_BYTES])
    except ValueError:
        said = None
    consultations.report_quality(consultation_id=consultation_id, user_id=user_id, said=said, at=at)
    return HttpResponse(status=204)
