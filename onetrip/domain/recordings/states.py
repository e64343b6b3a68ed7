"""The life of a recording as one table, and for what somebody may look at one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM = "citizen", "staff", "system"


class RecordingState(TextChoices):
    ASKED = "asked", _("asked for, not agreed yet")
    RUNNING = "running", _("being recorded")
    PAUSED = "paused", _("paused until everybody has agreed")
    STOPPED = "stopped", _("ended, the last piece is on its way")
    SEALED = "sealed", _("recording kept")
    REFUSED = "refused", _("not agreed to")
    LAPSED = "lapsed", _("asked for, nobody answered")
    EXPIRED = "expired", _("deleted, its time was over")
    ERASED = "erased", _("deleted, the citizen asked for it")


class LookReason(TextChoices):
    """For what the recording may be looked at: what the citizen was told, and nothing else."""

    COMPLAINT = "complaint", _("a complaint or an objection")
    DISPUTE = "dispute", _("it is unclear what was said or shown")
    REVIEW = "review", _("quality of this call")
    CITIZEN = "citizen", _("the citizen asked for it")


_R = RecordingState
# Somebody is asked or recorded: one at a time in a consultation.
OPEN = (_R.ASKED, _R.RUNNING, _R.PAUSED)
# Pieces are still taken, after the end for a moment.
TAKING = (_R.RUNNING, _R.PAUSED, _R.STOPPED)
KEPT = (_R.STOPPED, _R.SEALED)

RECORDING = TransitionTable(
    "recordings.recording",
    [
        Transition(_R.ASKED, "begin", _R.RUNNING, (CITIZEN, STAFF, SYSTEM)),
        Transition(_R.ASKED, "refuse", _R.REFUSED, (CITIZEN,)),
        Transition(_R.ASKED, "take_back", _R.LAPSED, (STAFF,)),
        Transition(_R.ASKED, "lapse", _R.LAPSED, (SYSTEM,)),
        Transition(_R.RUNNING, "pause", _R.PAUSED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_R.PAUSED, "resume", _R.RUNNING, (CITIZEN, STAFF, SYSTEM)),
        Transition(_R.RUNNING, "stop", _R.STOPPED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_R.PAUSED, "stop", _R.STOPPED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_R.STOPPED, "seal", _R.SEALED, (STAFF, SYSTEM)),
        Transition(_R.STOPPED, "erase", _R.ERASED, (CITIZEN,)),
        Transition(_R.SEALED, "erase", _R.ERASED, (CITIZEN,)),
        Transition(_R.SEALED, "expire", _R.EXPIRED, (SYSTEM,)),
    ],
)
