"""Pure decisions of recordings: what is taken, how the list is chained, how long things may last."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings

ANSWER_WITHIN = timedelta(minutes=2)
LATE_CHUNKS = timedelta(minutes=2)  # the last pieces come after the end, over a network that may be slow
LONGEST_PAUSE = timedelta(minutes=15)
LOOK_LASTS = timedelta(hours=1)  # then the reason has to be given anew
MOST_ASKED = 3  # times in one consultation
MOST_SEGMENTS = 200
MOST_CHUNK_BYTES = 2 * 1024 * 1024
FEWEST_WORDS = 4

# What the first piece of a film begins with: EBML (RFC 8794, section 11.2.1), and the box `ftyp` (ISO/IEC 14496-12).
_BEGINNINGS = {"video/webm": (0, b"\x1a\x45\xdf\xa3"), "video/mp4": (4, b"ftyp")}


def kept_days() -> int:
    """Return for how many days a recording that begins now is kept."""
    return int(settings.RECORDING_DAYS)


def longest() -> timedelta:
    """Return how long one recording may last, pauses included."""
    return timedelta(minutes=settings.RECORDING_MINUTES)


def most_bytes() -> int:
    """Return how many bytes one recording may have."""
    return int(settings.RECORDING_MB) * 1024 * 1024


def film_type(said: str) -> str | None:
    """Return the kind of film out of a content type like “video/webm;codecs=vp8,opus”, None for what we do not keep."""
    kind = said.partition(";")[0].strip().lower()
    return kind if kind in _BEGINNINGS else None


def begins_a_film(content: bytes, content_type: str) -> bool:
    """Say whether a film of this type begins like that."""
    offset, mark = _BEGINNINGS[content_type]
    return content[offset : offset + len(mark)] == mark


def first_link(recording_id: str) -> str:
    """Return what the first entry of a list is linked to: no list can be passed off as another recording's."""
    return sha256(f"onetrip recording {recording_id}".encode()).hexdigest()


def link(before: str, *, place: int, segment: int, number: int, size: int, digest: str, at: datetime) -> str:
    """Return the link of an entry: a SHA-256 over the link before it and everything the entry says."""
    said = f"{before}|{place}|{segment}|{number}|{size}|{digest}|{at.timestamp():.6f}"
    return sha256(said.encode()).hexdigest()


def all_agree(parties: Iterable[str], answers: dict[str, bool]) -> bool:
    """Say whether everybody who is there has said yes."""
    return all(answers.get(party, False) for party in parties)
