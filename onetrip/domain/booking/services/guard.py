"""Against scalpers: who tries too often waits, and when many ask the browser has to work for a moment.

What nobody can get around stands elsewhere, in constraints: one live appointment for a person and an item, and at most
`states.MOST_LIVE` of them by phone. Call `admit` before the use case: a count must stay when a place is refused.
"""

from datetime import datetime

from django.conf import settings

from onetrip.core import limits
from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.booking import rules
from onetrip.domain.booking.errors import ProofNeeded, TooFast
from onetrip.domain.booking.queries.proof import is_ever_asked, is_solved
from onetrip.domain.booking.views import Asker

_HOUR_S = 3600


def admit(*, asker: Asker, proof: str = "", by: Actor, at: datetime) -> None:
    """Count one try to take a place and let it pass, or not.

    Raises TooFast for a person or a device with more tries than people make, ProofNeeded where a proof of work is
    asked for now and none was sent (its `digits` say how much work). Both are audited, once a window.
    """
    person, device = f"book:person:{asker.person}", f"book:device:{asker.device}"
    address = f"book:address:{asker.address}"
    counts = limits.pace(
        {person: _HOUR_S, device: _HOUR_S, address: rules.ADDRESS_PER_S, "book:city": rules.CITY_PER_S}, at=at
    )
    most = {
        person: settings.BOOKING_TRIES_AN_HOUR,
        device: max(rules.DEVICE_HOLDS, settings.BOOKING_TRIES_AN_HOUR),
    }
    for key, limit in most.items():
        if counts[key] > limit:
            if counts[key] == limit + 1:
                _note("booking.too_fast", "person" if key == person else "device", by=by, at=at)
            raise TooFast(retry_after_s=_HOUR_S - int(at.timestamp()) % _HOUR_S)
    digits = _digits(counts[address], counts["book:city"])
    if digits and not is_solved(proof, person=asker.person, digits=digits):
        if proof:
            _note("booking.proof_refused", "person", by=by, at=at)
        for what, count, first in (
            ("address", counts[address], rules.ADDRESS_ASKED + 1),
            ("address, more work", counts[address], 4 * rules.ADDRESS_ASKED + 1),
            ("city", counts["book:city"], rules.CITY_ASKED + 1),
        ):
            if not proof and count == first:
                _note("booking.proof_asked", what, by=by, at=at)
        raise ProofNeeded(digits=digits)


def _digits(from_address: int, in_city: int) -> int:
    """Return how much work is asked for now: 0 is none."""
    if not is_ever_asked():
        return 0
    if from_address > 4 * rules.ADDRESS_ASKED:
        return rules.PROOF_DIGITS + 1
    always = settings.BOOKING_PROOF == "always"
    many = from_address > rules.ADDRESS_ASKED or in_city > rules.CITY_ASKED
    return rules.PROOF_DIGITS if always or many else 0


@use_case
def _note(verb: str, what: str, *, by: Actor, at: datetime) -> None:
    record(verb=verb, subject="booking", by=by, at=at, detail={"counted_by": what})
