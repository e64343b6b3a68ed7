"""Use cases of booking: opening times, taking and giving back places, and calling people to a window."""

from onetrip.domain.booking.services.hall import (
    call_next,
    check_in,
    clear_yesterday,
    finish_ticket,
    leave_line,
    recall_ticket,
    return_to_line,
    skip_ticket,
    start_serving,
    take_ticket,
)
from onetrip.domain.booking.services.places import (
    cancel_appointment,
    confirm_appointment,
    expire_holds,
    hold_slot,
    mark_no_shows,
    reschedule_appointment,
)
from onetrip.domain.booking.services.slots import follow_hours, open_slots

__all__ = [
    "call_next",
    "cancel_appointment",
    "check_in",
    "clear_yesterday",
    "confirm_appointment",
    "expire_holds",
    "finish_ticket",
    "follow_hours",
    "hold_slot",
    "leave_line",
    "mark_no_shows",
    "open_slots",
    "recall_ticket",
    "reschedule_appointment",
    "return_to_line",
    "skip_ticket",
    "start_serving",
    "take_ticket",
]
