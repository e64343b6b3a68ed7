"""Pure decisions: what is a phone number, who may do what, which code is right when."""

import base64
import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

from onetrip.core.crypto import keyed_hash
from onetrip.core.identity import normal_id_number
from onetrip.domain.accounts.errors import IdentityInvalid, NameInvalid, PhoneInvalid
from onetrip.domain.accounts.states import Role, RoleName, Verb

CODE_LIVES = timedelta(minutes=5)
CODE_RESEND = timedelta(seconds=60)
CODE_ATTEMPTS = 5
CODES_PER_HOUR_PHONE = 5
CODES_PER_HOUR_IP = 20
# So many people may a member of staff look up in an hour: a queue is faster than that nowhere.
LOOKUPS_PER_HOUR = 60
CODE_TRIES_PER_HOUR_IP = 100

LOGIN_TRIES = 10
LOGIN_TRIES_IP = 60
LOGIN_PERIOD = timedelta(minutes=15)

STEP_S = 30
RECOVERY_CODES = 8

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Crockford's alphabet again: no I, L, O, U to mix up on a piece of paper.
_PAPER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_ROLES_FOR: dict[str, frozenset[str]] = {
    Verb.TAKE_CALLS: frozenset({RoleName.OFFICER, RoleName.LEAD}),
    Verb.SERVE_WINDOW: frozenset({RoleName.OFFICER, RoleName.LEAD}),
    Verb.RECEPTION: frozenset({RoleName.OFFICER, RoleName.LEAD}),
    Verb.ANSWER_HOTLINE: frozenset({RoleName.OPERATOR}),
    Verb.LEAD_VENUE: frozenset({RoleName.LEAD, RoleName.SUPERVISOR}),
    Verb.SEE_INSIGHTS: frozenset({RoleName.LEAD, RoleName.SUPERVISOR}),
    Verb.SEE_RECORDINGS: frozenset({RoleName.LEAD, RoleName.SUPERVISOR}),
    Verb.EDIT_CATALOG: frozenset({RoleName.EDITOR}),
    Verb.READ_AUDIT: frozenset({RoleName.SUPERVISOR, RoleName.ADMIN}),
    Verb.ADMINISTER: frozenset({RoleName.ADMIN}),
}


def may(
    roles: Iterable[Role], verb: str, venue_code: str | None = None, competence: str | None = None
) -> bool:
    """Say whether one of the roles allows the verb, there and for that.

    A role without a venue (competence) reaches every venue (competence). Without `venue_code` the question is
    "anywhere at all?". An unknown verb is a programming error: KeyError.
    """
    fitting = _ROLES_FOR[verb]
    return any(
        role.role in fitting
        and (venue_code is None or role.venue_code in (None, venue_code))
        and (competence is None or role.competence in (None, competence))
        for role in roles
    )


def is_demo() -> bool:
    """Say whether this is the sample city, where codes may be shown on the page."""
    return bool(settings.DEMO)


def normal_phone(text: str) -> str:
    """Return the 11 digits of a mainland mobile number, however it was typed; raise PhoneInvalid.

    Source of the form: the Ministry's numbering plan, 11 digits beginning with 13 to 19; +86 is the country code.
    """
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if not _MOBILE.fullmatch(digits):
        raise PhoneInvalid(field="phone")
    return digits


def hash_phone(phone: str) -> str:
    """Return the keyed hash under which a phone number (11 digits) is found."""
    return keyed_hash(phone, purpose="accounts.phone")


def hash_identity(text: str) -> str:
    """Return the keyed hash under which a person without a phone is found; raise IdentityInvalid.

    The number itself stands nowhere: whoever types it again finds the same person.
    """
    number = normal_id_number(text)
    if number is None:
        raise IdentityInvalid(field="identity")
    return keyed_hash(f"identity card {number}", purpose="accounts.phone")


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same but for spaces and capitals."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def masked(phone: str | None) -> str:
    """Return a phone number as it may be shown: first three and last four digits."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def masked_email(address: str | None) -> str:
    """Return an e-mail address as it may be shown: the first letter and the host."""
    if not address:
        return ""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def normal_name(text: str) -> str:
    """Return the name with single spaces and nothing invisible; raise NameInvalid when empty or too long."""
    name = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not 1 <= len(name) <= 60:
        raise NameInvalid(field="name")
    return name


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def normal_code(text: str) -> str:
    """Return what was typed as plain digits and capitals: full-width digits, spaces and dashes are forgiven."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def new_secret() -> str:
    """Return a fresh TOTP secret of 160 bits (RFC 4226 section 4) in base 32, as authenticator apps expect it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _totp(secret: str) -> TOTP:
    # SHA-1, six digits, 30 seconds: the only combination every authenticator app understands (RFC 6238).
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP_S)


def step_at(at: datetime) -> int:
    """Return the number of the 30-second step."""
    return int(at.timestamp()) // STEP_S


def totp_code(*, secret: str, step: int) -> str:
    """Return the six digits that the app shows during this step."""
    return _totp(secret).generate(step * STEP_S).decode()


def totp_uri(*, secret: str, account: str) -> str:
    """Return the address that an authenticator app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(account, "onetrip")


def matching_step(*, secret: str, code: str, at: datetime, after_step: int) -> int | None:
    """Return the step whose code this is, or None.

    One step of clock drift either way is forgiven (RFC 6238 section 5.2); steps up to `after_step` are used up.
    """
    now = step_at(at)
    found = None
    for step in (now - 1, now, now + 1):
        fits = secrets.compare_digest(totp_code(secret=secret, step=step).encode(), code.encode())
        if fits and step > after_step:
            found = step
    return found


def first_unused_step(*, at: datetime, after_step: int) -> int | None:
    """Return the first step from now on whose code would still be accepted, or None: wait for the next one."""
    now = step_at(at)
    return next((step for step in (now, now + 1) if step > after_step), None)


def new_recovery_codes() -> list[str]:
    """Return codes of 10 characters (50 bits), written in two groups."""
    codes = []
    for _count in range(RECOVERY_CODES):
        code = "".join(secrets.choice(_PAPER_ALPHABET) for _char in range(10))
        codes.append(f"{code[:5]}-{code[5:]}")
    return codes


def hash_openid(openid: str) -> str:
    """Return the keyed hash under which the WeChat of a person is found."""
    return keyed_hash(openid, purpose="accounts.openid")


def hash_unionid(unionid: str) -> str:
    """Return the same for the city-wide number that WeChat may tell; nothing for none."""
    return keyed_hash(unionid, purpose="accounts.unionid") if unionid else ""
