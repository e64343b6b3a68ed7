"""What people change about themselves, and the record of who looked at whom."""

from datetime import datetime

from django.conf import settings

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import PreferenceInvalid
from onetrip.domain.accounts.models import User


@use_case
def set_name(*, user_id: int, name: str, by: Actor, at: datetime) -> None:
    """Set the name by which officers address the person. Raises NameInvalid, NotFound."""
    user = lock_one(User.objects.filter(pk=user_id))
    user.name = rules.normal_name(name)
    user.save(update_fields=["name"])
    record(verb="account.renamed", subject=f"user:{user.public_id}", by=by, at=at)


@use_case
def set_preferences(
    *, user_id: int, by: Actor, at: datetime, language: str | None = None, large_text: bool | None = None
) -> None:
    """Remember language and text size; None leaves one as it is. Raises PreferenceInvalid, NotFound."""
    if language is not None and language not in dict(settings.LANGUAGES):
        raise PreferenceInvalid(field="language")
    user = lock_one(User.objects.filter(pk=user_id))
    user.language = user.language if language is None else language
    user.large_text = user.large_text if large_text is None else large_text
    user.save(update_fields=["language", "large_text"])
    record(verb="account.preferences_set", subject=f"user:{user.public_id}", by=by, at=at)


@use_case
def record_look(*, by: Actor, subject: str, why: str, at: datetime) -> None:
    """Put on record that a member of staff looked at something of a citizen's, e.g. subject ``case:<id>``.

    `why` is a short code (``call``, ``window``, ``review``), never personal data.
    """
    record(verb=f"{subject.partition(':')[0]}.read", subject=subject, by=by, at=at, detail={"why": why})
