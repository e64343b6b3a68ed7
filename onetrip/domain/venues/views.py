"""What the module shows of itself: plain frozen values, texts already in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True)
class DistrictCard:
    """A district of the city. `lies_in`: a functional zone has no outline of its own and lies in that district."""

    code: str
    name: str
    lies_in: str | None


@dataclass(frozen=True)
class SubdistrictCard:
    """A sub-district. The centre (WGS84 degrees) is synthetic: good enough to sort venues, no more."""

    code: str
    name: str
    district_code: str
    district_name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class VenueCard:
    """A place with windows. `synthetic`: pages say that it is a sample; `demonstration`: open round the clock.

    `id` is the row number, for foreign keys of the modules above; pages use the code.
    """

    id: int
    code: str
    name: str
    kind: str
    subdistrict_code: str
    subdistrict_name: str
    district_code: str
    district_name: str
    latitude: float
    longitude: float
    address: str
    phone: str
    synthetic: bool
    demonstration: bool


@dataclass(frozen=True)
class VenueChoice:
    """A venue that may do it. `next_opening` is None while it is open, or when no opening is in sight."""

    venue: VenueCard
    distance_m: int | None
    is_open: bool
    hours_today: list[tuple[str, str]]
    next_opening: datetime | None


@dataclass(frozen=True)
class VenueHours:
    """How a venue stands at one moment; `exceptions` are the announced days ahead: (day, reason)."""

    is_open: bool
    hours_today: list[tuple[str, str]]
    next_opening: datetime | None
    exceptions: list[tuple[date, str]]


@dataclass(frozen=True)
class DeskCard:
    """A window or video post. `id` is for the console only and never shown to citizens."""

    id: int
    code: str
    label: str
    kind: str
    venue_code: str
    venue_name: str
    competences: tuple[str, ...]
    backs_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class WindowHours:
    """A stretch of time during which the same number of desks is staffed and open."""

    starts: datetime
    ends: datetime
    desks: int


@dataclass(frozen=True)
class PoolHours:
    """One day of a pool: the windows of a venue with the same competences (sorted), which share their places.

    `venue_id` is the row number, for foreign keys of the modules above.
    """

    venue_id: int
    venue_code: str
    competences: tuple[str, ...]
    day: date
    hours: tuple[WindowHours, ...]


@dataclass(frozen=True)
class WeekSpan:
    """Open on every such weekday (0 is Monday); `closes` 00:00 is the end of the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class RosterLine:
    """A line of the roster: every such weekday, or on one day. `starts` equal to `ends`: unstaffed that day."""

    id: int
    desk_id: int
    desk_label: str
    desk_kind: str
    staff_id: str | None
    staff_name: str
    weekday: int | None
    day: date | None
    starts: time
    ends: time
