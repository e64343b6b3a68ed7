"""What happens to recordings with time, who looks at them, and their end."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from onetrip.core import vault
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.errors import LookReasonMissing
from onetrip.domain.recordings.models import Consent, Look, Recording
from onetrip.domain.recordings.queries.reads import within_reach
from onetrip.domain.recordings.services.moving import held, move, show
from onetrip.domain.recordings.states import KEPT, LookReason, RecordingState

_SYSTEM = Actor.system("recordings.look_after")
_S = RecordingState


def look_after(*, at: datetime) -> int:
    """Let questions lapse, end what is too long, close the lists of what has ended; return how many."""
    due = Recording.objects.filter(_due(at)).order_by("pk")
    return sum(_look_after(key=key, at=at) for key in list(due.values_list("pk", flat=True)[:200]))


def _due(at: datetime) -> Q:
    return (
        Q(state=_S.ASKED, changed_at__lte=at - rules.ANSWER_WITHIN)
        | Q(state=_S.PAUSED, changed_at__lte=at - rules.LONGEST_PAUSE)
        | Q(state__in=(_S.RUNNING, _S.PAUSED), began_at__lte=at - rules.longest())
        | Q(state=_S.STOPPED, changed_at__lte=at - rules.LATE_CHUNKS)
    )


@use_case
def _look_after(*, key: int, at: datetime) -> int:
    try:
        row, call = held(Recording.objects.filter(_due(at), pk=key))
    except NotFound:  # answered, or closed by the officer's page, meanwhile
        return 0
    move(row, {_S.ASKED: "lapse", _S.STOPPED: "seal"}.get(_S(row.state), "stop"), by=_SYSTEM, at=at)
    show(row, call)
    return 1


@use_case
def look(
    *,
    recording_id: str,
    staff_id: int,
    venue_codes: Sequence[str] | None,
    reason: str,
    words: str,
    by: Actor,
    at: datetime,
) -> str:
    """Say for what and why one looks; return the id by which the films are opened for an hour.

    `venue_codes` is the reach (None: everywhere); the officer of the call needs none. Raises LookReasonMissing,
    NotFound.
    """
    rows = within_reach(staff_id=staff_id, venue_codes=venue_codes)
    row = lock_one(rows.filter(public_id=recording_id, state__in=KEPT))
    if reason not in LookReason.values or len(words.strip()) < rules.FEWEST_WORDS:
        raise LookReasonMissing(field="words")
    made = Look.objects.create(
        recording=row, staff_id=staff_id, reason=reason, words=words.strip()[:300], at=at
    )
    record(
        verb="recording.look", subject=f"recording:{recording_id}", by=by, at=at,
        detail={"look": made.public_id, "reason": reason},
    )  # fmt: skip
    return made.public_id


@use_case
def erase(*, recording_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """The citizen wants it gone: the pieces are deleted at once, the list and the looks stay. Twice is once.

    Raises WrongState while it runs, NotFound.
    """
    mine = Recording.objects.filter(public_id=recording_id, consultation__citizen_id=citizen_id)
    row, call = held(mine)
    if row.state == RecordingState.ERASED:
        return
    move(row, "erase", by=by, at=at)
    _delete_pieces(row)
    show(row, call)


def expire(*, at: datetime, limit: int = 20) -> int:
    """Delete the pieces of recordings past their time; return how many. The list and the looks stay.

    Each is a use case of its own.
    """
    due = Recording.objects.filter(state=RecordingState.SEALED, expires_at__lte=at).order_by("pk")
    return sum(_expire(key=key, at=at) for key in list(due.values_list("pk", flat=True)[:limit]))


@use_case
def _expire(*, key: int, at: datetime) -> int:
    try:
        row, call = held(Recording.objects.filter(pk=key, state=RecordingState.SEALED))
    except NotFound:  # the citizen has deleted it meanwhile
        return 0
    move(row, "expire", by=Actor.system("recordings.expire"), at=at)
    _delete_pieces(row)
    show(row, call)
    return 1


def _delete_pieces(row: Recording) -> None:
    pieces = row.pieces.exclude(file="")
    for name in list(pieces.values_list("file", flat=True)):
        vault.let_go(name)
    pieces.update(file="")


@use_case
def hand_over(*, from_id: int, to_id: int) -> None:
    """Give what one account has answered to another account of the same person (row numbers)."""
    Consent.objects.filter(user_id=from_id).update(user_id=to_id)
