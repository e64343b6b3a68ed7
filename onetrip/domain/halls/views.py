"""What the halls' machines show of themselves."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class DeviceView:
    """A machine in use; `id` is public, `silent` says that it has not asked for a while."""

    id: str
    venue_code: str
    kind: str
    label: str
    added_at: datetime
    seen_at: datetime | None
    silent: bool = False


@dataclass(frozen=True)
class HallCode:
    """The six digits on the screen, and for how many seconds they stay there."""

    code: str
    left_s: int


@dataclass(frozen=True)
class PrinterView:
    """A hall's printer; `failing_since` is set while it does not print, `fault` says why."""

    host: str
    port: int
    failing_since: datetime | None
    fault: str


@dataclass(frozen=True)
class SlipText:
    """What stands on a printed number: lines in the reader's language, and the address of the QR code."""

    venue: str
    number: str
    lines: list[str] = field(default_factory=list)
    address: str = ""
