"""The life of a case as one table, the verdicts on a material, the outcomes of a visit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM = "citizen", "staff", "system"


class CaseState(TextChoices):
    PREPARING = "preparing", _("preparing")
    READY = "ready", _("ready")
    BOOKED = "booked", _("booked")
    ARRIVED = "arrived", _("at the venue")
    DONE = "done", _("done")
    RETURNED = "returned", _("sent back")
    WITHDRAWN = "withdrawn", _("given up")


class Verdict(TextChoices):
    """What an officer says of one material."""

    OK = "ok", _("all right")
    FIX = "fix", _("to be put right")
    MISSING = "missing", _("missing")
    NOT_NEEDED = "not_needed", _("not needed")


class Outcome(TextChoices):
    """How a visit ended."""

    DONE = "done", _("done")
    RETURNED = "returned", _("sent back")


class ReturnReason(TextChoices):
    """Why a citizen was sent back: what the one-trip rate is to be improved by."""

    MATERIAL_MISSING = "material_missing", _("a material was missing")
    MATERIAL_WRONG = "material_wrong", _("a material was wrong")
    GUIDE_WRONG = "guide_wrong", _("the guide was wrong")
    NOT_COMPETENT = "not_competent", _("another venue is competent")
    SYSTEM_DOWN = "system_down", _("the system was down")
    OTHER = "other", _("another reason")


class Came(TextChoices):
    """How somebody who came had got their place: by one of booking's channels, or by a number taken on the spot."""

    PHONE = "phone", _("booked by phone")
    HALL = "hall", _("booked in the hall")
    HOTLINE = "hotline", _("booked by the hotline")
    WALK_IN = "walk_in", _("without an appointment")


# Reasons that a better guide or a better look beforehand would have avoided, and those about one paper.
ABOUT_A_MATERIAL = (ReturnReason.MATERIAL_MISSING, ReturnReason.MATERIAL_WRONG)
ABOUT_THE_GUIDE = (*ABOUT_A_MATERIAL, ReturnReason.GUIDE_WRONG)


class StillState(TextChoices):
    """How far a photograph is that an officer asked for in a call."""

    ASKED = "asked", _("photo asked for")
    FILED = "filed", _("photo filed")
    DROPPED = "dropped", _("no longer asked for")


class Step(TextChoices):
    """Where the errand stands, as the citizen's stepper shows it."""

    CHECKLIST = "checklist", _("checklist")
    OFFICER = "officer", _("officer")
    BOOKING = "booking", _("booking")
    VISIT = "visit", _("visit")
    FINISHED = "finished", _("finished")


_S = CaseState
OPEN = (_S.PREPARING, _S.READY, _S.BOOKED, _S.ARRIVED, _S.RETURNED)
BEFORE_BOOKING = (_S.PREPARING, _S.READY, _S.RETURNED)

CASE = TransitionTable(
    "cases.case",
    [
        Transition(_S.PREPARING, "clear", _S.READY, (STAFF,)),
        Transition(_S.READY, "clear", _S.READY, (STAFF,)),
        Transition(_S.RETURNED, "clear", _S.READY, (STAFF,)),
        Transition(_S.BOOKED, "clear", _S.BOOKED, (STAFF,)),
        Transition(_S.PREPARING, "refuse", _S.PREPARING, (STAFF,)),
        Transition(_S.READY, "refuse", _S.PREPARING, (STAFF,)),
        Transition(_S.RETURNED, "refuse", _S.RETURNED, (STAFF,)),
        Transition(_S.BOOKED, "refuse", _S.BOOKED, (STAFF,)),
        Transition(_S.PREPARING, "book", _S.BOOKED, (CITIZEN, STAFF)),
        Transition(_S.READY, "book", _S.BOOKED, (CITIZEN, STAFF)),
        Transition(_S.RETURNED, "book", _S.BOOKED, (CITIZEN, STAFF)),
        Transition(_S.BOOKED, "release", _S.PREPARING, (CITIZEN, STAFF, SYSTEM)),
        Transition(_S.BOOKED, "release_ready", _S.READY, (CITIZEN, STAFF, SYSTEM)),
        Transition(_S.PREPARING, "arrive", _S.ARRIVED, (CITIZEN, STAFF)),
        Transition(_S.READY, "arrive", _S.ARRIVED, (CITIZEN, STAFF)),
        Transition(_S.BOOKED, "arrive", _S.ARRIVED, (CITIZEN, STAFF)),
        Transition(_S.RETURNED, "arrive", _S.ARRIVED, (CITIZEN, STAFF)),
        Transition(_S.ARRIVED, "release", _S.PREPARING, (CITIZEN, STAFF, SYSTEM)),
        Transition(_S.ARRIVED, "release_ready", _S.READY, (CITIZEN, STAFF, SYSTEM)),
        Transition(_S.ARRIVED, "finish", _S.DONE, (STAFF,)),
        Transition(_S.ARRIVED, "return", _S.RETURNED, (STAFF,)),
        Transition(_S.PREPARING, "withdraw", _S.WITHDRAWN, (CITIZEN,)),
        Transition(_S.READY, "withdraw", _S.WITHDRAWN, (CITIZEN,)),
        Transition(_S.RETURNED, "withdraw", _S.WITHDRAWN, (CITIZEN,)),
    ],
)

STILL = TransitionTable(
    "cases.still",
    [
        Transition(StillState.ASKED, "file", StillState.FILED, (CITIZEN,)),
        Transition(StillState.ASKED, "drop", StillState.DROPPED, (STAFF, SYSTEM)),
    ],
)
