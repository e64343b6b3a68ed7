"""The treasury's platform for electronic invoices: the real one over HTTP, and the sample city's."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

from onetrip.core import clock
from onetrip.domain.payments.gateways.faults import Declined, Unreachable


class InvoiceGateway(Protocol):
    """What the treasury's platform for electronic invoices must be able to do."""

    def issue(self, *, key: str, title: str, item: str, fen: int, paid_at: datetime) -> tuple[str, str]:
        """Issue an invoice and return its number and address; `key` makes a repetition harmless.

        Raises Unreachable, Declined.
        """


class HttpInvoices:
    """The platform behind one signed HTTP call: POST of JSON with `X-Onetrip-Signature: sha256=<HMAC of the body>`."""

    def __init__(self, *, url: str, secret: str) -> None:
        if not url.startswith(("https://", "http://")):
            raise ImproperlyConfigured("ONETRIP_INVOICE_URL must begin with https:// or http://")
        self._url, self._secret = url, secret.encode()

    def issue(self, *, key: str, title: str, item: str, fen: int, paid_at: datetime) -> tuple[str, str]:
        wanted = {"id": key, "title": title, "item": item, "fen": fen, "paid_at": paid_at.isoformat()}
        body = json.dumps(wanted, ensure_ascii=False).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Onetrip-Signature": f"sha256={signature}"}
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                said = json.loads(answer.read(100_000))
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code in (408, 425, 429):
                raise Unreachable(f"http {error.code}") from error
            raise Declined(f"http {error.code}") from error
        except (OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from error
        return str(said["number"]), str(said["url"])


class DemoInvoices:
    """The sample city's platform: an invoice has a number and is shown nowhere. Like a real one it wants a title."""

    def issue(self, *, key: str, title: str, item: str, fen: int, paid_at: datetime) -> tuple[str, str]:
        if not title or fen <= 0 or not item:
            raise Declined("incomplete")
        return (
            f"{clock.city_time(paid_at):%y%m}{int(hashlib.sha256(key.encode()).hexdigest()[:8], 16):010d}",
            "",
        )
