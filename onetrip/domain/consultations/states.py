"""The life of a consultation and of a video post, each as one table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM = "citizen", "staff", "system"


class ConsultationState(TextChoices):
    WAITING = "waiting", _("waiting in line")
    AWAY = "away", _("away, with the place kept")
    LETTER = "letter", _("left with us, to be answered in writing")
    ANSWERING = "answering", _("an officer is answering in writing")
    RINGING = "ringing", _("an officer is being called")
    CONNECTED = "connected", _("in the call")
    CONCLUDED = "concluded", _("concluded")
    LEFT = "left", _("you left the line")
    MISSED = "missed", _("you were away when it was your turn")
    INTERRUPTED = "interrupted", _("the call broke off")


class PostState(TextChoices):
    OFF = "off", _("off duty")
    AVAILABLE = "available", _("ready for the next call")
    RINGING = "ringing", _("ringing")
    IN_CALL = "in_call", _("in a call")
    WRAP_UP = "wrap_up", _("wrapping up")
    PAUSED = "paused", _("paused")


class Mode(TextChoices):
    VIDEO = "video", _("video")
    CHAT = "chat", _("chat with photos")


class ConclusionKind(TextChoices):
    """What the officer says in the end (DESIGN section 2.5)."""

    READY = "ready", _("Ready. You can book now.")
    READY_WITH = "ready_with", _("Ready once these are brought")
    IMPOSSIBLE = "impossible", _("This cannot be done")


class PauseReason(TextChoices):
    BREAK = "break", _("short break")
    MEETING = "meeting", _("meeting")
    PAPERWORK = "paperwork", _("paperwork")
    NO_ANSWER = "no_answer", _("did not answer in time")
    HELPING = "helping", _("helps in a colleague's call")


# What an officer may say; the others are given by the system.
CHOSEN_PAUSES = (PauseReason.BREAK, PauseReason.MEETING, PauseReason.PAPERWORK)


class GuestKind(TextChoices):
    """Who else may be in a call."""

    COLLEAGUE = "colleague", _("colleague")
    SUPERVISOR = "supervisor", _("supervisor")
    FAMILY = "family", _("family member")


class AgreedState(TextChoices):
    """A time for a video call."""

    AGREED = "agreed", _("agreed")
    KEPT = "kept", _("kept")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


class Speaker(TextChoices):
    """Everybody who may be seen and heard in a call."""

    CITIZEN = "citizen", _("citizen")
    OFFICER = "officer", _("officer")
    COLLEAGUE = "colleague", _("colleague")
    SUPERVISOR = "supervisor", _("supervisor")
    FAMILY = "family", _("family member")


class GuestState(TextChoices):
    INVITED = "invited", _("invited")
    HERE = "here", _("in the call")
    GONE = "gone", _("no longer in the call")


class Alarm(TextChoices):
    """What a supervisor should look at now."""

    NOBODY_THERE = "nobody_there", _("people wait, and nobody on the roster is there")
    WAITING_OUT_OF_HOURS = "out_of_hours", _("people wait outside the hours")
    LONG_WAIT = "long_wait", _("somebody has waited for more than a quarter of an hour")
    NO_ANSWER = "no_answer", _("did not answer the ring")
    LONG_PAUSE = "long_pause", _("has paused for more than 20 minutes")
    LONG_NOTES = "long_notes", _("has written notes for more than 6 minutes")
    LONG_CALL = "long_call", _("has talked for more than 45 minutes")
    POOR_CALLS = "poor_calls", _("pictures and sound of its calls are poor today")


_C = ConsultationState
IN_LINE = (_C.WAITING, _C.AWAY)
# Their page is open, or they are gone.
WATCHED = (_C.WAITING, _C.RINGING, _C.CONNECTED)
LETTERS = (_C.LETTER, _C.ANSWERING)
LIVE = (*IN_LINE, _C.RINGING, _C.CONNECTED, *LETTERS)
AT_A_POST = (_C.RINGING, _C.CONNECTED)
# An officer is a party of it while it goes on.
WITH_AN_OFFICER = (*AT_A_POST, _C.ANSWERING)

CONSULTATION = TransitionTable(
    "consultations.consultation",
    [
        Transition(_C.WAITING, "ring", _C.RINGING, (SYSTEM,)),
        Transition(_C.WAITING, "take", _C.CONNECTED, (STAFF,)),
        Transition(_C.WAITING, "leave", _C.LEFT, (CITIZEN,)),
        Transition(_C.WAITING, "keep_place", _C.AWAY, (CITIZEN,)),
        Transition(_C.AWAY, "come_back", _C.WAITING, (CITIZEN,)),
        Transition(_C.AWAY, "leave", _C.LEFT, (CITIZEN,)),
        Transition(_C.AWAY, "miss", _C.MISSED, (SYSTEM,)),
        Transition(_C.WAITING, "miss", _C.MISSED, (SYSTEM,)),
        Transition(_C.WAITING, "leave_with_us", _C.LETTER, (CITIZEN,)),
        Transition(_C.LETTER, "take_letter", _C.ANSWERING, (STAFF,)),
        Transition(_C.LETTER, "leave", _C.LEFT, (CITIZEN,)),
        Transition(_C.ANSWERING, "put_back", _C.LETTER, (STAFF, SYSTEM)),
        Transition(_C.ANSWERING, "leave", _C.LEFT, (CITIZEN,)),
        Transition(_C.ANSWERING, "conclude", _C.CONCLUDED, (STAFF,)),
        Transition(_C.RINGING, "accept", _C.CONNECTED, (STAFF,)),
        Transition(_C.RINGING, "pass_on", _C.WAITING, (STAFF, SYSTEM)),
        Transition(_C.RINGING, "leave", _C.LEFT, (CITIZEN,)),
        Transition(_C.RINGING, "miss", _C.MISSED, (SYSTEM,)),
        Transition(_C.CONNECTED, "conclude", _C.CONCLUDED, (STAFF,)),
        Transition(_C.CONNECTED, "leave", _C.INTERRUPTED, (CITIZEN,)),
        Transition(_C.CONNECTED, "miss", _C.INTERRUPTED, (SYSTEM,)),
        Transition(_C.CONNECTED, "lose_officer", _C.WAITING, (SYSTEM,)),
        Transition(_C.CONNECTED, "transfer", _C.WAITING, (STAFF,)),
        Transition(_C.INTERRUPTED, "conclude", _C.CONCLUDED, (STAFF,)),
    ],
)

_T = AgreedState
AGREED = TransitionTable(
    "consultations.agreed_time",
    [
        Transition(_T.AGREED, "come", _T.KEPT, (CITIZEN,)),
        Transition(_T.AGREED, "cancel", _T.CANCELLED, (CITIZEN,)),
        Transition(_T.AGREED, "miss", _T.MISSED, (SYSTEM,)),
    ],
)

_G = GuestState
GUEST = TransitionTable(
    "consultations.guest",
    [
        Transition(_G.INVITED, "join", _G.HERE, (STAFF, CITIZEN)),
        Transition(_G.INVITED, "leave", _G.GONE, (STAFF, CITIZEN)),
        Transition(_G.INVITED, "take_back", _G.GONE, (STAFF, CITIZEN)),
        Transition(_G.INVITED, "end", _G.GONE, (SYSTEM,)),
        Transition(_G.HERE, "leave", _G.GONE, (STAFF, CITIZEN)),
        Transition(_G.HERE, "take_back", _G.GONE, (STAFF, CITIZEN)),
        Transition(_G.HERE, "end", _G.GONE, (SYSTEM,)),
    ],
)

_P = PostState
POST = TransitionTable(
    "consultations.post",
    [
        Transition(_P.OFF, "go_on_duty", _P.AVAILABLE, (STAFF,)),
        Transition(_P.AVAILABLE, "ring", _P.RINGING, (SYSTEM,)),
        Transition(_P.AVAILABLE, "take", _P.IN_CALL, (STAFF,)),
        Transition(_P.AVAILABLE, "pause", _P.PAUSED, (STAFF, SYSTEM)),
        Transition(_P.AVAILABLE, "go_off_duty", _P.OFF, (STAFF, SYSTEM)),
        Transition(_P.RINGING, "accept", _P.IN_CALL, (STAFF,)),
        Transition(_P.RINGING, "pass_on", _P.AVAILABLE, (STAFF, SYSTEM)),
        Transition(_P.RINGING, "no_answer", _P.PAUSED, (SYSTEM,)),
        Transition(_P.RINGING, "go_off_duty", _P.OFF, (SYSTEM,)),
        Transition(_P.IN_CALL, "end_call", _P.WRAP_UP, (STAFF, CITIZEN, SYSTEM)),
        Transition(_P.IN_CALL, "hand_on", _P.AVAILABLE, (STAFF,)),
        Transition(_P.IN_CALL, "go_off_duty", _P.OFF, (SYSTEM,)),
        Transition(_P.WRAP_UP, "resume", _P.AVAILABLE, (STAFF,)),
        Transition(_P.WRAP_UP, "pause", _P.PAUSED, (STAFF,)),
        Transition(_P.WRAP_UP, "go_off_duty", _P.OFF, (STAFF, SYSTEM)),
        Transition(_P.PAUSED, "resume", _P.AVAILABLE, (STAFF,)),
        Transition(_P.PAUSED, "go_off_duty", _P.OFF, (STAFF, SYSTEM)),
    ],
)
