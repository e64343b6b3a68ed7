"""What papers tell the modules above them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaperJudged:
    """The pre-check has looked at a picture, or given it up."""

    paper_key: int
    at: datetime
