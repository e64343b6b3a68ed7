"""Pure decisions of booking."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

HOLD = timedelta(minutes=5)
SLOT_LENGTH = timedelta(minutes=15)
DAYS_AHEAD = 14
# An appointment stands in the line as if its holder had arrived this long before the booked time: whoever comes on
# time is served at about that time, and no walk-in who has waited longer than this is overtaken.
HEAD_START = timedelta(minutes=20)
LATE_AFTER = timedelta(minutes=15)
# A place that nobody claimed by then counts as missed.
NO_SHOW_AFTER = timedelta(hours=2)

TICKET_LETTERS = {
    "household": "H",
    "id_card": "S",
    "residence": "R",
    "driving_licence": "D",
    "vehicle": "V",
    "exit_entry": "E",
    "approval": "A",
    "fire": "F",
}


def line_rank(*, arrived_at: datetime, slot_starts_at: datetime | None) -> datetime:
    """Return the moment that decides the place in line; smaller is earlier.

    Walk-ins rank by arrival. A booked citizen who is on time ranks `HEAD_START` before the booked time (or by arrival
    where that is earlier still); one who is late by more than `LATE_AFTER` joins as a walk-in.
    """
    if slot_starts_at is None or arrived_at > slot_starts_at + LATE_AFTER:
        return arrived_at
    return slot_starts_at - HEAD_START


def ticket_number(*, competence: str, count: int) -> str:
    """Return what is printed, called and shown on the board, for example ``D017``."""
    return f"{TICKET_LETTERS.get(competence, 'Z')}{count:03d}"


def slot_starts(*, starts: datetime, ends: datetime, length: timedelta = SLOT_LENGTH) -> Iterator[datetime]:
    """Yield the starts of all whole slots between two moments."""
    at = starts
    while at + length <= ends:
        yield at
        at += length


def expected_wait_s(*, ahead: int, desks: int, seconds_each: int) -> int:
    """Return the expected wait in seconds: everyone ahead, shared by the open desks (M/D/c without idle time)."""
    return -(-ahead // max(desks, 1)) * seconds_each if ahead else 0


def median(values: Iterable[float], *, default: float) -> float:
    """Return the middle value, or `default` when there is none: robust against the one visit that took an hour."""
    ordered = sorted(values)
    if not ordered:
        return default
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
