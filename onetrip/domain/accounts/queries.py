"""Reads: who is this, what may they do, who can sign in to the sample city."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from onetrip.core.errors import NotFound
from onetrip.core.ready import Ready
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.models import (
    MessageWish,
    SecondFactor,
    StaffRole,
    User,
    WeChatBinding,
    session_hash,
)
from onetrip.domain.accounts.states import DEMO_PASSWORD, Kind, Role, RoleName
from onetrip.domain.notifications.states import Channel
from onetrip.domain.notifications.views import Quiet, Route


@dataclass(frozen=True)
class CitizenCard:
    """What may be shown of a citizen to those who serve them."""

    public_id: str
    name: str
    masked_phone: str


@dataclass(frozen=True)
class StaffCard:
    """A member of staff as colleagues and citizens see them."""

    public_id: str
    name: str
    roles: list[Role]


@dataclass(frozen=True)
class StaffLine:
    """A line of the administrator's list of staff; closed accounts stay in it."""

    public_id: str
    username: str
    name: str
    roles: list[Role]
    is_active: bool


@dataclass(frozen=True)
class DemoLogin:
    """A door into the sample city. `code` is None while both usable codes were used: wait a few seconds."""

    username: str
    name: str
    role: str
    role_name: str
    venue_code: str | None
    competence: str | None
    password: str
    code: str | None


def citizen(public_id: str) -> CitizenCard:
    """Return the citizen's card. Raises NotFound."""
    user = User.objects.filter(public_id=public_id, kind=Kind.CITIZEN).first()
    if user is None:
        raise NotFound()
    return CitizenCard(public_id=user.public_id, name=user.name, masked_phone=rules.masked(user.phone))


def citizen_key(public_id: str) -> int:
    """Return the row number of an open citizen's account, for the modules above. Raises NotFound."""
    found = User.objects.filter(public_id=public_id, kind=Kind.CITIZEN, is_active=True)
    key = found.values_list("pk", flat=True).first()
    if key is None:
        raise NotFound()
    return key


def staff(public_id: str) -> StaffCard:
    """Return the staff member's card. Raises NotFound."""
    user = _with_roles(User.objects.filter(public_id=public_id, kind=Kind.STAFF)).first()
    if user is None:
        raise NotFound()
    return StaffCard(public_id=user.public_id, name=user.name, roles=user.roles)


def staff_named(part: str, *, limit: int = 100) -> list[StaffLine]:
    """Return staff whose name or user name contains the text, by user name; all (up to the limit) for an empty one."""
    users = User.objects.filter(kind=Kind.STAFF)
    if part:
        users = users.filter(Q(name__icontains=part) | Q(username__icontains=part))
    return [
        StaffLine(
            public_id=user.public_id,
            username=user.username or "",
            name=user.name,
            roles=user.roles,
            is_active=user.is_active,
        )
        for user in _with_roles(users).order_by("username")[:limit]
    ]


def staff_id(username: str) -> int:
    """Return the row number of a member of staff by user name, for the command line. Raises NotFound."""
    user = User.objects.filter(kind=Kind.STAFF, username=username).only("pk").first()
    if user is None:
        raise NotFound()
    return user.pk


def roles_of(user_id: int) -> list[Role]:
    """Return the roles a user holds; none for a citizen."""
    rows = StaffRole.objects.filter(user_id=user_id, user__is_active=True).order_by("id")
    return [Role(row.role, row.venue_code, row.competence) for row in rows]


def may(
    roles: Iterable[Role], verb: str, *, venue_code: str | None = None, competence: str | None = None
) -> bool:
    """Say whether the roles allow the verb (there, for that); see :class:`states.Verb`."""
    return rules.may(roles, verb, venue_code, competence)


class Person(NamedTuple):
    """Who asks, as every page needs them; the rest of an account stays where it is, and sealed. `pk`: row number."""

    pk: int
    public_id: str
    kind: str
    name: str
    password: str
    held_roles: list[dict[str, Any]]

    def __repr__(self) -> str:
        return f"<Person {self.public_id}>"  # what stands in a log tells no name and no hash

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def roles(self) -> list[Role]:
        return [Role(**row) for row in self.held_roles]

    @property
    def session_hash(self) -> str:
        """What a session of this account has to be signed with."""
        return session_hash(self.password)


