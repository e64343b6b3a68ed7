"""Taking a picture in, marking it, and letting it go."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from onetrip.core import vault
from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.papers import rules
from onetrip.domain.papers.errors import BadMarks, TooLarge, Unreadable
from onetrip.domain.papers.events import PaperExpires
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.queries import PURPOSE

_QUALITY = 90


@use_case
def keep(*, upload: bytes, by: Actor, at: datetime) -> tuple[int, str]:
    """Keep a picture, re-encoded, without metadata, sealed; return (row number, id). Raises TooLarge, Unreadable."""
    picture, (width, height) = _clean(upload)
    name = vault.keep(picture, folder="papers", purpose=PURPOSE)
    row = Paper.objects.create(file=name, width=width, height=height, taken_at=at, expires_at=at + rules.KEPT)
    record(verb="paper.keep", subject=f"paper:{row.public_id}", by=by, at=at)
    return row.pk, row.public_id


def _clean(upload: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return the picture as a fresh upright JPEG: no metadata, no trailing bytes, no surprises."""
    if len(upload) > rules.MOST_BYTES:
        raise TooLarge(field="photo")
    try:
        with Image.open(io.BytesIO(upload), formats=["JPEG", "PNG", "WEBP"]) as image:
            # Before decoding: a small file can be a huge picture.
            if image.width * image.height > rules.MOST_PIXELS:
                raise TooLarge(field="photo")
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(field="photo") from error
    fresh = io.BytesIO()
    upright.save(fresh, "JPEG", quality=_QUALITY)
    return fresh.getvalue(), upright.size


@use_case
def mark(*, key: int, turned: int, crop: Any, marks: Sequence[Any], by: Actor, at: datetime) -> None:
    """Turn the picture, cut to a part of it (None: all), circle what is wrong; what was marked before is replaced.

    The picture itself stays as it is. Raises BadMarks, NotFound.
    """
    row = lock_one(Paper.objects.filter(pk=key))
    drawn, part = rules.drawn(marks), None if crop is None else rules.cropped(crop)
    if drawn is None or turned not in rules.QUARTERS or (crop is not None and part is None):
        raise BadMarks(field="marks")
    row.turned, row.crop, row.marks, row.marked_at = turned, part, drawn, at
    row.save(update_fields=["turned", "crop", "marks", "marked_at"])
    record(verb="paper.mark", subject=f"paper:{row.public_id}", by=by, at=at)


@use_case
def let_go(*, key: int, by: Actor, at: datetime) -> None:
    """Delete a picture, row and file; one that is gone already is no error."""
    row = Paper.objects.filter(pk=key).select_for_update().first()
    if row is not None:
        record(verb="paper.let_go", subject=f"paper:{row.public_id}", by=by, at=at)
        _delete(row)


def expire(*, at: datetime, limit: int = 200) -> int:
    """Delete pictures past their time, file and row; return how many. Each is a use case of its own."""
    due = Paper.objects.filter(expires_at__lte=at).order_by("pk").values_list("pk", "public_id")[:limit]
    for key, paper_id in list(due):
        _expire(key=key, paper_id=paper_id, at=at)
    return len(due)


@use_case
def _expire(*, key: int, paper_id: str, at: datetime) -> None:
    publish(PaperExpires(paper_key=key, paper_id=paper_id, at=at))
    row = Paper.objects.filter(pk=key).select_for_update().first()
    if row is not None:
        _delete(row)


def _delete(row: Paper) -> None:
    vault.let_go(row.file)
    row.delete()
