"""Pure decisions of papers: what a paper is, what is written on it, what to advise, which pictures are taken."""

from onetrip.domain.papers.rules.judging import judge, needs_another
from onetrip.domain.papers.rules.keeping import KEPT, MOST_BYTES, MOST_PART_BYTES, MOST_PIXELS, UPLOAD_LASTS
from onetrip.domain.papers.rules.marking import QUARTERS, cropped, drawn

__all__ = [
    "KEPT",
    "MOST_BYTES",
    "MOST_PART_BYTES",
    "MOST_PIXELS",
    "QUARTERS",
    "UPLOAD_LASTS",
    "cropped",
    "drawn",
    "judge",
    "needs_another",
]
