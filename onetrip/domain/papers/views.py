"""What papers show of themselves: plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Line:
    """A piece of writing as it was read. Place and size in shares of the upright picture's longer side."""

    text: str
    confidence: float
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Look:
    """What one look at a picture found, before anything is concluded from it.

    `turned`: clockwise degrees by which the picture must be turned to be upright. `tilt`: degrees off the straight.
    `softness`: width of the letters' edges as a share of their height. `glare`: share of the paper that is burnt out.
    `cut`: share of the picture's border that the paper runs over.
    """

    lines: tuple[Line, ...]
    turned: int
    tilt: float
    softness: float
    glare: float
    cut: float


@dataclass(frozen=True)
class Expected:
    """What the picture should show: kinds of paper (empty: any), the holder's name ("" : not compared), the day."""

    kinds: tuple[str, ...]
    name: str
    day: date


@dataclass(frozen=True)
class Judgement:
    """The pre-check's opinion: the kind of paper or None, and advice codes; none means it looks fine."""

    kind: str | None
    advice: tuple[str, ...]


@dataclass(frozen=True)
class PaperView:
    """A picture of a paper with the pre-check's advice and what an officer drew on it (see `rules/marking.py`)."""

    id: str
    width: int
    height: int
    taken_at: datetime
    check: str
    check_text: str
    kind: str | None
    kind_name: str
    advice: tuple[str, ...]
    advice_texts: tuple[str, ...]
    needs_another: bool
    turned: int
    crop: dict[str, float] | None
    marks: tuple[dict[str, float], ...]
    marked_at: datetime | None
