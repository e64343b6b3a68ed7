"""Pure decisions of consultations: who is rung, how long it takes."""

from onetrip.domain.consultations.rules.ringing import (
    CITIZEN_AWAY,
    OFFICER_AWAY,
    REPORTS_STOP,
    RING,
    Candidate,
    post_to_ring,
)
from onetrip.domain.consultations.rules.waiting import (
    Busy,
    Pace,
    expected_wait_s,
    people_before,
    present_share,
    typical,
)

__all__ = [
    "CITIZEN_AWAY",
    "OFFICER_AWAY",
    "REPORTS_STOP",
    "RING",
    "Busy",
    "Candidate",
    "Pace",
    "expected_wait_s",
    "people_before",
    "post_to_ring",
    "present_share",
    "typical",
]
