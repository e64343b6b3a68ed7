"""Whether a recording is what it was: every piece, the list, and what the audit trail says of both."""

from hashlib import sha256

from cryptography.exceptions import InvalidTag

from onetrip.core import audit, vault
from onetrip.core.errors import NotFound
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.models import Chunk, Recording
from onetrip.domain.recordings.queries.films import PURPOSE
from onetrip.domain.recordings.states import RecordingState
from onetrip.domain.recordings.views import Flaw, Proof

_AFTER = (RecordingState.SEALED, RecordingState.EXPIRED, RecordingState.ERASED)
_WITH_PIECES = (RecordingState.STOPPED, RecordingState.SEALED)


def recordings_to_prove() -> list[str]:
    """Return the ids of all recordings that have a list, the oldest first."""
    return list(Recording.objects.filter(chunks__gt=0).order_by("pk").values_list("public_id", flat=True))


def proof(recording_id: str) -> Proof:
    """Check a recording and say what is missing or changed. Raises NotFound.

    What was deleted in time is not missing; its list is checked all the same.
    """
    row = Recording.objects.filter(public_id=recording_id).first()
    if row is None:
        raise NotFound()
    before, place, read = rules.first_link(row.public_id), 0, 0
    flaws: list[Flaw] = []
    for piece in row.pieces.order_by("place").iterator(chunk_size=500):
        place += 1
        what = _list_flaw(piece, before, place)
        if what is None and row.state in _WITH_PIECES:
            what = _piece_flaw(piece)
            read += what != "missing"
        if what is not None:
            flaws.append(Flaw(piece.place, piece.segment, piece.number, what))
        before, place = piece.link, piece.place
    said = (place, before) if place else (0, "")
    if said != (row.chunks, row.head) or not _audit_agrees(row):
        flaws.append(Flaw(row.chunks, 0, 0, "list"))
    return Proof(row.public_id, row.state, row.chunks, read, tuple(flaws))


def _list_flaw(piece: Chunk, before: str, place: int) -> str | None:
    expected = rules.link(
        before,
        place=place,
        segment=piece.segment,
        number=piece.number,
        size=piece.size,
        digest=piece.digest,
        at=piece.at,
    )
    return None if (piece.place, piece.link) == (place, expected) else "list"


def _piece_flaw(piece: Chunk) -> str | None:
    try:
        content = vault.read(piece.file, purpose=PURPOSE)
    except (FileNotFoundError, ValueError, OSError):
        return "missing"
    except InvalidTag:
        return "changed"
    return None if sha256(content).hexdigest() == piece.digest else "changed"


def _audit_agrees(row: Recording) -> bool:
    """Whoever rewrites the list and its sum would have to rewrite the audit trail, too."""
    if row.state not in _AFTER:
        return True
    said = audit.last_detail(verb="recording.seal", subject=f"recording:{row.public_id}")
    if said is None:  # deleted by the citizen before its list was closed
        return row.state == RecordingState.ERASED
    return (said.get("chunks"), said.get("head")) == (row.chunks, row.head)
