"""What a guest writes into the chat: with the role beside it, and seen by everybody in the call."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import Empty
from onetrip.domain.consultations.services.company.guests import row_and_guest
from onetrip.domain.consultations.services.telling import add_message
from onetrip.domain.consultations.states import GuestState


@use_case
def say_as_guest(*, guest_id: str, text: str, user_id: int, by: Actor, at: datetime) -> int:
    """Write a line into the chat of the call one is in, and return its number. Raises Empty, NotFound."""
    row, guest = row_and_guest(guest_id)
    if guest.user_id != user_id or guest.state != GuestState.HERE:
        raise NotFound()
    if not text.strip():
        raise Empty(field="text")
    number = add_message(row, str(guest.kind), text=text.strip(), guest=guest, at=at)
    detail = {"number": number, "guest": guest_id}
    record(verb="message.add", subject=f"consultation:{row.public_id}", by=by, at=at, detail=detail)
    return number
