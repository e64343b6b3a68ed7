"""Two accounts of one person became one: what this module holds of the one goes to the other."""

from onetrip.core.unit import use_case
from onetrip.domain.cases.models import Case


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give errands of one citizen to another (row numbers). Raises AlreadyOpen where both have the same errand open."""
    Case.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
