"""Proof of work in ALTCHA's format (altcha.org, version 2): a browser shows that it has computed for a moment.

The challenge is signed and made for one person for ten minutes, so nothing has to be remembered: whoever sends a
solution again is the same person, whose tries are counted anyway.
"""

import json
from datetime import datetime

import altcha
from django.conf import settings

from onetrip.core.crypto import keyed_hash
from onetrip.domain.booking import rules


def _secret() -> str:
    return keyed_hash("challenge", purpose="booking.proof")


def challenge_for(*, person: str, digits: int, at: datetime) -> str:
    """Return a new challenge for this person, as JSON for their browser. `digits`: how much work, see `rules`."""
    made = altcha.create_challenge(
        "SHA-256",
        rules.PROOF_COST,
        key_prefix="0" * digits,
        expires_at=at + rules.PROOF_LASTS,
        data={"person": person, "digits": digits},
        hmac_secret=_secret(),
    )
    return json.dumps(made.to_dict())


def is_solved(proof: str, *, person: str, digits: int) -> bool:
    """Say whether this is a solution of a challenge made for this person that asked for at least so much work."""
    try:
        payload = altcha.Payload.from_base64(proof)
        data = payload.challenge.parameters.data or {}
        solved = altcha.verify_solution(payload, _secret()).verified
        return bool(solved) and data.get("person") == person and int(data.get("digits", 0)) >= digits
    except (ValueError, KeyError, TypeError, AttributeError):
        return False  # whatever a stranger may have typed here


def is_ever_asked() -> bool:
    """Say whether this installation asks for proofs at all."""
    return str(settings.BOOKING_PROOF) != "never"
