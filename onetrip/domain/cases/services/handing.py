"""Two accounts of one person become one: what this module holds goes along, and how somebody proves the other one."""

from datetime import datetime, timedelta

from onetrip.core import clock, limits
from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.errors import CardNotProved
from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case

# How long the paper of a counter proves something after the day that stands on it.
_PAPER_LASTS = timedelta(days=30)


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give errands of one citizen to another (row numbers). Raises AlreadyOpen where both have the same errand open."""
    Case.objects.filter(citizen_id=from_id).update(citizen_id=to_id)


def prove_card(*, user_id: int, name: str, identity: str, arrival_code: str, by: Actor, at: datetime) -> int:
    """Return the row number of the account that a counter made by identity card, for whoever holds the paper, too.

    Name and number of a card are known to many; the arrival code stands on the paper that was printed for its owner.
    The answer is the same whatever does not fit, and each try is on record. Raises CardNotProved, IdentityInvalid,
    TooMany (5 an hour for a person, 10 for a card).
    """
    card = accounts.card_key(identity)
    limits.take(key=f"card:user:{user_id}", limit=rules.CARD_TRIES_PER_HOUR, per_s=3600, at=at)
    limits.take(key=f"card:card:{card}", limit=rules.CARD_TRIES_PER_HOUR_CARD, per_s=3600, at=at)
    found = accounts.account_by_card(name=name, identity=identity)
    since = clock.city_day(at - _PAPER_LASTS)
    proved = booking.bears_code(citizen_id=found or 0, arrival_code=arrival_code, since=since)
    _note_try(proved=proved, by=by, at=at)
    if found is None or not proved or found == user_id:
        raise CardNotProved(field="arrival_code")
    return found


@use_case
def _note_try(*, proved: bool, by: Actor, at: datetime) -> None:
    verb = "account.card_proved" if proved else "account.card_refused"
    record(verb=verb, subject=f"user:{by.id}", by=by, at=at)
