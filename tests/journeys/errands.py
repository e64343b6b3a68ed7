"""Errands brought to where a journey begins, through the services that the pages use."""

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.cases import services as cases

LICENCE = "i40-licence-expiry"
ID_CARD = "i28-id-card-lost"


def an_errand(user: User, *, item: str = LICENCE, **answers: str) -> str:
    """Open an errand and return its id."""
    return cases.open_case(
        citizen_id=user.pk,
        item_code=item,
        answers=answers or {"who": "self"},
        by=Actor("citizen", user.public_id),
        at=clock.now(),
    )


def in_line(user: User, *, item: str = LICENCE, mode: str = "video", **answers: str) -> str:
    """Open an errand, join the line for an officer and return the consultation's id."""
    case_id = an_errand(user, item=item, **answers)
    return cases.ask_officer(
        case_id=case_id,
        citizen_id=user.pk,
        mode=mode,
        by=Actor("citizen", user.public_id),
        at=clock.now(),
    )
