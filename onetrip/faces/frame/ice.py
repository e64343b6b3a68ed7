"""How two browsers find each other: the city's relays, with a credential for one consultation and some minutes."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings


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
