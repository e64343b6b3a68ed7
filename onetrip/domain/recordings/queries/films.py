"""Sending a recording: unsealed piece by piece, to the citizen whose call it was and to staff who said why."""

from collections.abc import Iterator
from datetime import datetime

from onetrip.core import vault
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.models import Look, Recording, Segment
from onetrip.domain.recordings.states import KEPT
from onetrip.domain.recordings.views import Film

PURPOSE = "recordings.chunk"


def film_for_staff(
    *, recording_id: str, look_id: str, segment: int, staff_id: int, begins: bool, by: Actor, at: datetime
) -> Film:
    """Return a film to who gave a reason within the hour; NotFound for anybody else. That it `begins` is noted."""
    looks = Look.objects.filter(public_id=look_id, staff_id=staff_id, at__gt=at - rules.LOOK_LASTS)
    row = Recording.objects.filter(public_id=recording_id, looks__in=looks, state__in=KEPT).first()
    return _film(row, segment, begins=begins, by=by, at=at)


def film_for_citizen(
    *,
    consultation_id: str,
    recording_id: str,
    segment: int,
    citizen_id: int,
    begins: bool,
    by: Actor,
    at: datetime,
) -> Film:
    """Return a film to the citizen whose call it was; NotFound for anybody else. That it `begins` is noted."""
    rows = Recording.objects.filter(
        consultation__public_id=consultation_id, consultation__citizen_id=citizen_id
    )
    row = rows.filter(public_id=recording_id, state__in=KEPT).first()
    return _film(row, segment, begins=begins, by=by, at=at)


def _film(row: Recording | None, segment: int, *, begins: bool, by: Actor, at: datetime) -> Film:
    stretch = None if row is None else Segment.objects.filter(recording=row, number=segment).first()
    if row is None or stretch is None:
        raise NotFound()
    pieces = row.pieces.filter(segment=segment).order_by("number").values_list("size", "file")
    if begins:
        subject, detail = f"recording:{row.public_id}", {"segment": segment}
        record(verb="recording.play", subject=subject, by=by, at=at, detail=detail)
    return Film(stretch.content_type, tuple(pieces))


def film_bytes(film: Film, *, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes from `start` up to `end` (not included), one piece in memory at a time.

    Raises what `vault.read` raises where a piece is gone or altered: nothing else is ever shown in its place.
    """
    offset = 0
    for size, file in film.pieces:
        first, last = max(start - offset, 0), min(end - offset, size)
        offset += size
        if first < last:
            yield vault.read(file, purpose=PURPOSE)[first:last]
