"""Django's sessions in the database, read by a ready query: every request of somebody signed in begins with one."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from onetrip.core.ready import Ready

_VALID = Ready(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at), key=str, at=datetime
)


class SessionStore(db.SessionStore):
    """As Django's, row for row."""

    def _get_session_from_db(self) -> Any:
        row = _VALID.first(key=self.session_key, at=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
        return row
