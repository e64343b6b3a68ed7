"""How two browsers find each other: the relay servers of the city, with credentials that expire by themselves."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from django.conf import settings

_VALID_S = 6 * 3600


def ice_servers(person: str, *, at: datetime) -> list[dict[str, Any]]:
    """Return the list for `RTCPeerConnection`; empty where no relay is configured (one machine, one LAN).

    The credential is coturn's `use-auth-secret` form: a name that carries its end, and the HMAC-SHA1 of that name.
    """
    if not settings.TURN_URLS:
        return []
    username = f"{int(at.timestamp()) + _VALID_S}:{person}"
    digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    return [{"urls": settings.TURN_URLS, "username": username, "credential": credential}]
