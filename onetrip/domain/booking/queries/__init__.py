"""Reads of booking, named by the question they answer."""

from onetrip.domain.booking.queries.appointments import (
    any_slot_on,
    appointment,
    appointment_by_code,
    appointment_key,
    appointments_of,
    day_list,
    next_open_slots,
    open_days,
    open_slots_on,
    venue_of_slot,
)
from onetrip.domain.booking.queries.figures import waits_in_hall
from onetrip.domain.booking.queries.hall import (
    board,
    hall_document,
    ticket,
    ticket_document,
    ticket_keys,
    waiting_load,
    window,
)
from onetrip.domain.booking.views import (
    AppointmentView,
    BoardView,
    DayLoad,
    HallWait,
    Load,
    SlotView,
    TicketView,
    WindowView,
)

__all__ = [
    "AppointmentView",
    "BoardView",
    "DayLoad",
    "HallWait",
    "Load",
    "SlotView",
    "TicketView",
    "WindowView",
    "any_slot_on",
    "appointment",
    "appointment_by_code",
    "appointment_key",
    "appointments_of",
    "board",
    "day_list",
    "hall_document",
    "next_open_slots",
    "open_days",
    "open_slots_on",
    "ticket",
    "ticket_document",
    "ticket_keys",
    "venue_of_slot",
    "waiting_load",
    "waits_in_hall",
    "window",
]
