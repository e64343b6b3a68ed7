"""Pure decisions: which messages there are, what they say, when they go out, and what a channel's answer means."""

from onetrip.domain.notifications.rules.answers import Step, next_step
from onetrip.domain.notifications.rules.declared import Declared, all_declared, declare, find
from onetrip.domain.notifications.rules.timing import (
    ATTEMPTS,
    LEASE,
    PUMPS,
    after_quiet,
    pause_after,
    pumps_for,
)
from onetrip.domain.notifications.rules.words import (
    LANGUAGES,
    LINK,
    Words,
    check_wording,
    hash_address,
    masked,
    shipped,
    spell,
)

__all__ = [
    "ATTEMPTS",
    "LANGUAGES",
    "LEASE",
    "LINK",
    "PUMPS",
    "Declared",
    "Step",
    "Words",
    "after_quiet",
    "all_declared",
    "check_wording",
    "declare",
    "find",
    "hash_address",
    "masked",
    "next_step",
    "pause_after",
    "pumps_for",
    "shipped",
    "spell",
]
