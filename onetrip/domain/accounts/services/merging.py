"""Two accounts of one person become one: everything of the one given up goes to the one that is kept."""

from datetime import datetime

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.crypto import keyed_hash
from onetrip.core.errors import Busy, Conflict, Refusal
from onetrip.core.events import publish
from onetrip.core.locks import lock_name
from onetrip.core.unit import unit_of_work, use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import BothUnderWay, ConsentMissing, NothingToMerge, OtherPerson
from onetrip.domain.accounts.events import CitizensMerged
from onetrip.domain.accounts.models import MessageWish, PhoneCode, User, WeChatBinding
from onetrip.domain.accounts.services.citizens import use_up_code
from onetrip.domain.accounts.states import Kind
from onetrip.domain.notifications import services as notifications


def prove_other_phone(*, user_id: int, phone: str, code: str, ip: str, at: datetime) -> int:
    """Use up a code that was sent to another phone of the same person; return that account's row number.

    Nobody is signed in and no account is made. Raises CodeWrong, CodeDead, PhoneInvalid, TooMany, NothingToMerge where
    the phone has no account, or this one.
    """
    phone = rules.normal_phone(phone)
    prove_phone(phone=phone, code=code, ip=ip, at=at)
    other = (
        User.objects.filter(phone_hash=rules.hash_phone(phone), is_active=True)
        .values_list("pk", flat=True)
        .first()
    )
    if other is None or other == user_id:
        raise NothingToMerge()
    return other


def prove_phone(*, phone: str, code: str, ip: str, at: datetime) -> None:
    """Use up a code that was sent to a phone (11 digits). Raises CodeWrong, CodeDead, TooMany."""
    limits.take(key=f"code-try:ip:{ip}", limit=rules.CODE_TRIES_PER_HOUR_IP, per_s=3600, at=at)
    outcome = _try_other_code(phone_hash=rules.hash_phone(phone), code=rules.normal_code(code), at=at)
    if isinstance(outcome, Refusal):
        raise outcome


def merge_citizens(*, kept_id: int, given_up_id: int, consent: bool, by: Actor, at: datetime) -> None:
    """Give everything of one account to another of the same person, and close it; its phone number is free again.

    Whoever calls has seen proof that both are theirs. All of it happens, or nothing. Raises ConsentMissing,
    NothingToMerge, OtherPerson, BothUnderWay where the two cannot be one yet, Busy.
    """
    if not consent:
        raise ConsentMissing(field="consent")
    if kept_id == given_up_id:
        raise NothingToMerge()
    try:
        with unit_of_work():
            _merge(kept_id=kept_id, given_up_id=given_up_id, by=by, at=at)
    except (Busy, NothingToMerge, OtherPerson):
        raise
    except Conflict as clash:  # the database's word, in each module's own: one errand, one place in line
        raise BothUnderWay() from clash


def _merge(*, kept_id: int, given_up_id: int, by: Actor, at: datetime) -> None:
    rows = User.objects.filter(pk__in=[kept_id, given_up_id], kind=Kind.CITIZEN, is_active=True)
    for known in sorted({person.card for person in rows if person.card}):
        lock_card(known)
    people = {user.pk: user for user in rows.order_by("pk").select_for_update()}
    if len(people) != 2:
        raise NothingToMerge()
    kept, given_up = people[kept_id], people[given_up_id]
    if None not in (kept.card, given_up.card) and kept.card != given_up.card:
        raise OtherPerson()
    publish(CitizensMerged(from_id=given_up.pk, to_id=kept.pk, by=by, at=at))
    messages = notifications.hand_over(from_reader=given_up.public_id, to_reader=kept.public_id)
    card, real_name = given_up.card, given_up.name
    _join_own_rows(kept=kept, given_up=given_up)
    _close(given_up, into=kept)
    if card is not None:
        bind_card(kept, card=card, name=real_name)
    record(
        verb="account.merged", subject=f"user:{kept.public_id}", by=by, at=at,
        detail={"given_up": given_up.public_id, "messages": messages},
    )  # fmt: skip
    record(
        verb="account.given_up",
        subject=f"user:{given_up.public_id}",
        by=by,
        at=at,
        detail={"into": kept.public_id},
    )


def _join_own_rows(*, kept: User, given_up: User) -> None:
    """What a person has once: the kept account's own is kept, else the other's is taken over."""
    for table in (WeChatBinding, MessageWish):
        if table.objects.filter(user=kept).exists():
            table.objects.filter(user=given_up).delete()
        else:
            table.objects.filter(user=given_up).update(user=kept)
    User.objects.filter(merged_into=given_up).update(merged_into=kept)
    PhoneCode.objects.filter(phone_hash=given_up.phone_hash).delete()
    kept.name = kept.name or given_up.name
    kept.language = kept.language or given_up.language
    kept.large_text = kept.large_text or given_up.large_text
    kept.save(update_fields=["name", "language", "large_text"])


def _close(user: User, *, into: User) -> None:
    """Keep the row, for the audit trail, without anything personal. Its number may be somebody else's one day."""
    user.is_active, user.merged_into = False, into
    user.name, user.phone = "", None
    user.phone_hash = keyed_hash(f"given up:{user.public_id}", purpose="accounts.phone")
    user.identity_hash = None
    user.save(update_fields=["is_active", "merged_into", "name", "phone", "phone_hash", "identity_hash"])


def lock_card(card: str) -> None:
    """Let one alone find, make or bind the account of an identity card (its keyed hash); before any account's row."""
    lock_name(f"card:{card}")


def bind_card(user: User, *, card: str, name: str) -> None:
    """Bind a locked account to an identity card: it bears the name on the card from now on."""
    user.identity_hash, user.name = card, name or user.name
    user.save(update_fields=["identity_hash", "name"])


@use_case
def _try_other_code(*, phone_hash: str, code: str, at: datetime) -> Refusal | None:
    """Check and use up the code; a refusal is returned, as raising it would take back the counted attempt."""
    return use_up_code(phone_hash=phone_hash, code=code, at=at)
