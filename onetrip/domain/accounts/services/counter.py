"""People whom staff have before them or on the phone: found, or made, by name and phone or identity card; and
the phone that somebody found by card has now.
"""

from datetime import datetime

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import AccountClosed, NameDiffers, NothingToMerge, OneWayToFind
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.services.merging import bind_card, lock_card, merge_citizens, prove_phone
from onetrip.domain.accounts.states import Kind


def find_person(*, name: str, phone: str = "", identity: str = "", by: Actor, at: datetime) -> str:
    """Return the public id of the citizen with this name and this mobile number, or this identity card.

    Who is not known yet gets an account; one made by identity card has no phone, and its number is kept as a keyed
    hash only. An account that has no name yet takes this one. Whoever calls has checked that staff may do this.
    Raises OneWayToFind, NameInvalid, PhoneInvalid, IdentityInvalid, NameDiffers, AccountClosed, TooMany.
    """
    if bool(phone.strip()) == bool(identity.strip()):
        raise OneWayToFind(field="phone")
    wanted = rules.normal_name(name)
    number = rules.normal_phone(phone) if phone.strip() else None
    found_by = rules.hash_phone(number) if number else rules.hash_identity(identity)
    limits.take(key=f"lookup:{by.id}", limit=rules.LOOKUPS_PER_HOUR, per_s=3600, at=at)
    return _find_or_make(name=wanted, phone=number, found_by=found_by, by=by, at=at)


@use_case
def _find_or_make(*, name: str, phone: str | None, found_by: str, by: Actor, at: datetime) -> str:
    user, is_new = None, False
    if phone is None:
        lock_card(found_by)
        user = User.objects.filter(identity_hash=found_by).first()
    if user is None:
        user, is_new = User.objects.get_or_create(
            phone_hash=found_by,
            defaults={"kind": Kind.CITIZEN, "phone": phone, "name": name, "joined_at": at},
        )
    if not user.is_active:
        raise AccountClosed()
    if user.name and not rules.same_name(user.name, name):
        raise NameDiffers(field="name")
    if not user.name:
        User.objects.filter(pk=user.pk, name="").update(name=name)
    verb = "account.joined_at_counter" if is_new else "account.found"
    detail = {"by": "phone" if phone else "identity"}
    record(verb=verb, subject=f"user:{user.public_id}", by=by, at=at, detail=detail)
    return user.public_id


def give_phone(*, citizen: str, phone: str, code: str, ip: str, by: Actor, at: datetime) -> str:
    """Let somebody who was found by identity card (public id) be found by their phone; return the account's public id.

    The code was sent to the phone and is said by its owner, who stands there with the card. Where the phone has an
    account already, that one is kept and everything goes to it; either way it is bound to the card.
    Raises PhoneInvalid, CodeWrong, CodeDead, TooMany, NameDiffers, AccountClosed, NothingToMerge for somebody who has a
    phone, and as merge_citizens.
    """
    number = rules.normal_phone(phone)
    mine = User.objects.filter(public_id=citizen, kind=Kind.CITIZEN, is_active=True, phone=None).first()
    if mine is None:
        raise NothingToMerge()
    kept = User.objects.filter(phone_hash=rules.hash_phone(number)).first()
    if kept is not None and not kept.is_active:
        raise AccountClosed()
    if kept is not None and kept.name and not rules.same_name(kept.name, mine.name):
        raise NameDiffers(field="phone")
    prove_phone(phone=number, code=code, ip=ip, at=at)
    if kept is None:
        _take_phone(user_id=mine.pk, phone=number, by=by, at=at)
        return citizen
    merge_citizens(kept_id=kept.pk, given_up_id=mine.pk, consent=True, by=by, at=at)
    return kept.public_id


@use_case
def _take_phone(*, user_id: int, phone: str, by: Actor, at: datetime) -> None:
    found = User.objects.filter(pk=user_id, is_active=True, phone=None)
    card = found.values_list("phone_hash", flat=True).first()
    if card is None:
        raise NothingToMerge()
    lock_card(card)
    user = lock_one(found)
    user.phone, user.phone_hash = phone, rules.hash_phone(phone)
    user.save(update_fields=["phone", "phone_hash"])
    bind_card(user, card=card, name=user.name)
    record(verb="account.phone_given", subject=f"user:{user.public_id}", by=by, at=at)
