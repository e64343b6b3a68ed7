"""Refusals: the answer *no*, said loudly, with a stable code and words the citizen understands.

A service raises a subclass of one of the five kinds below; the frame of the faces maps the kind to HTTP in one place.
Codes are part of the public contract: texts may change, codes may not.
"""

from typing import Any, ClassVar

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, LockNotAvailable


class Refusal(Exception):
    """A use case declined. `params` fill the message's named placeholders; `field` names the input at fault."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    message: ClassVar[Any] = _("This cannot be done.")

    def __init__(self, *, field: str | None = None, **params: Any) -> None:
        self.field = field
        self.params = params
        super().__init__(self.code)

    def text(self) -> str:
        """Return the reason in the language that is active now."""
        return str(self.message) % self.params if self.params else str(self.message)


class NotFound(Refusal):
    """No such thing, or not yours: a stranger must not learn which of the two."""

    code = "not_found"
    status = 404
    message = _("We could not find this.")


class NotAllowed(Refusal):
    """You are known, the thing is yours to see, but this you may not do."""

    code = "not_allowed"
    status = 403
    message = _("You may not do this.")


class Conflict(Refusal):
    """The world has moved on: taken, finished, claimed by somebody else."""

    code = "conflict"
    status = 409
    message = _("This has changed meanwhile. Please look again.")


class Invalid(Refusal):
    """What was typed cannot be used; `field` says where."""

    code = "invalid"
    status = 422
    message = _("Please check what you entered.")


class TooMany(Refusal):
    """Too often. `retry_after_s` says how many seconds to wait."""

    code = "too_many"
    status = 429
    message = _("Too many attempts. Please try again later.")

    def __init__(self, *, retry_after_s: int = 60, field: str | None = None, **params: Any) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(field=field, **params)


class Busy(Conflict):
    """Others were using the same row for longer than a lock may be waited for."""

    code = "busy"
    message = _("Many people are doing this at the same moment. Please try once more.")


_referees: dict[str, type[Refusal]] = {}


def referee(constraint: str, refusal: type[Refusal]) -> None:
    """Say what a violated database constraint means to people; :func:`refusal_for` then answers with it."""
    _referees[constraint] = refusal


def refusal_for(error: Exception) -> Refusal | None:
    """Translate a database error into the refusal it stands for, None when it stands for a bug."""
    cause = error.__cause__
    if isinstance(cause, (LockNotAvailable, DeadlockDetected)):
        return Busy()
    if isinstance(cause, psycopg.IntegrityError):
        kind = _referees.get(cause.diag.constraint_name or "")
        return kind() if kind else None
    return None
