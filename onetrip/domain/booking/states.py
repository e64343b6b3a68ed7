"""The life of an appointment and of a ticket, each as one table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM, DEVICE = "citizen", "staff", "system", "device"


class AppointmentState(TextChoices):
    HELD = "held", _("held for you")
    BOOKED = "booked", _("booked")
    CHECKED_IN = "checked_in", _("arrived")
    SERVED = "served", _("served")
    EXPIRED = "expired", _("hold expired")
    CANCELLED = "cancelled", _("cancelled")
    NO_SHOW = "no_show", _("did not come")


class TicketState(TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    SERVING = "serving", _("at the window")
    SERVED = "served", _("finished")
    SKIPPED = "skipped", _("passed over")
    LEFT = "left", _("left")


class Channel(TextChoices):
    """Where a place was booked. Hall and hotline have places of their own, for people without a phone."""

    PHONE = "phone", _("by phone")
    HALL = "hall", _("in the hall")
    HOTLINE = "hotline", _("by the hotline")


class OfferState(TextChoices):
    """An earlier place that is kept for somebody on the waitlist."""

    OPEN = "open", _("offered")
    ACCEPTED = "accepted", _("taken")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("not answered in time")


class MarkKind(TextChoices):
    """What costs others a place."""

    NO_SHOW = "no_show", _("did not come")
    LATE_CANCEL = "late_cancel", _("cancelled at the last moment")


class WindowState(TextChoices):
    """How a window stands in its hall."""

    FREE = "free", _("free")
    CALLED = "called", _("has called")
    SERVING = "serving", _("serving")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class HallAlarm(TextChoices):
    """What a lead should look at now."""

    HELP = "help", _("asks for the lead")
    LONG_VISIT = "long_visit", _("the same visitor for very long")
    LONG_PAUSE = "long_pause", _("paused for very long")
    LONG_WAIT = "long_wait", _("somebody waits very long")
    NO_WINDOW = "no_window", _("people wait and no window calls")


# States in which an appointment takes up a place of its slot / is still ahead of the citizen.
TAKES_A_PLACE = (
    AppointmentState.HELD,
    AppointmentState.BOOKED,
    AppointmentState.CHECKED_IN,
    AppointmentState.SERVED,
    AppointmentState.NO_SHOW,
)
LIVE = (AppointmentState.HELD, AppointmentState.BOOKED, AppointmentState.CHECKED_IN)
# Nothing takes a window longer than this many slots: two hours.
MOST_UNITS = 8
# For so many people may one visit be.
MOST_PERSONS = 6
# So many appointments by phone may one person have at a time, whatever they are for.
MOST_LIVE = 5
# Who has let three earlier places go does not want one.
MOST_OFFERS = 3
AT_A_WINDOW = (TicketState.CALLED, TicketState.SERVING)

_A = AppointmentState
APPOINTMENT = TransitionTable(
    "booking.appointment",
    [
        Transition(_A.HELD, "confirm", _A.BOOKED, (CITIZEN, STAFF)),
        Transition(_A.HELD, "cancel", _A.CANCELLED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_A.HELD, "expire", _A.EXPIRED, (SYSTEM,)),
        Transition(_A.BOOKED, "reschedule", _A.BOOKED, (CITIZEN, STAFF)),
        Transition(_A.BOOKED, "cancel", _A.CANCELLED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_A.BOOKED, "check_in", _A.CHECKED_IN, (CITIZEN, STAFF, DEVICE)),
        Transition(_A.BOOKED, "miss", _A.NO_SHOW, (SYSTEM,)),
        Transition(_A.CHECKED_IN, "finish", _A.SERVED, (STAFF,)),
        Transition(_A.CHECKED_IN, "send_home", _A.BOOKED, (STAFF, SYSTEM)),
        Transition(_A.CHECKED_IN, "leave", _A.NO_SHOW, (STAFF, SYSTEM)),
    ],
)

_T = TicketState
TICKET = TransitionTable(
    "booking.ticket",
    [
        Transition(_T.WAITING, "call", _T.CALLED, (STAFF,)),
        Transition(_T.WAITING, "leave", _T.LEFT, (CITIZEN, STAFF, SYSTEM)),
        Transition(_T.CALLED, "recall", _T.CALLED, (STAFF,)),
        Transition(_T.CALLED, "skip", _T.SKIPPED, (STAFF,)),
        Transition(_T.CALLED, "return", _T.WAITING, (STAFF,)),
        Transition(_T.CALLED, "transfer", _T.WAITING, (STAFF,)),
        Transition(_T.CALLED, "serve", _T.SERVING, (STAFF,)),
        Transition(_T.CALLED, "finish", _T.SERVED, (STAFF,)),
        Transition(_T.SERVING, "return", _T.WAITING, (STAFF,)),
        Transition(_T.SERVING, "transfer", _T.WAITING, (STAFF,)),
        Transition(_T.SERVING, "finish", _T.SERVED, (STAFF,)),
        Transition(_T.SKIPPED, "return", _T.WAITING, (STAFF,)),
        Transition(_T.CALLED, "leave", _T.LEFT, (SYSTEM,)),
        Transition(_T.SERVING, "leave", _T.LEFT, (SYSTEM,)),
        Transition(_T.SKIPPED, "leave", _T.LEFT, (STAFF, SYSTEM)),
    ],
)

_O = OfferState
OFFER = TransitionTable(
    "booking.offer",
    [
        Transition(_O.OPEN, "accept", _O.ACCEPTED, (CITIZEN,)),
        Transition(_O.OPEN, "decline", _O.DECLINED, (CITIZEN,)),
        Transition(_O.OPEN, "lapse", _O.LAPSED, (SYSTEM,)),
    ],
)
