"""Staff: who is employed with which roles, and the first half of their way in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.hashers import make_password

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.crypto import keyed_hash
from onetrip.core.errors import TooMany
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import CredentialsWrong, LoginLocked, RoleInvalid
from onetrip.domain.accounts.models import SecondFactor, StaffRole, User
from onetrip.domain.accounts.states import Kind, Role, RoleName


@dataclass(frozen=True)
class PasswordAccepted:
    """The first half is done. Nobody is signed in yet: the second factor decides."""

    user_id: int
    enrolled: bool


@use_case
def ensure_staff(
    *, username: str, name: str, roles: Iterable[Role], password: str, by: Actor, at: datetime
) -> User:
    """Create the member of staff, or bring name and roles of an existing one in line; a password stays as it is.

    In demo mode the second factor is enrolled too, so that the login page can show its code. Raises RoleInvalid,
    NameInvalid.
    """
    wanted = set(roles)
    for role in wanted:
        if role.role not in RoleName.values:
            raise RoleInvalid(field="roles", role=role.role)
    name = rules.normal_name(name)
    user = User.objects.filter(username=username).first()
    is_new = user is None
    if user is None:
        user = User.objects.create(
            username=username, kind=Kind.STAFF, name=name, joined_at=at, password=_password_hash(password)
        )
        if rules.is_demo():
            SecondFactor.objects.create(user=user, secret=rules.new_secret(), confirmed_at=at)
    elif user.name != name:
        User.objects.filter(pk=user.pk).update(name=name)
        user.name = name
    changed = _bring_roles_in_line(user=user, wanted=wanted)
    if is_new or changed:
        verb = "staff.employed" if is_new else "staff.roles_changed"
        record(
            verb=verb,
            subject=f"user:{user.public_id}",
            by=by,
            at=at,
            detail={"roles": sorted(map(str, wanted))},
        )
    return user


def _bring_roles_in_line(*, user: User, wanted: set[Role]) -> bool:
    held = {Role(row.role, row.venue_code, row.competence): row.pk for row in user.staff_roles.all()}
    gone = [pk for role, pk in held.items() if role not in wanted]
    missing = sorted(wanted - held.keys(), key=str)
    StaffRole.objects.filter(pk__in=gone).delete()
    StaffRole.objects.bulk_create(
        StaffRole(user=user, role=role.role, venue_code=role.venue_code, competence=role.competence)
        for role in missing
    )
    user.__dict__.pop("held_roles", None)
    return bool(gone or missing)


@lru_cache(maxsize=4)
def _demo_hash(password: str) -> str:
    return make_password(password)


def _password_hash(password: str) -> str:
    """Argon2 takes a while by design. The sample city's hundreds of staff share one password, hence one hash."""
    return _demo_hash(password) if rules.is_demo() else make_password(password)


def accept_password(*, username: str, password: str, ip: str, at: datetime) -> PasswordAccepted:
    """Check user name and password. Raises CredentialsWrong, LoginLocked (10 tries in 15 minutes, 60 for an ip)."""
    username = username.strip()
    account_key = f"login:account:{keyed_hash(username, purpose='accounts.login')}"
    take_login(key=f"login:ip:{ip}", limit=rules.LOGIN_TRIES_IP, at=at)
    take_login(key=account_key, limit=rules.LOGIN_TRIES, at=at)
    user = User.objects.filter(username=username, kind=Kind.STAFF, is_active=True).first()
    if user is None:
        make_password(password)  # takes as long as a check, so that the time does not tell who exists
        raise CredentialsWrong(field="username")
    if not user.check_password(password):
        raise CredentialsWrong(field="username")
    limits.forget(key=account_key)
    enrolled = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()
    return PasswordAccepted(user_id=user.pk, enrolled=enrolled)


def take_login(*, key: str, limit: int, at: datetime) -> None:
    """Count one try; raise LoginLocked, which says when it opens again."""
    try:
        limits.take(key=key, limit=limit, per_s=int(rules.LOGIN_PERIOD.total_seconds()), at=at)
    except TooMany as refusal:
        minutes = -(-refusal.retry_after_s // 60)
        raise LoginLocked(retry_after_s=refusal.retry_after_s, minutes=minutes) from refusal


@use_case
def set_password(*, user_id: int, password: str, by: Actor, at: datetime) -> None:
    """Give a member of staff a new password; every session of theirs ends. Raises NotFound."""
    user = lock_one(User.objects.filter(pk=user_id, kind=Kind.STAFF))
    user.password = make_password(password)
    user.save(update_fields=["password"])
    record(verb="staff.password_set", subject=f"user:{user.public_id}", by=by, at=at)


@use_case
def close_account(*, user_id: int, by: Actor, at: datetime) -> None:
    """Close an account: its sessions end with the next request. Raises NotFound."""
    user = lock_one(User.objects.filter(pk=user_id))
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(verb="account.closed", subject=f"user:{user.public_id}", by=by, at=at)
