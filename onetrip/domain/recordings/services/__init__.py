"""Use cases of recordings: asking, answering, taking pieces in, looking, deleting."""

from onetrip.domain.recordings.services.asking import answer, call_over, company_changed, propose
from onetrip.domain.recordings.services.chunks import begin_segment, finish, take_chunk
from onetrip.domain.recordings.services.keeping import erase, expire, hand_over, look, look_after

__all__ = [
    "answer",
    "begin_segment",
    "call_over",
    "company_changed",
    "erase",
    "expire",
    "finish",
    "hand_over",
    "look",
    "look_after",
    "propose",
    "take_chunk",
]
