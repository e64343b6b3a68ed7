"""Reads of booking, named by the question they answer."""

from onetrip.domain.booking.queries.appointments import (
    appointment,
    appointment_by_code,
    appointments_of,
    day_list,
    next_open_slots,
    open_days,
    open_slots_on,
)
from onetrip.domain.booking.queries.hall import (
    board,
    hall_document,
    ticket,
    ticket_document,
    waiting_load,
    window,
)
from onetrip.domain.booking.views import (
    AppointmentView,
    BoardView,
    DayLoad,
    Load,
    SlotView,
    TicketView,
    WindowView,
)

__all__ = [
    "AppointmentView",
    "BoardView",
    "DayLoad",
    "Load",
    "SlotView",
    "TicketView",
    "WindowView",
    "appointment",
    "appointment_by_code",
    "appointments_of",
    "board",
    "day_list",
    "hall_document",
    "next_open_slots",
    "open_days",
    "open_slots_on",
    "ticket",
    "ticket_document",
    "waiting_load",
    "window",
]
