"""The life of an export as one table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

STAFF, SYSTEM = "staff", "system"


class ExportState(TextChoices):
    WAITING = "waiting", _("waiting to be written")
    RUNNING = "running", _("being written")
    READY = "ready", _("ready to be fetched")
    FAILED = "failed", _("could not be written")
    GONE = "gone", _("deleted")


class ExportForm(TextChoices):
    CSV = "csv", _("CSV")
    XLSX = "xlsx", _("Excel")


class ExportSubject(TextChoices):
    """What an export is of."""

    VISITS = "visits", _("visits")
    FEES = "fees", _("fees paid")


_E = ExportState
UNDER_WAY = (_E.WAITING, _E.RUNNING)

EXPORT = TransitionTable(
    "insights.export",
    [
        Transition(_E.WAITING, "start", _E.RUNNING, (SYSTEM,)),
        # A worker that died in the middle: the next one begins again.
        Transition(_E.RUNNING, "start", _E.RUNNING, (SYSTEM,)),
        Transition(_E.RUNNING, "finish", _E.READY, (SYSTEM,)),
        Transition(_E.RUNNING, "fail", _E.FAILED, (SYSTEM,)),
        Transition(_E.WAITING, "expire", _E.GONE, (SYSTEM,)),
        Transition(_E.RUNNING, "expire", _E.GONE, (SYSTEM,)),
        Transition(_E.READY, "expire", _E.GONE, (SYSTEM,)),
        Transition(_E.FAILED, "expire", _E.GONE, (SYSTEM,)),
    ],
)
