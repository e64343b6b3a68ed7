"""Words to a citizen: in a message (what it says: `messages.yaml` of this module), or in the chat."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import translation

from onetrip.domain.accounts import queries as people
from onetrip.domain.accounts import services as accounts
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Guest, Message
from onetrip.domain.consultations.services.showing import show_message

YOUR_TURN = "consultations.your_turn"
ANSWERED = "consultations.answered"
_MAX_TEXT = 1000
_WORTH_TELLING = {YOUR_TURN: rules.COME_WITHIN, ANSWERED: timedelta(days=1)}


def add_message(
    row: Consultation,
    sender: str,
    *,
    text: str = "",
    photo_key: int | None = None,
    guest: Guest | None = None,
    at: datetime,
) -> int:
    """Put a line into the chat of a locked consultation and return its number."""
    last = row.messages.aggregate(last=Max("number"))["last"] or 0
    message = Message.objects.create(
        consultation=row,
        number=last + 1,
        sender=sender,
        guest=guest,
        text=text[:_MAX_TEXT],
        photo_id=photo_key,
        at=at,
    )
    show_message(row, message)
    return message.number


def in_the_language_of(citizen_id: int, words: Callable[[], str]) -> str:
    """Return a text in the language that the citizen reads."""
    with translation.override(people.language_of(citizen_id)):
        return words()


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
