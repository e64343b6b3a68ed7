"""Telling a person something, by the ways and in the hours they have chosen; and choosing them."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import unit_of_work, use_case
from onetrip.domain.accounts import queries
from onetrip.domain.accounts.errors import EmailInvalid, PreferenceInvalid
from onetrip.domain.accounts.models import MessageWish, User
from onetrip.domain.notifications import services as notifications
from onetrip.domain.notifications.states import OUTSIDE, Channel
from onetrip.domain.notifications.views import Route

EMAIL_LINK_LIVES = timedelta(hours=24)
EMAILS_A_DAY = 5
_SALT = "accounts.email"


def tell(
    *,
    citizen_id: int,
    template: str,
    params: dict[str, Any],
    expires_at: datetime,
    at: datetime,
    not_before: datetime | None = None,
    dedupe: str = "",
    about: str = "",
    target: str = "",
) -> str | None:
    """Put a message to a citizen into the outbox, in the caller's transaction; it stands on their page as well.

    Returns its public id, None for a closed account or where `dedupe` was used before. What `about` and `target` mean,
    and what it raises: `notifications.services.send`.
    """
    ways = queries.ways_to(citizen_id)
    if ways is None:
        return None
    return notifications.send(
        template=template,
        params=params,
        language=ways.language,
        routes=ways.routes,
        quiet=ways.quiet,
        expires_at=expires_at,
        not_before=not_before,
        dedupe=dedupe,
        about=about,
        target=target,
        at=at,
    )


@use_case
def set_message_wish(
    *,
    user_id: int,
    channels: Sequence[str],
    quiet_since: time,
    quiet_until: time,
    by: Actor,
    at: datetime,
) -> None:
    """Remember by which ways a person wants messages, in this order; ways left out are not used, the page always is.

    Raises PreferenceInvalid, NotFound.
    """
    if set(channels) - set(OUTSIDE) or len(set(channels)) != len(channels):
        raise PreferenceInvalid(field="channels")
    user = lock_one(User.objects.filter(pk=user_id))
    order = ",".join(channels)
    MessageWish.objects.update_or_create(
        user=user, defaults={"channels": order, "quiet_since": quiet_since, "quiet_until": quiet_until}
    )
    detail = {"channels": order}
    record(verb="account.messages_set", subject=f"user:{user.public_id}", by=by, at=at, detail=detail)


def ask_email(*, user_id: int, email: str, page: str, by: Actor, at: datetime) -> None:
    """Send a link to an address; following it says that the address is this person's. The one before stays till then.

    `page`: where the link leads, with the token behind it. Raises EmailInvalid, TooMany (5 a day), NotFound.
    """
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise EmailInvalid(field="email") from error
    limits.take(key=f"email:{user_id}", limit=EMAILS_A_DAY, per_s=24 * 3600, at=at)
    with unit_of_work():
        user = lock_one(User.objects.filter(pk=user_id))
        token = signing.dumps([user.public_id, address], salt=_SALT)
        record(verb="account.email_asked", subject=f"user:{user.public_id}", by=by, at=at)
        notifications.send(
            template="accounts.email",
            params={"address": f"{page}{token}"},
            language=user.language or settings.LANGUAGE_CODE,
            routes=[Route(Channel.EMAIL, address)],
            expires_at=at + EMAIL_LINK_LIVES,
            at=at,
        )


@use_case
def confirm_email(*, user_id: int, token: str, by: Actor, at: datetime) -> None:
    """The link was followed by whom it was sent to: messages may go there now. Raises EmailInvalid, NotFound."""
    try:
        public_id, address = signing.loads(token, salt=_SALT, max_age=EMAIL_LINK_LIVES)
    except signing.BadSignature as error:
        raise EmailInvalid(field="email") from error
    user = lock_one(User.objects.filter(pk=user_id))
    if user.public_id != public_id:
        raise EmailInvalid(field="email")
    MessageWish.objects.update_or_create(user=user, defaults={"email": address})
    record(verb="account.email_set", subject=f"user:{user.public_id}", by=by, at=at)


@use_case
def forget_email(*, user_id: int, by: Actor, at: datetime) -> None:
    """Send nothing by e-mail any more and forget the address. Raises NotFound."""
    user = lock_one(User.objects.filter(pk=user_id))
    MessageWish.objects.filter(user=user).update(email=None)
    record(verb="account.email_forgotten", subject=f"user:{user.public_id}", by=by, at=at)