def person_in_session(user_id: int) -> Person | None:
    """Return who it is, with their roles, in one query, or None: the account is gone or closed."""
    found = _PERSON.first(user_id=user_id)
    return None if found is None else Person(*found)


def open_account(user_id: int) -> User | None:
    """Return the account as django.contrib.auth wants it, or None: it is gone or closed."""
    return User.objects.filter(pk=user_id, is_active=True).first()


@dataclass(frozen=True)
class AccountCard:
    """What is shown of an account to the person whose it is. `by_card`: a counter finds it by the identity card."""

    masked_phone: str
    name: str
    joined_at: datetime
    by_card: bool


def has_wechat(user_id: int) -> bool:
    """Say whether a WeChat is linked with this citizen."""
    return WeChatBinding.objects.filter(user_id=user_id).exists()


def whose_wechat(*, openid: str, unionid: str) -> int | None:
    """Return the row number of the citizen whose WeChat this is."""
    found = Q(openid_hash=rules.hash_openid(openid))
    if unionid:
        found |= Q(unionid_hash=rules.hash_unionid(unionid))
    return WeChatBinding.objects.filter(found, user__is_active=True).values_list("user_id", flat=True).first()


def language_by_wechat(openid: str) -> str | None:
    """Return the language of the citizen whose WeChat this is, None where none has linked it."""
    rows = WeChatBinding.objects.filter(openid_hash=rules.hash_openid(openid), user__is_active=True)
    chosen = rows.values_list("user__language", flat=True).first()
    return None if chosen is None else chosen or settings.LANGUAGE_CODE


def openid_of(user_id: int) -> str | None:
    """Return the openid by which WeChat knows this citizen; for payments and messages, never for a page."""
    row = WeChatBinding.objects.filter(user_id=user_id).first()
    return row.openid if row else None


def account_card(user_id: int) -> AccountCard:
    """Return what may be shown of an account to the person who has proved that it is theirs. Raises NotFound."""
    user = User.objects.filter(pk=user_id, kind=Kind.CITIZEN, is_active=True).first()
    if user is None:
        raise NotFound()
    return AccountCard(
        masked_phone=rules.masked(user.phone),
        name=user.name,
        joined_at=user.joined_at,
        by_card=user.card is not None,
    )


def card_key(identity: str) -> str:
    """Return under what tries with an identity card are counted. Raises IdentityInvalid."""
    return rules.hash_identity(identity)


def account_by_card(*, name: str, identity: str) -> int | None:
    """Return the row number of the account that a counter made for this name and card; None for one with a phone.

    Whoever names both may be a stranger: what comes of it is theirs to see only with a proof. Raises IdentityInvalid.
    """
    rows = User.objects.filter(
        phone_hash=rules.hash_identity(identity), kind=Kind.CITIZEN, is_active=True, phone=None
    )
    row = rows.first()
    return row.pk if row is not None and rules.same_name(row.name, name) else None


def masked_phone_of(user: User) -> str:
    """Return the user's phone number as it may be shown on a page."""
    return rules.masked(user.phone)


@dataclass(frozen=True)
class Ways:
    """How to reach a person: routes in the order they want, their language, the hours in which not to disturb."""

    routes: list[Route]
    language: str
    quiet: Quiet


@dataclass(frozen=True)
class MessageWishes:
    """What a person has chosen about messages, as their settings page shows it."""

    channels: list[str]
    quiet: Quiet
    masked_email: str
    possible: list[str]


