"""Figures as they are shown: each with the number of cases it rests on."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RateRow:
    """A one-trip rate: `one_trip` of `finished` errands, with the 95 % interval from `low` to `high`.

    `rate` is None where nothing was counted; `is_thin` marks too few errands to draw a conclusion from.
    """

    key: str
    label: str
    one_trip: int
    finished: int

    rate: float | None
    low: float
    high: float
    is_thin: bool


@dataclass(frozen=True)
class Trips:
    """Errands done in a period, and the visits each took on average (None without any)."""

    done: int
    average: float | None


@dataclass(frozen=True)
class ReasonRow:
    """Why visitors were sent back; `share` of all that were."""

    key: str
    count: int
    share: float


@dataclass(frozen=True)
class WaitRow:
    """Waits in seconds: half waited at most `median_s`, nine in ten at most `most_s`."""

    key: str
    label: str
    count: int
    median_s: float | None
    most_s: float | None


@dataclass(frozen=True)
class CallRow:
    """The calls of one video post; `median_s` is the usual length in seconds."""

    key: str
    label: str
    venue_name: str
    calls: int
    concluded: int
    interrupted: int
    median_s: float | None


@dataclass(frozen=True)
class StarsRow:
    """Ratings of consultations or of visits; `stars` are (stars, how often), five first."""

    key: str
    ratings: int
    average: float | None
    stars: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class CaseRow:
    """A case behind a figure; `outcome` is None where the figure is about a consultation."""

    case_id: str
    item_name: str
    venue_name: str
    at: datetime
    outcome: str | None
    reason: str
    consulted: bool
    number: int


@dataclass(frozen=True)
class CasePage:
    """One page of the cases behind a figure, the latest first."""

    figure: str
    key: str
    rows: tuple[CaseRow, ...]
    page: int
    has_next: bool
