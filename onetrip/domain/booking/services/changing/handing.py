"""Two accounts of one person became one: what this module holds of the one goes to the other."""

from onetrip.core.unit import use_case
from onetrip.domain.booking.models import Appointment, Mark, Ticket


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give appointments, marks and numbers of one citizen to another (row numbers).

    Raises AlreadyBooked where both have the same.
    """
    Appointment.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
    Mark.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
    Ticket.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
