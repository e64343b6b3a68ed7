"""What papers tell the modules above them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaperJudged:
    """The pre-check has looked at a picture, or given it up. The picture is locked."""

    paper_key: int
    at: datetime


@dataclass(frozen=True)
class PaperExpires:
    """The days of a picture are over: it is deleted next. It is not locked yet, so that its holder can be first."""

    paper_key: int
    paper_id: str
    at: datetime


@dataclass(frozen=True)
class UploadExpires:
    """What had come of a file is deleted next. The upload is locked."""

    upload_key: int
    at: datetime
