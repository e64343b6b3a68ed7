"""Messages to a citizen's phone. The texts are registered at start-up (`apps.py`)."""

from datetime import datetime, timedelta

from onetrip.domain.accounts import queries as accounts
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.notifications import services as notifications

YOUR_TURN = "consultations.your_turn"
ANSWERED = "consultations.answered"
_WORTH_TELLING = {YOUR_TURN: rules.COME_WITHIN, ANSWERED: timedelta(days=1)}


def tell_citizen(row: Consultation, text: str, *, at: datetime) -> None:
    """Put a text message into the outbox; somebody without a phone number finds it on the page."""
    address = accounts.address_of(row.citizen_id)
    if address is None:
        return
    worth = _WORTH_TELLING[text]
    notifications.send(
        channel="sms",
        address=address,
        template=text,
        params={"item": row.item_name, "minutes": int(worth.total_seconds() // 60)},
        language=accounts.language_of(row.citizen_id),
        expires_at=at + worth,
        at=at,
    )
