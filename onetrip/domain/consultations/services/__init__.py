"""Use cases of consultations: the line, duty at a post, the call and what is said and shown in it."""

from onetrip.domain.consultations.services.call import (
    conclude,
    rate,
    send_message,
    send_photo,
    switch_to_chat,
)
from onetrip.domain.consultations.services.desk import remove_answer, send_answer, transfer, write_answer
from onetrip.domain.consultations.services.duty import (
    finish_wrap_up,
    go_off_duty,
    go_on_duty,
    pause,
    resume,
)
from onetrip.domain.consultations.services.handing import hand_over
from onetrip.domain.consultations.services.keeping import ask_to_go_first, come_back, keep_place
from onetrip.domain.consultations.services.letters import leave_with_us, put_letter_back, take_letter
from onetrip.domain.consultations.services.line import (
    accept,
    join_line,
    leave,
    pass_on,
    ring_timed_out,
    take_from_line,
)
from onetrip.domain.consultations.services.matching import match_line
from onetrip.domain.consultations.services.presence import forget_quality, mark_seen, report_quality, sweep

__all__ = [
    "accept",
    "ask_to_go_first",
    "come_back",
    "conclude",
    "finish_wrap_up",
    "forget_quality",
    "go_off_duty",
    "go_on_duty",
    "hand_over",
    "join_line",
    "keep_place",
    "leave",
    "leave_with_us",
    "mark_seen",
    "match_line",
    "pass_on",
    "pause",
    "put_letter_back",
    "rate",
    "remove_answer",
    "report_quality",
    "resume",
    "ring_timed_out",
    "send_answer",
    "send_message",
    "send_photo",
    "sweep",
    "switch_to_chat",
    "take_from_line",
    "take_letter",
    "transfer",
    "write_answer",
]
