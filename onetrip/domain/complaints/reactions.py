"""What happens to complaints when something happens to an account."""

from onetrip.core.events import subscribe
from onetrip.domain.accounts.events import CitizensMerged
from onetrip.domain.complaints import services


@subscribe(CitizensMerged)
def follow_person(event: CitizensMerged) -> None:
    """What was one account's is the other's."""
    services.hand_over(from_id=event.from_id, to_id=event.to_id)
