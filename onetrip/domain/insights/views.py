"""Figures as they are shown: each with the number of cases it rests on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onetrip.core import clock
from onetrip.domain.catalog.queries import RuleLine


@dataclass(frozen=True)
class RateRow:
    """A one-trip rate: `one_trip` of `finished` errands, with the 95 % interval from `low` to `high`.

    `is_thin`: too few errands to draw a conclusion from, so `rate` is None. `in_order` came with all papers in order.
    """

    key: str
    label: str
    one_trip: int
    finished: int

    rate: float | None
    low: float
    high: float
    is_thin: bool
    in_order: int = 0


@dataclass(frozen=True)
class Share:
    """`hits` of `total` with the 95 % interval; `rate` is None where too few were counted."""

    hits: int
    total: int
    rate: float | None
    low: float
    high: float
    is_thin: bool


@dataclass(frozen=True)
class Saved:
    """Trips that asking an officer saved: `asked` errands were compared, the interval is 95 %."""

    asked: int
    trips: float
    low: float
    high: float


@dataclass(frozen=True)
class FailRow:
    """What sent people home: a reason and material after one version of a guide, and the rules there that speak of it.

    `share` is of all `visits` of people who were told that version, None below the least sample; `low` is the lower end
    of its interval, by which the list is sorted.
    """

    item_code: str
    item_name: str
    version_id: str
    version_no: int | None
    reason: str
    material: str
    material_name: str
    rules: tuple[RuleLine, ...]
    count: int
    visits: int
    share: float | None
    low: float

    @property
    def key(self) -> str:
        """Return what opens its cases."""
        return f"{self.item_code}:{self.version_id}:{self.reason}:{self.material}"


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
class QualityRow:
    """Picture and sound of calls, as the pages of both sides reported them: medians, and shares of 1."""

    key: str
    label: str
    venue_name: str
    calls: int
    setup_ms: float | None
    height: float | None
    loss: float | None
    frozen: float | None
    relayed: float | None
    is_poor: bool


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


@dataclass(frozen=True)
class ExportView:
    """An export as its owner sees it: `written` of `total` rows while it is under way."""

    id: str
    subject: str
    form: str
    since: datetime
    until: datetime
    state: str
    total: int
    written: int
    under_way: bool
    can_fetch: bool
    asked_at: datetime
    expires_at: datetime

    @property
    def last_day(self) -> date:
        """Return the last day that is in it."""
        return clock.city_day(self.until - timedelta(seconds=1))


@dataclass(frozen=True)
class OpenRow:
    """A line of the open figures. The counts are None where they are too small to be published."""

    by: str
    key: str
    label: str
    errands: int | None
    one_trip: int | None


@dataclass(frozen=True)
class OpenFigures:
    """What the city publishes: whole months only, `first` to `last` (the last day of the last month)."""

    first: date
    last: date
    rows: tuple[OpenRow, ...]
