"""Why booking says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Busy, Conflict, Invalid, TooMany, referee


class SlotFull(Conflict):
    """The last place went to somebody else."""

    code = "slot_full"
    message = _("This time is full. Please choose another one.")


class VisitFull(SlotFull):
    """One of several matters of a visit has no room any more right behind the one before it."""

    code = "visit_full"
    message = _(
        "From this time on there is no room any more for everything of your visit. Please choose another one."
    )


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


class TooLateToChange(Conflict):
    """The booked time has begun: there is nothing left to give back."""

    code = "too_late_to_change"
    message = _("The booked time has begun, so it cannot be changed any more.")


class TooManyLive(Conflict):
    """A person has as many appointments as one may have."""

    code = "too_many_live"
    message = _(
        "You have %(most)s appointments already. Cancel one that you do not need, or come to the hall."
    )


class TooManyMatters(Invalid):
    """A visit is not a day at the office."""

    code = "too_many_matters"
    message = _("At most %(most)s matters fit into one visit.")


class TooFast(TooMany):
    """More tries than a person makes."""

    code = "too_fast"
    message = _(
        "You have tried to book very often. Please wait a while; the hall and the hotline help at once."
    )


class ProofNeeded(Conflict):
    """Many want places at this moment, or from this address: the browser has to work for a moment."""

    code = "proof_needed"
    message = _(
        "Many people are booking now. Your browser is checked for a moment, then your choice is sent."
    )


class OfferGone(Conflict):
    """The offer was not answered in time, or is not earlier any more."""

    code = "offer_gone"
    message = _("This earlier time is not kept for you any more. Your own appointment stands.")


class NothingEarlier(Conflict):
    """Only what is booked, and not about to begin, can be moved forward; three offers are enough."""

    code = "nothing_earlier"
    message = _("No earlier time can be offered for this appointment any more.")


class NoClash(Conflict):
    """The roster has changed back, or a colleague was faster."""

    code = "no_clash"
    message = _("This visitor has a window again or was moved already. Please look again.")


class WrongVenue(Invalid):
    """The chosen venue may not decide this matter for the people of that sub-district."""

    code = "wrong_venue"
    message = _("This venue is not competent for your matter. Please choose one from the list.")


class PlaceUnfit(Invalid):
    """The other venue does not serve everybody whom this one serves."""

    code = "place_unfit"
    message = _("This place is at a venue that serves other people. Please choose one from the list.")


class BookCloser(Conflict):
    """Somebody missed several appointments: for a while they book for the next days only."""

    code = "book_closer"
    message = _(
        "You missed several appointments lately, so for now you can book up to %(days)s days ahead. "
        "You find the reasons, and how to object, under “My errands”."
    )


class NotOpenYet(Conflict):
    """The day opens for booking at a later hour."""

    code = "not_open_yet"
    message = _("This day opens for booking on %(day)s at %(time)s.")


class AppealEmpty(Invalid):
    """An objection needs words."""

    code = "appeal_empty"
    message = _("Please say what happened.")


class AppealTooLate(Conflict):
    """Objections are possible for two weeks, and once."""

    code = "appeal_too_late"
    message = _("This entry cannot be objected to any more.")


class SharesInvalid(Invalid):
    """Two shares of one whole."""

    code = "shares_invalid"
    message = _("The two shares are whole percents and leave something for booking by phone.")


class VisitorNameMissing(Invalid):
    """An appointment is for a person."""

    code = "visitor_name_missing"
    message = _("Please enter the visitor’s name, as on the identity card.")


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


class DeskPaused(Conflict):
    """A window that pauses calls nobody."""

    code = "desk_paused"
    message = _("This window is paused. Resume first.")


class DeskClosed(Conflict):
    """The lead has closed this window for today."""

    code = "desk_closed"
    message = _("The lead has closed this window. It calls again when the lead opens it.")


class HallClosed(Conflict):
    """Nobody takes a number for a line that no window will call any more."""

    code = "hall_closed"
    message = _("The hall is closed now. You can book a time for another day.")


class RuleInvalid(Invalid):
    """Head starts are capped, so that nobody starves."""

    code = "rule_invalid"
    message = _("Head starts are 0 to 60 minutes, lateness 0 to 120.")


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
referee(
    "few_live_appointments_each", Busy
)  # two taps of one person at the same moment: the second may try again
referee("one_ticket_at_a_window", WindowTaken)
