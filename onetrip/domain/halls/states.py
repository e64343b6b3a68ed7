"""Kinds of machines, and the life of a slip of paper."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

SYSTEM = "system"


class DeviceKind(TextChoices):
    """What a lead sets up in a hall. Only a screen shows the rotating code; only a tablet hands out numbers."""

    SCREEN = "screen", _("screen with the hall's code")
    TABLET = "tablet", _("self check-in")


class PrinterFault(TextChoices):
    """Why a printer does not print."""

    NO_PAPER = "no paper", _("it has no paper")
    SILENT = "does not answer", _("it does not answer")
    OTHER = "other", _("it reports a fault")


class SlipState(TextChoices):
    QUEUED = "queued", _("being printed")
    PRINTED = "printed", _("printed")
    FAILED = "failed", _("not printed")


_S = SlipState
SLIP = TransitionTable(
    "halls.slip",
    [
        Transition(_S.QUEUED, "print", _S.PRINTED, (SYSTEM,)),
        Transition(_S.QUEUED, "give_up", _S.FAILED, (SYSTEM,)),
    ],
)
