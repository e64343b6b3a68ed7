"""The life of a complaint as one table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM = "citizen", "staff", "system"


class About(TextChoices):
    """What a complaint is about; the public id beside it is that of the ticket, or of the consultation."""

    VISIT = "visit", _("a visit")
    CONSULTATION = "consultation", _("a consultation")


class ComplaintState(TextChoices):
    FILED = "filed", _("received")
    IN_HAND = "in_hand", _("being looked into")
    ANSWERED = "answered", _("answered")
    ESCALATED = "escalated", _("with the supervisors")
    CLOSED = "closed", _("closed for good")
    WITHDRAWN = "withdrawn", _("taken back")


class EntryKind(TextChoices):
    """What was said: the complaint, an answer, an objection to it, the supervisors' last word."""

    COMPLAINT = "complaint", _("complaint")
    ANSWER = "answer", _("answer")
    OBJECTION = "objection", _("objection")
    LAST_WORD = "last_word", _("the supervisors’ answer")


_C = ComplaintState
# Somebody of the city has to do something, within the deadline.
OPEN = (_C.FILED, _C.IN_HAND, _C.ESCALATED)

COMPLAINT = TransitionTable(
    "complaints.complaint",
    [
        Transition(_C.FILED, "take", _C.IN_HAND, (STAFF,)),
        Transition(_C.FILED, "answer", _C.ANSWERED, (STAFF,)),
        Transition(_C.FILED, "withdraw", _C.WITHDRAWN, (CITIZEN,)),
        Transition(_C.IN_HAND, "take", _C.IN_HAND, (STAFF,)),
        Transition(_C.IN_HAND, "answer", _C.ANSWERED, (STAFF,)),
        Transition(_C.IN_HAND, "withdraw", _C.WITHDRAWN, (CITIZEN,)),
        Transition(_C.ANSWERED, "object", _C.ESCALATED, (CITIZEN,)),
        Transition(_C.ANSWERED, "accept", _C.CLOSED, (CITIZEN, SYSTEM)),
        Transition(_C.ESCALATED, "answer", _C.CLOSED, (STAFF,)),
        Transition(_C.ESCALATED, "withdraw", _C.WITHDRAWN, (CITIZEN,)),
    ],
)
