"""Taking the pieces in, as the officer's page sends them: each once, in order, sealed, linked into the list."""

from datetime import datetime
from hashlib import sha256

from onetrip.core import vault
from onetrip.core.audit import Actor
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.errors import (
    ChunkBroken,
    ChunkDiffers,
    ChunkNotNext,
    ChunkTooLarge,
    NotTaking,
    SegmentOver,
    WrongFilm,
)
from onetrip.domain.recordings.models import Chunk, Recording, Segment
from onetrip.domain.recordings.queries.films import PURPOSE
from onetrip.domain.recordings.services.moving import held, move, show
from onetrip.domain.recordings.states import RECORDING, TAKING, RecordingState
from onetrip.domain.recordings.views import Taken


def _of_officer(recording_id: str, officer_id: int) -> Recording:
    rows = Recording.objects.select_related("consultation")
    return lock_one(rows.filter(public_id=recording_id, officer_id=officer_id))


@use_case
def begin_segment(*, recording_id: str, officer_id: int, content_type: str, at: datetime) -> int:
    """Begin a stretch and return its number; the one before is over. Raises NotTaking, WrongFilm, NotFound."""
    row = _of_officer(recording_id, officer_id)
    kind = rules.film_type(content_type)
    if kind is None:
        raise WrongFilm()
    if row.state != RecordingState.RUNNING or row.segments >= rules.MOST_SEGMENTS:
        raise NotTaking()
    row.segments += 1
    row.save(update_fields=["segments"])
    Segment.objects.create(recording=row, number=row.segments, content_type=kind, began_at=at)
    return row.segments


@use_case
def take_chunk(
    *,
    recording_id: str,
    officer_id: int,
    segment: int,
    number: int,
    digest: str,
    content: bytes,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take piece `number` (from 0) of a segment; one that is here already is no error. Past the limits it ends.

    Raises ChunkTooLarge, ChunkBroken, ChunkDiffers, ChunkNotNext, SegmentOver, WrongFilm, NotTaking, NotFound.
    """
    row = _of_officer(recording_id, officer_id)
    if not content or len(content) > rules.MOST_CHUNK_BYTES:
        raise ChunkTooLarge()
    if sha256(content).hexdigest() != digest:
        raise ChunkBroken()
    stretch = Segment.objects.filter(recording=row, number=segment).first()
    if stretch is None:
        raise SegmentOver()
    if number < stretch.chunks:
        if not row.pieces.filter(segment=segment, number=number, digest=digest).exists():
            raise ChunkDiffers()
        return Taken(stretch.chunks, row.state == RecordingState.RUNNING)
    _check_turn(row, stretch, number, at=at)
    if number == 0 and not rules.begins_a_film(content, stretch.content_type):
        raise WrongFilm()
    if row.size + len(content) > rules.most_bytes() or _is_too_long(row, at):
        _end(row, by=by, at=at)
        return Taken(stretch.chunks, False)
    _add(row, stretch, digest, content, at=at)
    return Taken(stretch.chunks, row.state == RecordingState.RUNNING)


def _check_turn(row: Recording, stretch: Segment, number: int, *, at: datetime) -> None:
    late = row.state != RecordingState.RUNNING and at - row.changed_at >= rules.LATE_CHUNKS
    if row.state not in TAKING or late:
        raise NotTaking()
    if stretch.number != row.segments:
        raise SegmentOver()
    if number != stretch.chunks:
        raise ChunkNotNext()


def _is_too_long(row: Recording, at: datetime) -> bool:
    return row.began_at is not None and at - row.began_at > rules.longest() + rules.LATE_CHUNKS


def _end(row: Recording, *, by: Actor, at: datetime) -> None:
    if RECORDING.allows(row.state, "stop"):
        move(row, "stop", by=by, at=at)
        show(row, consultations.in_call(consultation_id=row.consultation.public_id))


def _add(row: Recording, stretch: Segment, digest: str, content: bytes, *, at: datetime) -> None:
    entry = {
        "place": row.chunks + 1,
        "segment": stretch.number,
        "number": stretch.chunks,
        "size": len(content),
        "digest": digest,
        "at": at,
    }
    link = rules.link(row.head or rules.first_link(row.public_id), **entry)  # type: ignore[arg-type]
    file = vault.keep(content, folder="recordings", purpose=PURPOSE)
    Chunk.objects.create(recording=row, link=link, file=file, **entry)
    row.chunks, row.size, row.head = row.chunks + 1, row.size + len(content), link
    row.save(update_fields=["chunks", "size", "head"])
    stretch.chunks += 1
    stretch.save(update_fields=["chunks"])


@use_case
def finish(*, recording_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """The officer's page has sent all it had: close the list. Before the end, or twice, it does nothing.

    Raises NotFound.
    """
    row, call = held(Recording.objects.filter(public_id=recording_id, officer_id=officer_id))
    if row.state == RecordingState.STOPPED:
        move(row, "seal", by=by, at=at)
        show(row, call)
