"""Being in the hall: shown by the code on its screen."""

from datetime import datetime

from onetrip.core.unit import use_case
from onetrip.domain.halls import queries, rules
from onetrip.domain.halls.errors import HallCodeWrong, NotInTheHall


@use_case
def show_code(*, venue_code: str, code: str, at: datetime) -> str:
    """Take the code that somebody read off the hall's screen; return the proof that they were there.

    Limit attempts before this: six digits are few. Raises HallCodeWrong.
    """
    typed = "".join(code.split())
    if not rules.is_hall_code(venue_code=venue_code, code=typed, at=at):
        raise HallCodeWrong(field="hall_code")
    return rules.proof_of_presence(venue_code=venue_code, at=at)


@use_case
def require_presence(*, venue_code: str, proof: str, at: datetime) -> None:
    """Refuse whoever is not in the hall, where the hall has a screen that could tell. Raises NotInTheHall."""
    if queries.asks_for_presence(venue_code) and not rules.proves_presence(
        proof=proof, venue_code=venue_code, at=at
    ):
        raise NotInTheHall(field="hall_code")
