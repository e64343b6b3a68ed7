"""Two accounts of one person became one: what this module holds of the one goes to the other."""

from onetrip.core.unit import use_case
from onetrip.domain.consultations.models import AgreedTime, Consultation, Guest


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give consultations, letters, agreed times and company of one citizen to another (row numbers).

    Raises AlreadyInLine where both are in a line, AlreadyAgreed where both have agreed on a time.
    """
    Consultation.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
    AgreedTime.objects.filter(citizen_id=from_id).update(citizen_id=to_id)
    Guest.objects.filter(user_id=from_id).update(user_id=to_id)
    Guest.objects.filter(invited_by_id=from_id).update(invited_by_id=to_id)
