"""Pure decisions of consultations: who is rung, how long it takes."""

from onetrip.domain.consultations.rules.alarms import LineNow, line_alarm, post_alarm
from onetrip.domain.consultations.rules.quality import (
    KEPT,
    LATE_REPORTS,
    MOST_PAGES,
    figures_in,
    is_poor,
)
from onetrip.domain.consultations.rules.ringing import (
    CALL_BEFORE_S,
    CITIZEN_AWAY,
    COME_WITHIN,
    HEAD_START,
    OFFICER_AWAY,
    OVERFLOW_AFTER,
    REPORTS_STOP,
    RING,
    RING_AGAIN,
    may_move_up,
)
from onetrip.domain.consultations.rules.staffing import mean_wait_s, posts_needed, share_that_waits
from onetrip.domain.consultations.rules.waiting import (
    Busy,
    Pace,
    expected_wait_s,
    people_before,
    present_share,
    typical,
)

__all__ = [
    "CALL_BEFORE_S",
    "CITIZEN_AWAY",
    "COME_WITHIN",
    "HEAD_START",
    "KEPT",
    "LATE_REPORTS",
    "MOST_PAGES",
    "OFFICER_AWAY",
    "OVERFLOW_AFTER",
    "REPORTS_STOP",
    "RING",
    "RING_AGAIN",
    "Busy",
    "LineNow",
    "Pace",
    "expected_wait_s",
    "figures_in",
    "is_poor",
    "line_alarm",
    "may_move_up",
    "mean_wait_s",
    "people_before",
    "post_alarm",
    "posts_needed",
    "present_share",
    "share_that_waits",
    "typical",
]
