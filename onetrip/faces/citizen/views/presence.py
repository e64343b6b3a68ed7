"""That somebody is in the hall: they showed the code on its screen. The proof stays in their session for a while."""

from django.http import HttpRequest

from onetrip.core import clock, limits
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls import services
from onetrip.faces.frame.network import client_ip

_KEPT = "present"
# Everybody in a hall may come from one address, so the address may try often; six digits hold out all the same.
_TRIES, _TRIES_PER_S = 120, 600


def show_code(request: HttpRequest, *, venue_code: str, code: str) -> None:
    """Keep the proof that the code gives. Raises HallCodeWrong, TooMany."""
    at = clock.now()
    limits.take(key=f"hall-code:{venue_code}:{client_ip(request)}", limit=_TRIES, per_s=_TRIES_PER_S, at=at)
    request.session[_KEPT] = {venue_code: services.show_code(venue_code=venue_code, code=code, at=at)}


def proof_of(request: HttpRequest, venue_code: str) -> str:
    """Return what this person showed for this hall, "" for nothing."""
    kept = request.session.get(_KEPT)
    return str(kept.get(venue_code, "")) if isinstance(kept, dict) else ""


def is_asked(request: HttpRequest, venue_code: str) -> bool:
    """Say whether this person has still to show the hall's code."""
    if not halls.asks_for_presence(venue_code):
        return False
    return not halls.is_present(venue_code=venue_code, proof=proof_of(request, venue_code), at=clock.now())
