"""What recordings show of themselves: plain frozen values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Terms:
    """What people are told before they answer: why, and for how many days it is kept."""

    why: str
    days: int
    minutes: int


@dataclass(frozen=True)
class SegmentView:
    """A film of the recording: `size` in bytes."""

    number: int
    content_type: str
    began_at: datetime
    size: int


@dataclass(frozen=True)
class LookView:
    """A look of staff: by whom, for what, in what words, when."""

    by_name: str
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True)
class AnswerView:
    """What somebody in the call said last."""

    kind: str
    agreed: bool
    at: datetime


@dataclass(frozen=True)
class RecordingView:
    """A recording. `playable` while its pieces are there; `lasted_s` from the first to the end, pauses included."""

    id: str
    consultation_id: str
    state: str
    item_name: str
    officer_name: str
    post_label: str
    why: str
    asked_at: datetime
    began_at: datetime | None
    lasted_s: int | None
    expires_at: datetime | None
    size: int
    chunks: int
    playable: bool
    segments: Sequence[SegmentView] = ()
    answers: Sequence[AnswerView] = ()
    looks: Sequence[LookView] = ()


@dataclass(frozen=True)
class Taken:
    """What the server has of a segment after a piece: the number it waits for, and whether the recording goes on."""

    next: int
    goes_on: bool


@dataclass(frozen=True)
class Flaw:
    """Where a recording is not what it was: `what` is missing, changed, or list (the list itself was altered)."""

    place: int
    segment: int
    number: int
    what: str


@dataclass(frozen=True)
class Proof:
    """What a check of a recording found; without flaws it is complete. `read` pieces were there to be compared."""

    recording_id: str
    state: str
    chunks: int
    read: int
    flaws: Sequence[Flaw]

    @property
    def complete(self) -> bool:
        return not self.flaws


@dataclass(frozen=True)
class Film:
    """A film to be sent: its type, and its pieces as (bytes, name of the sealed file), in order."""

    content_type: str
    pieces: Sequence[tuple[int, str]]

    @property
    def size(self) -> int:
        return sum(size for size, _file in self.pieces)
