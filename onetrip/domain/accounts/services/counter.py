"""People whom staff have before them or on the phone: found, or made, by name and phone or identity card."""

from datetime import datetime

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import AccountClosed, NameDiffers, OneWayToFind
from onetrip.domain.accounts.models import User
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
    user, is_new = User.objects.get_or_create(
        phone_hash=found_by, defaults={"kind": Kind.CITIZEN, "phone": phone, "name": name, "joined_at": at}
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
