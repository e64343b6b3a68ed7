"""Use cases of booking: opening times, taking and giving back places, and calling people to a window."""

from onetrip.domain.booking.services.changing.clashes import (
    move_all_for_venue,
    move_for_venue,
    send_home,
    tell_moved,
)
from onetrip.domain.booking.services.changing.handing import hand_over
from onetrip.domain.booking.services.changing.provisional import (
    make_provisional,
    release_incomplete,
    remind_incomplete,
    say_complete,
)
from onetrip.domain.booking.services.changing.waitlist import (
    accept_offer,
    ask_for_earlier,
    decline_offer,
    lapse_offers,
    stop_waiting,
)
from onetrip.domain.booking.services.confirming import (
    confirm_appointment,
    confirm_if_held,
    extend_hold,
)
from onetrip.domain.booking.services.guard import admit
from onetrip.domain.booking.services.hall import (
    call_next,
    check_in,
    clear_yesterday,
    finish_ticket,
    give_priority,
    leave_line,
    recall_ticket,
    return_to_line,
    skip_ticket,
    start_serving,
    take_ticket,
    transfer_ticket,
)
from onetrip.domain.booking.services.marks import answer_appeal, appeal_mark, mark_no_shows
from onetrip.domain.booking.services.places import (
    cancel_appointment,
    expire_holds,
    hold_slot,
    hold_still,
    reschedule_appointment,
)
from onetrip.domain.booking.services.slips import print_ticket
from onetrip.domain.booking.services.slots import follow_hours, free_kept_places, open_slots, set_shares
from onetrip.domain.booking.services.visits import (
    check_in_the_rest,
    confirm_visit,
    give_up_visit,
    hold_visit,
    reschedule_visit,
)
from onetrip.domain.booking.services.windows import (
    call_for_help,
    close_window,
    end_help,
    open_window,
    pause_window,
    resume_window,
    set_hall_rule,
)

__all__ = [
    "accept_offer",
    "admit",
    "answer_appeal",
    "appeal_mark",
    "ask_for_earlier",
    "call_for_help",
    "call_next",
    "cancel_appointment",
    "check_in",
    "check_in_the_rest",
    "clear_yesterday",
    "close_window",
    "confirm_appointment",
    "confirm_if_held",
    "confirm_visit",
    "decline_offer",
    "end_help",
    "expire_holds",
    "extend_hold",
    "finish_ticket",
    "follow_hours",
    "free_kept_places",
    "give_priority",
    "give_up_visit",
    "hand_over",
    "hold_slot",
    "hold_still",
    "hold_visit",
    "lapse_offers",
    "leave_line",
    "make_provisional",
    "mark_no_shows",
    "move_all_for_venue",
    "move_for_venue",
    "open_slots",
    "open_window",
    "pause_window",
    "print_ticket",
    "recall_ticket",
    "release_incomplete",
    "remind_incomplete",
    "reschedule_appointment",
    "reschedule_visit",
    "resume_window",
    "return_to_line",
    "say_complete",
    "send_home",
    "set_hall_rule",
    "set_shares",
    "skip_ticket",
    "start_serving",
    "stop_waiting",
    "take_ticket",
    "tell_moved",
    "transfer_ticket",
]
