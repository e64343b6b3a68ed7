"""That another account is this person's, too: proved a moment ago, kept in the session for ten minutes."""

import time

from django.http import HttpRequest

_PROOF = "other_account"
_LIVES_S = 600


def note_proof(request: HttpRequest, *, other_id: int) -> None:
    """Remember that the person has proved to own another account (a row number; the session is the server's)."""
    request.session[_PROOF] = {"id": other_id, "at": int(time.time())}


def proved(request: HttpRequest) -> int | None:
    """Return the other account, None when nothing was proved of late."""
    proof = request.session.get(_PROOF)
    return int(proof["id"]) if proof and proof["at"] > time.time() - _LIVES_S else None


def forget_proof(request: HttpRequest) -> None:
    """Forget it: the two are one now, or shall not be."""
    request.session.pop(_PROOF, None)
