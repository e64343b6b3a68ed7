"""Files that come in parts: what has come stays, and whoever was cut off asks how much that is and goes on."""

from datetime import datetime
from hashlib import sha256

from onetrip.core.crypto import seal, unseal
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.papers import rules
from onetrip.domain.papers.errors import NotNext, TooLarge, Unreadable, UploadOver
from onetrip.domain.papers.events import UploadExpires
from onetrip.domain.papers.models import Upload, UploadPart

_PURPOSE = "papers.part"
_DIGEST = 64  # hexadecimal digits of SHA-256


@use_case
def begin_upload(*, key: int | None, size: int, digest: str, at: datetime) -> tuple[int, int]:
    """Begin to take a file of `size` bytes, or go on with upload `key` if it is of the same file.

    Returns (row number of the upload, bytes that are here). Another file takes the place of what had come before, in
    the same row: deleting it would touch what points at it, which has locks of its own to wait for.
    Raises TooLarge, Unreadable (no size, or no digest).
    """
    if size > rules.MOST_BYTES:
        raise TooLarge(field="photo")
    if size <= 0 or len(digest) != _DIGEST or not set(digest) <= set("0123456789abcdef"):
        raise Unreadable(field="photo")
    known = Upload.objects.filter(pk=key).select_for_update().first() if key is not None else None
    if known is not None and (known.size, known.digest) == (size, digest) and known.ends_at > at:
        return known.pk, known.received
    row = known or Upload()
    row.size, row.digest, row.received, row.ends_at = size, digest, 0, at + rules.UPLOAD_LASTS
    row.save()
    row.parts.all().delete()
    return row.pk, 0


@use_case
def take_part(*, key: int, offset: int, content: bytes, at: datetime) -> tuple[int, int]:
    """Take the next part; return (bytes that are here now, bytes of the whole). A part that came before is no error.

    Raises NotNext (it begins elsewhere than the file ends), TooLarge, UploadOver.
    """
    row = Upload.objects.filter(pk=key, ends_at__gt=at).select_for_update().first()
    if row is None:
        raise UploadOver()
    end = offset + len(content)
    if len(content) > rules.MOST_PART_BYTES or end > row.size:
        raise TooLarge(field="photo")
    if content and end <= row.received:
        return row.received, row.size
    if offset != row.received or not content:
        raise NotNext()
    UploadPart.objects.create(upload=row, offset=offset, content=seal(content, purpose=_PURPOSE))
    row.received = end
    row.save(update_fields=["received"])
    return row.received, row.size


@use_case
def whole_upload(*, key: int) -> bytes:
    """Return the whole file of an upload, which stays locked: its owner files it, and then lets go of the parts.

    Raises NotNext (not all is here), Unreadable (not what was told), NotFound.
    """
    row = lock_one(Upload.objects.filter(pk=key))
    if row.received != row.size:
        raise NotNext()
    parts = row.parts.order_by("offset").values_list("content", flat=True)
    whole = b"".join(unseal(bytes(part), purpose=_PURPOSE) for part in parts)
    if sha256(whole).hexdigest() != row.digest:
        raise Unreadable(field="photo")
    return whole


@use_case
def forget_upload(*, key: int) -> None:
    """Delete an upload whose file is kept elsewhere by now. What points at it is in the caller's hands, locked."""
    Upload.objects.filter(pk=key).delete()


@use_case
def forget_uploads(*, at: datetime) -> int:
    """Delete what was begun and not finished in its time; return how many."""
    rows = list(Upload.objects.filter(ends_at__lte=at).order_by("pk").select_for_update(skip_locked=True))
    for row in rows:
        publish(UploadExpires(upload_key=row.pk, at=at))
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
