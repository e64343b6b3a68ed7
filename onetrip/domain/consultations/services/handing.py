"""Two accounts of one person became one: what this module holds of the one goes to the other."""

from onetrip.core.unit import use_case
from onetrip.domain.consultations.models import Consultation


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give consultations and letters of one citizen to another (row numbers).

    Raises AlreadyInLine where both are in a line.
    """
    Consultation.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
