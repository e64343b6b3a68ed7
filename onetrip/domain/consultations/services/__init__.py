"""Use cases of consultations: the line, duty at a post, the call and what is said and shown in it."""

from onetrip.domain.consultations.services.agreed import agree_on_time, cancel_time, look_after_times
from onetrip.domain.consultations.services.call import (
    conclude,
    hold_call,
    rate,
    send_message,
    send_photo,
    switch_to_chat,
)
from onetrip.domain.consultations.services.company import (
    invite_colleague,
    invite_family,
    join_as_colleague,
    join_as_family,
    join_as_supervisor,
    leave_company,
    say_as_guest,
    send_away,
)
from onetrip.domain.consultations.services.desk import remove_answer, send_answer, transfer, write_answer
from onetrip.domain.consultations.services.desk.duty import (
    finish_wrap_up,
    go_off_duty,
    go_on_duty,
    pause,
    resume,
)
from onetrip.domain.consultations.services.desk.letters import leave_with_us, put_letter_back, take_letter
from onetrip.domain.consultations.services.handing import hand_over
from onetrip.domain.consultations.services.keeping import ask_to_go_first, come_back, keep_place
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
    "agree_on_time",
    "ask_to_go_first",
    "cancel_time",
    "come_back",
    "conclude",
    "finish_wrap_up",
    "forget_quality",
    "go_off_duty",
    "go_on_duty",
    "hand_over",
    "hold_call",
    "invite_colleague",
    "invite_family",
    "join_as_colleague",
    "join_as_family",
    "join_as_supervisor",
    "join_line",
    "keep_place",
    "leave",
    "leave_company",
    "leave_with_us",
    "look_after_times",
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
    "say_as_guest",
    "send_answer",
    "send_away",
    "send_message",
    "send_photo",
    "sweep",
    "switch_to_chat",
    "take_from_line",
    "take_letter",
    "transfer",
    "write_answer",
]
