"""Messages to a citizen who is not on the page. What they say: `messages.yaml` of this module."""

from datetime import datetime, timedelta

from onetrip.domain.accounts import services as accounts
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation

YOUR_TURN = "consultations.your_turn"
ANSWERED = "consultations.answered"
_WORTH_TELLING = {YOUR_TURN: rules.COME_WITHIN, ANSWERED: timedelta(days=1)}


def tell_citizen(row: Consultation, template: str, *, at: datetime) -> None:
    """Put a message into the outbox, by the ways the citizen wants; it leads to the page of the consultation."""
    worth = _WORTH_TELLING[template]
    accounts.tell(
        citizen_id=row.citizen_id,
        template=template,
        params={"item": row.item_name, "minutes": int(worth.total_seconds() // 60)},
        expires_at=at + worth,
        about=f"consultation:{row.public_id}",
        target=f"consultation:{row.public_id}",
        at=at,
    )
