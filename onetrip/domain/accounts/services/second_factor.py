"""The second half of the way in for staff: an authenticator app (TOTP, RFC 6238) or a written-down recovery code."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.crypto import keyed_hash
from onetrip.core.errors import Refusal
from onetrip.core.locks import lock_one
from onetrip.core.unit import unit_of_work, use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import SecondFactorMissing, SecondFactorWrong
from onetrip.domain.accounts.models import RecoveryCode, SecondFactor, User
from onetrip.domain.accounts.services.staff import take_login
from onetrip.domain.accounts.states import Kind


@dataclass(frozen=True)
class Enrolment:
    """What the app needs: `uri` as a QR code, `secret` (base 32) to type in by hand."""

    secret: str
    uri: str


@use_case
def begin_enrolment(*, user_id: int) -> Enrolment:
    """Return the secret that waits to be confirmed, making it the first time; a reload shows the same one.

    Raises SecondFactorMissing where one is confirmed already: it can only be reset by an administrator.
    """
    user = lock_one(User.objects.filter(pk=user_id, kind=Kind.STAFF, is_active=True))
    factor, _is_new = SecondFactor.objects.get_or_create(user=user, defaults={"secret": rules.new_secret()})
    if factor.confirmed_at is not None:
        raise SecondFactorMissing()
    return Enrolment(
        secret=factor.secret,
        uri=rules.totp_uri(secret=factor.secret, account=user.username or user.public_id),
    )


def confirm_enrolment(*, user_id: int, code: str, ip: str, at: datetime) -> tuple[User, list[str]]:
    """Confirm with the first code; return the user, now signed in, and the recovery codes: shown once, kept as hashes.

    Raises SecondFactorWrong, SecondFactorMissing, LoginLocked.
    """
    _take(user_id=user_id, ip=ip, at=at)
    with unit_of_work():
        factor = _locked(user_id=user_id, is_confirmed=False)
        _use_totp(factor=factor, code=rules.normal_code(code), at=at)
        factor.confirmed_at = at
        factor.save()
        codes = rules.new_recovery_codes()
        RecoveryCode.objects.filter(user_id=user_id).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user_id=user_id, code_hash=_hash_recovery(user_id, rules.normal_code(paper)))
            for paper in codes
        )
        by = Actor(kind="staff", id=factor.user.public_id)
        record(verb="staff.second_factor_enrolled", subject=f"user:{factor.user.public_id}", by=by, at=at)
    limits.forget(key=_account_key(user_id))
    return factor.user, codes


def pass_second_factor(*, user_id: int, code: str, ip: str, at: datetime) -> User:
    """Return the member of staff whose app (or recovery code) this is. Every code is accepted once.

    Raises SecondFactorWrong, SecondFactorMissing, LoginLocked.
    """
    _take(user_id=user_id, ip=ip, at=at)
    with unit_of_work():
        factor = _locked(user_id=user_id, is_confirmed=True)
        typed = rules.normal_code(code)
        by = Actor(kind="staff", id=factor.user.public_id)
        if len(typed) == 6:
            _use_totp(factor=factor, code=typed, at=at)
            factor.save(update_fields=["last_step"])
            verb = "staff.signed_in"
        else:
            _use_recovery(user_id=user_id, typed=typed)
            verb = "staff.signed_in_with_recovery_code"
        record(verb=verb, subject=f"user:{factor.user.public_id}", by=by, at=at, detail={"ip": ip})
    limits.forget(key=_account_key(user_id))
    return factor.user


@use_case
def reset_second_factor(*, user_id: int, by: Actor, at: datetime) -> None:
    """Forget app and recovery codes, so that the next sign-in enrols anew. Raises NotFound."""
    user = lock_one(User.objects.filter(pk=user_id, kind=Kind.STAFF))
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    record(verb="staff.second_factor_reset", subject=f"user:{user.public_id}", by=by, at=at)


def _account_key(user_id: int) -> str:
    return f"second-factor:account:{user_id}"


def _take(*, user_id: int, ip: str, at: datetime) -> None:
    take_login(key=f"second-factor:ip:{ip}", limit=rules.LOGIN_TRIES_IP, at=at)
    take_login(key=_account_key(user_id), limit=rules.LOGIN_TRIES, at=at)


def _locked(*, user_id: int, is_confirmed: bool) -> SecondFactor:
    rows = SecondFactor.objects.select_related("user").filter(
        user_id=user_id, user__is_active=True, confirmed_at__isnull=not is_confirmed
    )
    try:
        return lock_one(rows)
    except Refusal as refusal:
        raise SecondFactorMissing() from refusal


def _use_totp(*, factor: SecondFactor, code: str, at: datetime) -> None:
    step = rules.matching_step(secret=factor.secret, code=code, at=at, after_step=factor.last_step)
    if step is None:
        raise SecondFactorWrong(field="code")
    factor.last_step = step


def _hash_recovery(user_id: int, code: str) -> str:
    return keyed_hash(f"{user_id}:{code}", purpose="accounts.recovery_code")


def _use_recovery(*, user_id: int, typed: str) -> None:
    deleted, _rows = RecoveryCode.objects.filter(
        user_id=user_id, code_hash=_hash_recovery(user_id, typed)
    ).delete()
    if not deleted:
        raise SecondFactorWrong(field="code")
