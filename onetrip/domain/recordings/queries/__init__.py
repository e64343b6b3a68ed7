"""Reads of recordings, named by the question they answer."""

from onetrip.domain.recordings.queries.documents import recording_document
from onetrip.domain.recordings.queries.films import film_bytes, film_for_citizen, film_for_staff
from onetrip.domain.recordings.queries.policy import terms_for, terms_of
from onetrip.domain.recordings.queries.proof import proof, recordings_to_prove
from onetrip.domain.recordings.queries.reads import (
    open_in,
    recording_for_staff,
    recordings_for_staff,
    recordings_of,
)

__all__ = [
    "film_bytes",
    "film_for_citizen",
    "film_for_staff",
    "open_in",
    "proof",
    "recording_document",
    "recording_for_staff",
    "recordings_for_staff",
    "recordings_of",
    "recordings_to_prove",
    "terms_for",
    "terms_of",
]
