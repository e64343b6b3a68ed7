"""The kinds of paper the pre-check knows, what it may advise, and the life of its judgement as one table."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable

SYSTEM = "system"


class PaperKind(TextChoices):
    """Papers that are recognised by what is printed on them."""

    ID_FRONT = "id_front", _("ID card, front")
    ID_BACK = "id_back", _("ID card, back")
    HOUSEHOLD = "household", _("household register")
    DRIVING = "driving", _("driving licence")
    VEHICLE = "vehicle", _("vehicle licence")
    BIRTH = "birth", _("birth certificate")
    PROPERTY = "property", _("property certificate")
    MARRIAGE = "marriage", _("marriage certificate")


class Advice(TextChoices):
    """What the pre-check says of a picture. None of it refuses anything."""

    NO_TEXT = "no_text", _("We see no writing here. Photograph the paper from close by, in good light.")
    BLURRED = "blurred", _("The picture is blurred. Hold still and take it again.")
    GLARE = (
        "glare",
        _("Light is reflected on the paper. Tilt it a little or switch the flash off, then take it again."),
    )
    CUT = "cut", _("An edge of the paper is cut off. Step back a little so that all of it is seen.")
    TURNED = "turned", _("The picture is not upright. It can be read; upright is quicker.")
    TILTED = "tilted", _("The paper lies at an angle. It can be read; straight is better.")
    WRONG_PAPER = "wrong_paper", _("This seems to be another paper than the one on your list.")
    EXPIRED = "expired", _("By the date on it, this paper is no longer valid.")
    NUMBER_WRONG = "number_wrong", _("The ID number does not add up. See whether it can be read clearly.")
    NAME_DIFFERS = "name_differs", _("The name on it is not the one of this errand.")


# Advice to look at, with no need for another picture.
HINTS = (Advice.TURNED, Advice.TILTED, Advice.NAME_DIFFERS)


class CheckState(TextChoices):
    """How far the pre-check of a picture is."""

    NONE = "none", _("not pre-checked")
    WAITING = "waiting", _("being looked at")
    CHECKED = "checked", _("pre-checked")
    FAILED = "failed", _("could not be pre-checked")


_C = CheckState
CHECK = TransitionTable(
    "papers.check",
    [
        Transition(_C.NONE, "ask", _C.WAITING, (SYSTEM,)),
        Transition(_C.WAITING, "judge", _C.CHECKED, (SYSTEM,)),
        Transition(_C.WAITING, "give_up", _C.FAILED, (SYSTEM,)),
    ],
)