def ways_to(user_id: int) -> Ways | None:
    """Return how to reach a citizen, None for a closed account. Not for pages: addresses are whole. One query."""
    users = User.objects.select_related("message_wish", "wechat_binding")
    user = users.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    wish, wechat = _wish_of(user), getattr(user, "wechat_binding", None)
    addresses = {str(Channel.SMS): user.phone, str(Channel.EMAIL): wish.email}
    if wechat is not None:
        addresses[str(Channel.WECHAT)] = wechat.openid
    wanted = [(channel, addresses.get(channel)) for channel in _order(wish)]
    routes = [Route(channel, address) for channel, address in wanted if address]
    return Ways(
        routes=[*routes, Route(Channel.INBOX, user.public_id)],
        language=user.language or settings.LANGUAGE_CODE,
        quiet=Quiet(wish.quiet_since, wish.quiet_until),
    )


def _wish_of(user: User) -> MessageWish:
    wish: MessageWish | None = getattr(user, "message_wish", None)
    return wish or MessageWish(user=user)


def _order(wish: MessageWish) -> list[str]:
    return [channel for channel in wish.channels.split(",") if channel]


def message_wishes_of(user_id: int) -> MessageWishes:
    """Return what a person has chosen about messages. Raises NotFound."""
    user = User.objects.select_related("message_wish").filter(pk=user_id).first()
    if user is None:
        raise NotFound()
    wish = _wish_of(user)
    possible = [Channel.SMS, *([Channel.EMAIL] if wish.email else [])]
    return MessageWishes(
        channels=_order(wish),
        quiet=Quiet(wish.quiet_since, wish.quiet_until),
        masked_email=rules.masked_email(wish.email),
        possible=[str(channel) for channel in possible],
    )


def language_of(user_id: int) -> str:
    """Return the language in which a person reads the pages."""
    chosen = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def citizen_by_phone(phone: str) -> int | None:
    """Return the row number of the citizen with this phone number, None for a stranger. Raises PhoneInvalid."""
    found = User.objects.filter(kind=Kind.CITIZEN, phone_hash=rules.hash_phone(rules.normal_phone(phone)))
    return found.values_list("pk", flat=True).first()


def demo_logins(*, at: datetime, each: int = 2) -> list[DemoLogin]:
    """Return the first few accounts of every role and post, with password and the code that works now.

    A post is what user names have in common: officer1 and officer2 sit at the same kind. None in production.
    """
    if not rules.is_demo():
        return []
    rows = StaffRole.objects.filter(user__is_active=True, user__second_factor__confirmed_at__isnull=False)
    shown: Counter[tuple[str, str]] = Counter()
    found: list[DemoLogin] = []
    for row in rows.select_related("user", "user__second_factor").order_by("user__username", "id"):
        post = (row.role, (row.user.username or "").rstrip("0123456789"))
        shown[post] += 1
        if shown[post] <= each:
            found.append(_demo_login(row=row, at=at))
    return sorted(found, key=lambda login: RoleName.values.index(login.role))


def demo_code(*, user_id: int, at: datetime) -> str | None:
    """Return the second-factor code that works now for an account of the sample city; None in production."""
    factor = SecondFactor.objects.filter(user_id=user_id, confirmed_at__isnull=False).first()
    return _code_now(factor=factor, at=at) if factor is not None and rules.is_demo() else None


def _demo_login(*, row: StaffRole, at: datetime) -> DemoLogin:
    return DemoLogin(
        username=row.user.username or "",
        name=row.user.name,
        role=row.role,
        role_name=str(RoleName(row.role).label),
        venue_code=row.venue_code,
        competence=row.competence,
        password=DEMO_PASSWORD,
        code=_code_now(factor=row.user.second_factor, at=at),
    )


def _code_now(*, factor: SecondFactor, at: datetime) -> str | None:
    step = rules.first_unused_step(at=at, after_step=factor.last_step)
    return None if step is None else rules.totp_code(secret=factor.secret, step=step)


def _with_roles(users: "QuerySet[User]") -> "QuerySet[User]":
    fields = JSONObject(role="role", venue_code="venue_code", competence="competence")
    rows = StaffRole.objects.filter(user=OuterRef("pk")).order_by("id").values(row=fields)
    return users.annotate(held_roles=ArraySubquery(rows))


_PERSON: Ready[tuple[Any, ...]] = Ready(
    lambda user_id: _with_roles(User.objects.filter(pk=user_id, is_active=True)).values_list(*Person._fields),
    user_id=int,
)
