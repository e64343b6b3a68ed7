"""Who may follow which topic, and as whom. A topic that one may not follow does not exist for one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from onetrip.domain.cases import queries as cases
from onetrip.domain.consultations import queries as consultations

Party = Literal["citizen", "officer", "guest", "guest1", "guest2"]
PARTIES: Final = ("", *get_args(Party))  # "" : all others
TOPIC: Final = re.compile(r"[a-z]{2,20}:[A-Za-z0-9_.\-]{1,56}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A topic may be followed; with a `party` also signals to the others who speak in it may be sent."""

    party: Party | None = None


PLAIN: Final = Grant()
_AS: Final[dict[str, Grant]] = {
    "citizen": Grant("citizen"),
    "officer": Grant("officer"),
    "guest": Grant("guest"),
    "guest1": Grant("guest1"),
    "guest2": Grant("guest2"),
}
Rule = Callable[[int | None, str], Grant | None]


def _consultation(user_id: int | None, key: str) -> Grant | None:
    party = None if user_id is None else consultations.party_of(consultation_id=key, user_id=user_id)
    if party is not None:
        return _AS[party]
    is_guest = user_id is not None and consultations.is_guest(consultation_id=key, user_id=user_id)
    return PLAIN if is_guest else None


def _recording(user_id: int | None, key: str) -> Grant | None:
    """Whoever is in the call sees whether it is recorded; what they say of it they say by a form."""
    return None if _consultation(user_id, key) is None else PLAIN


def _guest(user_id: int | None, key: str) -> Grant | None:
    party = None if user_id is None else consultations.party_with_guest(guest_id=key, user_id=user_id)
    return None if party is None else _AS[party]


def _post(user_id: int | None, key: str) -> Grant | None:
    watched = [] if user_id is None else consultations.posts_watched_by(officer_id=user_id)
    return PLAIN if key in map(str, watched) else None


def _case(user_id: int | None, key: str) -> Grant | None:
    return PLAIN if user_id is not None and cases.may_follow(case_id=key, user_id=user_id) else None


def _signed_in(user_id: int | None, _key: str) -> Grant | None:
    return None if user_id is None else PLAIN


def _public(_user_id: int | None, _key: str) -> Grant | None:
    return PLAIN


RULES: Final[dict[str, Rule]] = {
    "consultation": _consultation,
    "guest": _guest,
    "recording": _recording,
    "post": _post,
    "case": _case,
    "line": _signed_in,  # numbers only
    "hall": _public,  # what hangs on the wall
    "ticket": _public,  # its id cannot be guessed, and it holds no name
}


def admit(user_id: int | None, topic: str) -> Grant | None:
    """Return what the person may do with the topic; None: it does not exist for them. Reads the database."""
    if not TOPIC.fullmatch(topic):
        return None
    prefix, _colon, key = topic.partition(":")
    rule = RULES.get(prefix)
    return None if rule is None else rule(user_id, key)
