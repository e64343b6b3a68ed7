"""Pure decisions of papers: what a paper is, what is written on it, what to advise, which pictures are taken."""

from onetrip.domain.papers.rules.judging import judge, needs_another
from onetrip.domain.papers.rules.keeping import KEPT, MOST_BYTES, MOST_PIXELS
from onetrip.domain.papers.rules.marking import QUARTERS, circles

__all__ = ["KEPT", "MOST_BYTES", "MOST_PIXELS", "QUARTERS", "circles", "judge", "needs_another"]
