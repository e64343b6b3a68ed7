"""Signing in by phone code. Decision 0003 says why this is our own small flow."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.crypto import keyed_hash
from onetrip.core.errors import Refusal
from onetrip.core.locks import lock_one
from onetrip.core.unit import unit_of_work, use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import AccountClosed, CodeDead, CodeTooSoon, CodeWrong
from onetrip.domain.accounts.models import PhoneCode, User
from onetrip.domain.accounts.states import Kind
from onetrip.domain.notifications import services as notifications
from onetrip.domain.notifications.states import Channel
from onetrip.domain.notifications.views import Route


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way. `demo_code` is the code itself, in the sample city only."""

    resend_in_s: int
    expires_in_s: int
    demo_code: str | None


def send_phone_code(*, phone: str, ip: str, at: datetime) -> CodeSent:
    """Send a code of six digits by SMS; an earlier one stops working.

    Raises PhoneInvalid, CodeTooSoon (within 60 s), TooMany (5 an hour for a phone, 20 for an ip). The answer is the
    same for a known and an unknown phone.
    """
    phone = rules.normal_phone(phone)
    phone_hash = rules.hash_phone(phone)
    limits.take(key=f"code:ip:{ip}", limit=rules.CODES_PER_HOUR_IP, per_s=3600, at=at)
    _refuse_too_soon(phone_hash=phone_hash, at=at)
    limits.take(key=f"code:phone:{phone_hash}", limit=rules.CODES_PER_HOUR_PHONE, per_s=3600, at=at)
    code = rules.new_code()
    with unit_of_work():
        _store(phone_hash=phone_hash, code=code, at=at)
        notifications.send(
            routes=[Route(Channel.SMS, phone)],
            template="accounts.code",
            params={"code": code, "minutes": int(rules.CODE_LIVES.total_seconds() // 60)},
            language=translation.get_language() or "zh-hans",
            expires_at=at + rules.CODE_LIVES,
            at=at,
        )
    return CodeSent(
        resend_in_s=int(rules.CODE_RESEND.total_seconds()),
        expires_in_s=int(rules.CODE_LIVES.total_seconds()),
        demo_code=code if rules.is_demo() else None,
    )


def sign_in_with_code(*, phone: str, code: str, ip: str, at: datetime) -> User:
    """Return the citizen whose phone the code was sent to; the first time, create them. The code is used up.

    Raises CodeWrong, CodeDead (5 wrong attempts), AccountClosed, PhoneInvalid, TooMany. Two requests with the same
    code wait for one another at the code's row; the second finds it gone.
    """
    phone = rules.normal_phone(phone)
    limits.take(key=f"code-try:ip:{ip}", limit=rules.CODE_TRIES_PER_HOUR_IP, per_s=3600, at=at)
    outcome = _try_code(phone=phone, code=rules.normal_code(code), at=at)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _hash_code(phone_hash: str, code: str) -> str:
    return keyed_hash(f"{phone_hash}:{code}", purpose="accounts.phone_code")


def _refuse_too_soon(*, phone_hash: str, at: datetime) -> None:
    """Look before counting, so that an impatient tap does not eat up the hour's five codes."""
    last = PhoneCode.objects.filter(phone_hash=phone_hash, sent_at__gt=at - rules.CODE_RESEND).first()
    if last is not None:
        seconds = max(1, int((last.sent_at + rules.CODE_RESEND - at).total_seconds()))
        raise CodeTooSoon(retry_after_s=seconds, field="phone", seconds=seconds)


def _store(*, phone_hash: str, code: str, at: datetime) -> None:
    fresh = PhoneCode(
        phone_hash=phone_hash,
        code_hash=_hash_code(phone_hash, code),
        sent_at=at,
        expires_at=at + rules.CODE_LIVES,
    )
    # Two taps at once meet at the row: whoever comes second finds that a code has just gone out.
    PhoneCode.objects.bulk_create([fresh], ignore_conflicts=True)
    row = lock_one(PhoneCode.objects.filter(phone_hash=phone_hash))
    if (row.code_hash, row.sent_at) == (fresh.code_hash, fresh.sent_at):
        return
    if row.sent_at > at - rules.CODE_RESEND:
        seconds = int(rules.CODE_RESEND.total_seconds())
        raise CodeTooSoon(retry_after_s=seconds, field="phone", seconds=seconds)
    row.code_hash, row.attempts, row.sent_at, row.expires_at = (
        fresh.code_hash,
        0,
        fresh.sent_at,
        fresh.expires_at,
    )
    row.save()


@use_case
def _try_code(*, phone: str, code: str, at: datetime) -> User | Refusal:
    """Check and use up the code. A refusal is *returned*: raising it would roll the counted attempt back."""
    phone_hash = rules.hash_phone(phone)
    refusal = use_up_code(phone_hash=phone_hash, code=code, at=at)
    if refusal is not None:
        return refusal
    user, is_new = User.objects.get_or_create(
        phone_hash=phone_hash, defaults={"kind": Kind.CITIZEN, "phone": phone, "joined_at": at}
    )
    if not user.is_active:
        return AccountClosed()
    by = Actor(kind="citizen", id=user.public_id)
    record(
        verb="account.joined" if is_new else "account.signed_in",
        subject=f"user:{user.public_id}",
        by=by,
        at=at,
    )
    return user


def use_up_code(*, phone_hash: str, code: str, at: datetime) -> Refusal | None:
    """Check a code and use it up, inside a use case; return why not. Two with the same code meet at its row."""
    row = PhoneCode.objects.select_for_update().filter(phone_hash=phone_hash, expires_at__gt=at).first()
    if row is None:
        return CodeWrong(field="code")
    if row.attempts >= rules.CODE_ATTEMPTS:
        return CodeDead(field="code")
    if not secrets.compare_digest(row.code_hash, _hash_code(phone_hash, code)):
        row.attempts += 1
        row.save(update_fields=["attempts"])
        return CodeDead(field="code") if row.attempts >= rules.CODE_ATTEMPTS else CodeWrong(field="code")
    row.delete()
    return None
