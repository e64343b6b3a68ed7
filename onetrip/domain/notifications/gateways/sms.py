"""The city's SMS platform over signed HTTP: one call for many messages, answered one by one.

``POST`` of ``{"messages": [{"id", "phone", "text"}, …]}`` as JSON, with ``X-Onetrip-Timestamp`` (Unix time) and
``X-Onetrip-Signature: sha256=<HMAC-SHA256 of "timestamp\\nMETHOD\\npath?query\\n" and the body>``. The platform answers
``{"results": [{"id", "status", "code", "number"}, …]}`` with a status of

* ``taken``: it will bring it, or has been told so before: the id is its idempotency key, kept for a day at least;
* ``busy``: not now (code ``limit``: too many for this number or for us);
* ``refused``: never (code ``no_address``, ``unwanted``, ``rejected``).

Where the answer is lost, it is asked by our ids: ``GET <url>?ids=…``, signed alike, answers for those it has taken; any
other is sent again under the same id. So a message goes out once, whoever of the two dies when. Receipts come to
``/hooks/sms-receipts``.
"""

import hashlib
import hmac
import http.client
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured

from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.views import Letter, Outcome

_TIMEOUT_S = 10
_CAUSES = {"no_address", "unwanted", "limit", "rejected"}


def signature_of(*, secret: bytes, stamp: str, method: str, place: str, body: bytes) -> str:
    """Return what stands in ``X-Onetrip-Signature``; receipts of the platform are signed in the same way."""
    signed = f"{stamp}\n{method}\n{place}\n".encode() + body
    return "sha256=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()


class HttpSms:
    """One connection to the platform; not for two threads. Raises ImproperlyConfigured for what is no address."""

    at_once = 100

    def __init__(self, *, url: str, secret: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ImproperlyConfigured("ONETRIP_SMS_URL must begin with https:// or http://")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._link = kind(parts.hostname, parts.port, timeout=_TIMEOUT_S)
        self._place, self._secret = parts.path or "/", secret.encode()

    def send(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        wish = {
            "messages": [
                {"id": letter.key, "phone": letter.address, "text": letter.text} for letter in letters
            ]
        }
        status, said = self._ask("POST", self._place, json.dumps(wish, ensure_ascii=False).encode(), at)
        if status == 200:
            return {str(one.get("id")): _outcome(one) for one in said.get("results", [])}
        return {letter.key: _no(status) for letter in letters}

    def look_up(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        place = f"{self._place}?{urlencode({'ids': ','.join(letter.key for letter in letters)})}"
        status, said = self._ask("GET", place, b"", at)
        if status == 200:
            return {str(one.get("id")): _outcome(one) for one in said.get("results", [])}
        return {letter.key: Outcome("unsure", Cause.SILENT, f"http {status}") for letter in letters}

    def close(self) -> None:
        self._link.close()

    def _ask(self, method: str, place: str, body: bytes, at: datetime) -> tuple[int, Any]:
        """Return status and answer; 0 where nobody answered, or nothing that could be read."""
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Onetrip-Timestamp": stamp,
            "X-Onetrip-Signature": signature_of(
                secret=self._secret, stamp=stamp, method=method, place=place, body=body
            ),
        }
        try:
            self._link.request(method, place, body=body or None, headers=headers)
            answer = self._link.getresponse()
            text = answer.read()
            said = json.loads(text) if answer.status == 200 else {}
            return answer.status, said if isinstance(said, dict) else {}
        except (OSError, http.client.HTTPException, ValueError):
            self._link.close()
            return 0, {}


def _outcome(one: dict[str, Any]) -> Outcome:
    code, number = str(one.get("code", "")), str(one.get("number", ""))
    cause = code if code in _CAUSES else Cause.REJECTED
    verdict = {"taken": "taken", "busy": "later", "refused": "refused"}.get(str(one.get("status")), "unsure")
    if verdict == "taken":
        return Outcome("taken", number=number)
    return Outcome(verdict, Cause.LIMIT if verdict == "later" else cause, code)


def _no(status: int) -> Outcome:
    """The whole call was turned down. Whether a server that broke down had taken it, only asking tells."""
    if status == 0 or status >= 500:
        return Outcome("unsure", Cause.SILENT, f"http {status}" if status else "no answer")
    if status in (408, 425, 429):
        return Outcome("later", Cause.LIMIT, f"http {status}")
    return Outcome("later", Cause.REJECTED, f"http {status}")
