"""Who else is in a call."""

from onetrip.domain.consultations.services.company.guests import (
    invite_colleague,
    invite_family,
    join_as_colleague,
    join_as_family,
    join_as_supervisor,
    leave_company,
    send_away,
)
from onetrip.domain.consultations.services.company.words import say_as_guest

__all__ = [
    "invite_colleague",
    "invite_family",
    "join_as_colleague",
    "join_as_family",
    "join_as_supervisor",
    "leave_company",
    "say_as_guest",
    "send_away",
]
