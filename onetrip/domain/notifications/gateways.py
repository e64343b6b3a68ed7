"""The SMS provider: the real one over HTTP, and the sample city's, which keeps what it delivers in a table."""

import hashlib
import hmac
import json
import re
import urllib.error
import urllib.request
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

_TIMEOUT_S = 10
_RETRY_STATUS = {408, 425, 429}


class Unreachable(Exception):
    """The provider did not take the message this time; trying again later makes sense."""


class Rejected(Exception):
    """The provider will never take this message; `str()` is its short reason."""


class SmsGateway(Protocol):
    """What the city's SMS provider must be able to do."""

    def send(self, *, key: str, phone: str, text: str, at: datetime) -> None:
        """Take one text message. `key` makes a repetition harmless. Raises Unreachable, Rejected."""


class HttpSms:
    """The city's SMS platform behind one signed HTTP call.

    POST of ``{"id", "phone", "text", "at"}`` as JSON, with ``X-Onetrip-Signature: sha256=<HMAC of the body>``. 2xx
    takes the message, 408/425/429 and 5xx ask to try again, any other status rejects it for good.
    """

    def __init__(self, *, url: str, secret: str) -> None:
        if not url.startswith(("https://", "http://")):
            raise ImproperlyConfigured("ONETRIP_SMS_URL must begin with https:// or http://")
        self._url = url
        self._secret = secret.encode()

    def send(self, *, key: str, phone: str, text: str, at: datetime) -> None:
        body = json.dumps(
            {"id": key, "phone": phone, "text": text, "at": at.isoformat()}, ensure_ascii=False
        ).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Onetrip-Signature": f"sha256={signature}"}
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S):
                return
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code in _RETRY_STATUS:
                raise Unreachable(f"http {error.code}") from error
            raise Rejected(f"http {error.code}") from error
        except OSError as error:
            raise Unreachable(type(error).__name__) from error


class Phones(Protocol):
    """The phones of the sample city: where a delivered message appears, once for each key."""

    def __call__(self, *, key: str, phone: str, text: str, at: datetime) -> None: ...


class DemoSms:
    """The sample city's provider. Like a real one it checks the number, takes a repeated key once and says no."""

    def __init__(self, *, phones: Phones) -> None:
        self._phones = phones

    def send(self, *, key: str, phone: str, text: str, at: datetime) -> None:
        if not re.fullmatch(r"1[3-9][0-9]{9}", phone):
            raise Rejected("not a mobile number")
        self._phones(key=key, phone=phone, text=text, at=at)
