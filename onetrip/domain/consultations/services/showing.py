"""How a change of a row becomes a change of the live documents. Called inside the use case that made it."""

from functools import partial

from onetrip.core import live
from onetrip.core.locks import lock_name
from onetrip.core.unit import current_unit
from onetrip.domain.consultations.models import Consultation, Guest, Message, Post
from onetrip.domain.consultations.queries.documents import (
    consultation_entry,
    guest_entry,
    line_post_entry,
    message_entry,
    pace_entry,
    post_entry,
)
from onetrip.domain.consultations.states import IN_LINE, GuestState, PostState


def show_consultation(row: Consultation, *, left: int | None = None) -> None:
    """Tell the parties and the line how a consultation stands now. `left`: the rank it had before."""
    live.change(topic=f"consultation:{row.public_id}", patch=consultation_entry(row))
    waits = row.state in IN_LINE
    waiting = {str(row.rank): 1 if waits else None}
    if left is not None:
        waiting[str(left)] = None
    live.change(topic=f"line:{row.competence}", patch={"waiting": waiting})


def show_post(row: Post) -> None:
    """Tell the officer's page and the lines of the post how it stands now."""
    live.change(topic=f"post:{row.desk_id}", patch=post_entry(row))
    entry = None if row.state == PostState.OFF else line_post_entry(row)
    for competence in row.competences:
        live.change(topic=f"line:{competence}", patch={"posts": {str(row.desk_id): entry}})


def show_message(row: Consultation, message: Message) -> None:
    """Tell the parties about a new line of the chat."""
    patch = {"messages": {str(message.number): message_entry(message)}}
    live.change(topic=f"consultation:{row.public_id}", patch=patch)


def show_pace(competence: str) -> None:
    """Tell the line how long turns, notes and pauses take by now; worked out at the end of the use case."""
    current_unit().endings.setdefault(f"figures:pace:{competence}", partial(_say_pace, competence))


def _say_pace(competence: str) -> None:
    # Two that end at the same moment do not see each other's turns: one after the other, or the last word stays wrong.
    lock_name("pace")
    live.change(topic=f"line:{competence}", patch={"pace": pace_entry(competence)})


def show_guest(guest: Guest) -> None:
    """Tell the parties, and the guest, how a guest stands."""
    gone = guest.state == GuestState.GONE
    patch = {"guests": {guest.public_id: None if gone else guest_entry(guest)}}
    live.change(topic=f"consultation:{guest.consultation.public_id}", patch=patch)
    live.change(topic=f"guest:{guest.public_id}", patch={"state": str(guest.state)})
