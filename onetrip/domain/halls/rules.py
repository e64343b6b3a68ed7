"""Pure decisions about presence and printing."""

import hmac
import ipaddress
import secrets
from datetime import UTC, datetime, timedelta

from onetrip.core.crypto import keyed_hash

# The code on the screen is another one every minute, and the one before is still taken: people type slowly.
STEP = timedelta(minutes=1)
STEPS_BACK = 1
CODE_DIGITS = 6
# Who has shown the code counts as being in the hall that long: time to sign in, to search, to find the paper.
PRESENT_FOR = timedelta(minutes=30)

# A slip that comes out later than this lies on the floor: its holder has gone on.
PRINT_WITHIN = timedelta(minutes=2)
PRINT_AGAIN_AFTER = timedelta(seconds=5)
SLIP_LIVES = timedelta(days=2)
# A screen asks once a minute.
SILENT_AFTER = timedelta(minutes=5)


def step_at(at: datetime) -> int:
    """Return the number of the minute."""
    return int(at.timestamp() // STEP.total_seconds())


def hall_code(*, venue_code: str, step: int) -> str:
    """Return what the hall's screen shows during this minute: six digits of an HMAC of venue and minute.

    As a time-based one-time password (RFC 6238), with the venue bound in: another hall shows another code.
    """
    digest = keyed_hash(f"{venue_code}:{step}", purpose="halls.code")
    return f"{int(digest[:16], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_hall_code(*, venue_code: str, code: str, at: datetime) -> bool:
    """Say whether somebody who types this code now can have read it off the hall's screen."""
    now = step_at(at)
    shown = [hall_code(venue_code=venue_code, step=now - back) for back in range(STEPS_BACK + 1)]
    return any(hmac.compare_digest(one.encode(), code.encode()) for one in shown)


def seconds_left(at: datetime) -> int:
    """Return for how many seconds the present code stays on the screen, at least one."""
    step_s = int(STEP.total_seconds())
    return step_s - int(at.timestamp()) % step_s


def proof_of_presence(*, venue_code: str, at: datetime) -> str:
    """Return a note that its bearer showed the hall's code at this moment."""
    moment = int(at.timestamp())
    return f"{moment}.{keyed_hash(f'{venue_code}:{moment}', purpose='halls.presence')[:32]}"


def proves_presence(*, proof: str, venue_code: str, at: datetime) -> bool:
    """Say whether the note is ours, for this hall, and not too old."""
    moment = proof.partition(".")[0]
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    shown_at = datetime.fromtimestamp(int(moment), UTC)
    genuine = hmac.compare_digest(
        proof_of_presence(venue_code=venue_code, at=shown_at).encode(), proof.encode()
    )
    return genuine and shown_at <= at < shown_at + PRESENT_FOR


def new_device_key() -> str:
    """Return the key of a machine: 192 random bits, which fit into an address."""
    return secrets.token_urlsafe(24)


def device_hash(key: str) -> str:
    """Return under which hash a machine is found."""
    return keyed_hash(key, purpose="halls.device")


def is_printer_address(host: str) -> bool:
    """Say whether the server may open a connection there: an address inside the house, never the wide world."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    inside = address.is_private or address.is_loopback
    return inside and address.version == 4 and not (address.is_multicast or address.is_unspecified)
