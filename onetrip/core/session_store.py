"""Django's sessions in the database, read by a ready query: every request of somebody signed in begins with one."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.core import signing
from django.utils import timezone

from onetrip.core.ready import Ready

_VALID: Ready[str] = Ready(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at).values_list(
        "session_data", flat=True
    ),
    key=str,
    at=datetime,
)


class SessionStore(db.SessionStore):
    """As Django's, row for row. A row that was read before is not checked and unpacked again before it changes."""

    def load(self) -> dict[str, Any]:
        found = _VALID.first(key=self.session_key, at=timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found)

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            # A new dict each time: what is in it may be changed.
            known: dict[str, Any] = json.loads(
                _unpacked(str(session_data), self.key_salt, settings.SECRET_KEY)
            )
            return known
        except (signing.BadSignature, ValueError):
            return dict(super().decode(session_data))  # says so in the log


@lru_cache(maxsize=4096)
def _unpacked(packed: str, salt: str, _secret: str) -> str:
    return json.dumps(signing.loads(packed, salt=salt, serializer=signing.JSONSerializer))
