"""Why booking says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, referee


class SlotFull(Conflict):
    """The last place went to somebody else."""

    code = "slot_full"
    message = _("This time is full. Please choose another one.")


class SlotPast(Conflict):
    """The slot has begun or is over."""

    code = "slot_past"
    message = _("This time has passed. Please choose a later one.")


class WrongSlot(Invalid):
    """The slot belongs to another kind of matter."""

    code = "wrong_slot"
    message = _("This time is for other matters. Please choose one from the list.")


class AlreadyBooked(Conflict):
    """One live appointment for a person and an item."""

    code = "already_booked"
    message = _("You already have an appointment for this. You can move it to another time.")


class HoldExpired(Conflict):
    """The five minutes are over; the place may still be free."""

    code = "hold_expired"
    message = _("The place was held for 5 minutes and is free again. Please choose a time once more.")


class WrongDay(Conflict):
    """Check-in happens on the day of the appointment."""

    code = "wrong_day"
    message = _("Your appointment is on %(day)s. Please check in on that day.")


class NobodyWaiting(Conflict):
    """The line of this window is empty."""

    code = "nobody_waiting"
    message = _("Nobody is waiting for this window.")


class DeskBusy(Conflict):
    """A window serves one ticket at a time."""

    code = "desk_busy"
    message = _("Finish number %(number)s first.")


class WindowTaken(Conflict):
    """Two calls from one window at the same moment; the first one stands."""

    code = "window_taken"
    message = _("This window has just called another number.")


class NotAtThisDesk(Conflict):
    """The ticket was called by another window, or is not called at all."""

    code = "not_at_this_desk"
    message = _("This number is not at your window.")


class DeskCannotServe(Invalid):
    """Nothing in this hall handles this kind of matter."""

    code = "desk_cannot_serve"
    message = _("This venue does not handle this matter.")


# What the database's own refusals mean to people.
referee("slot_never_overbooked", SlotFull)
referee("one_live_appointment_per_item", AlreadyBooked)
referee("one_ticket_at_a_window", WindowTaken)
