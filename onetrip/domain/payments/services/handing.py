"""Two accounts of one person became one: what this module holds of the one goes to the other."""

from onetrip.core.unit import use_case
from onetrip.domain.payments.models import Order


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give fee orders of one citizen to another (row numbers)."""
    Order.objects.filter(payer_id=from_id).update(payer_id=to_id)
