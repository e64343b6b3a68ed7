"""Pure decisions of booking."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from onetrip.core import clock
from onetrip.domain.booking.states import MOST_PERSONS, MOST_UNITS, HallAlarm, WindowState

HOLD = timedelta(minutes=5)
# Whoever is paying keeps the place meanwhile, but not for ever: others want it, too.
LONGEST_HOLD = timedelta(minutes=20)
SLOT_LENGTH = timedelta(minutes=15)
# Each person more takes half as long again: the papers of a family are looked through together.
FURTHER_PERSON = 0.5
MOST_MATTERS = 4
DAYS_AHEAD = 14
# A new day opens at this hour, `DAYS_AHEAD` days before, for everybody at once.
NEW_DAYS_OPEN = time(8)
# What was kept for hall and hotline and nobody asked for there is everybody's from then on.
KEPT_UNTIL = timedelta(hours=24)
# Whoever is moved to another time by the venue must hear of it and be able to come.
MOVE_AHEAD = timedelta(hours=1)

# What a person does at most. Beyond `*_HOLDS` one waits; beyond `*_ASKED` nobody waits, but the browser has to work
# for a moment: a whole street may share one address, and at eight in the morning the whole city comes at once.
DEVICE_HOLDS = 30  # an hour; a family may share a phone
ADDRESS_ASKED, ADDRESS_PER_S = 60, 600
CITY_ASKED, CITY_PER_S = 600, 60
# How much work: hexadecimal digits that must be nought, each sixteen times as much; a digit more for an address that
# asks for four times as often. Eight hashes a try, about a second on a phone.
PROOF_DIGITS = 3
PROOF_COST = 8
PROOF_LASTS = timedelta(minutes=10)

# Who has been told to bring something yet says by then that it is there: a day before, for near places while giving
# back is still free. Else the place goes to somebody who can use it.
COMPLETE_BEFORE = timedelta(hours=24)
TIME_TO_COMPLETE = timedelta(hours=1)
REMIND_BEFORE = timedelta(hours=24)

# An earlier place is offered for so long, never into the last hour before it: whoever takes it has to come there. At
# night nobody is woken by an offer, and what is given back then is simply free.
OFFER_LASTS = timedelta(minutes=15)
SHORTEST_OFFER = timedelta(minutes=5)
LAST_HOUR = timedelta(hours=1)
OFFERS_BETWEEN = (time(7, 30), time(21))

# Giving a place back is free until then: somebody else can still plan to come.
CANCEL_FREE = timedelta(hours=2)
# A mark counts that long. With `MARKS_THAT_COUNT` of them, phone bookings reach only `DAYS_WITH_MARKS` days ahead:
# who books for tomorrow seldom forgets. Nobody is shut out; hall and hotline book as always.
MARK_LASTS = timedelta(days=30)
MARKS_THAT_COUNT = 3
DAYS_WITH_MARKS = 2
APPEAL_WITHIN = timedelta(days=14)

# An appointment stands in the line as if its holder had arrived this long before the booked time: whoever comes on
# time is served at about that time, and no walk-in who has waited longer than this is overtaken.
HEAD_START = timedelta(minutes=20)
LATE_AFTER = timedelta(minutes=15)
# No hall may set a longer head start: so long can one who came earlier be overtaken, and no longer.
MOST_AHEAD = timedelta(minutes=60)
# Who waits may go out if it is worth it, and is asked to be back this long before the turn at the latest.
LEAST_MARGIN = timedelta(minutes=10)
WORTH_LEAVING = timedelta(minutes=10)
# What a hall's lead is told of.
LONG_VISIT = timedelta(minutes=45)
LONG_PAUSE = timedelta(minutes=30)
LONG_WAIT = timedelta(minutes=45)
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


@dataclass(frozen=True)
class Merge:
    """How a hall makes one line of those who booked, those who walk in, and those who should not stand long.

    Who comes on time stands as if they had arrived `booked_ahead` before the booked time; who is old, disabled or
    pregnant as if `priority_ahead` before they came. Both are head starts in time, so both are capped: nobody who has
    waited longer than the head start is ever overtaken, and no class can starve, however many of the other come.
    """

    booked_ahead: timedelta = HEAD_START
    priority_ahead: timedelta = timedelta(minutes=30)
    late_after: timedelta = LATE_AFTER


USUAL_MERGE = Merge()


def line_rank(
    *,
    arrived_at: datetime,
    slot_starts_at: datetime | None,
    priority: bool = False,
    merge: Merge = USUAL_MERGE,
) -> datetime:
    """Return the moment that decides the place in line; smaller is earlier.

    Walk-ins rank by arrival. Who booked and is early or on time ranks by the booked time, less the head start: coming
    two hours early gains nothing. Who is late joins as a walk-in. The larger of two head starts counts, never the sum.
    """
    came = arrived_at - merge.priority_ahead if priority else arrived_at
    if slot_starts_at is None or arrived_at > slot_starts_at + merge.late_after:
        return came
    on_time = slot_starts_at - merge.booked_ahead
    return min(came, on_time) if priority else on_time


class Arrival(StrEnum):
    """How somebody came, compared with the booked time: each has its rule (line_rank), and is told so."""

    WALK_IN = "walk_in"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


def arrival(*, arrived_at: datetime, slot_starts_at: datetime | None, merge: Merge = USUAL_MERGE) -> Arrival:
    """Say how somebody came. Early: before the head start of the booked time has begun; late: after the grace."""
    if slot_starts_at is None:
        return Arrival.WALK_IN
    if arrived_at > slot_starts_at + merge.late_after:
        return Arrival.LATE
    return Arrival.EARLY if arrived_at < slot_starts_at - merge.booked_ahead else Arrival.ON_TIME


def opens_at(day: date) -> datetime:
    """Return when the slots of a day appear on phones."""
    return clock.city_moment(day - timedelta(days=DAYS_AHEAD - 1), NEW_DAYS_OPEN)


def last_day(today: date, *, limited: bool) -> date:
    """Return up to which day somebody may book by phone; `limited`: their marks count."""
    return today + timedelta(days=DAYS_WITH_MARKS if limited else DAYS_AHEAD)


def kept_places(
    *, capacities: Iterable[int], hall_share: int, hotline_share: int
) -> Iterator[tuple[int, int]]:
    """Yield how many places of each slot of a day are kept for (hall, hotline), shares in percent.

    Spread over the day: with one place a slot and ten percent, every tenth slot is kept, and the two channels get
    different ones. Never more than the slot has.
    """
    before = 0
    for capacity in capacities:
        after = before + capacity
        hall = after * hall_share // 100 - before * hall_share // 100
        hotline = (after * hotline_share + 50) // 100 - (before * hotline_share + 50) // 100
        hall = min(hall, capacity)
        yield hall, min(hotline, capacity - hall)
        before = after


def hold_end(*, at: datetime, made_at: datetime) -> datetime:
    """Return until when a hold that is being paid for is kept."""
    return min(at + HOLD, made_at + LONGEST_HOLD)


def offer_end(*, at: datetime, starts_at: datetime) -> datetime | None:
    """Return until when an earlier place that has just become free is offered, None where it is not any more."""
    until = min(at + OFFER_LASTS, starts_at - LAST_HOUR)
    awake = OFFERS_BETWEEN[0] <= clock.city_time(at).time() < OFFERS_BETWEEN[1]
    return until if awake and until >= at + SHORTEST_OFFER else None


def complete_by(*, at: datetime, starts_at: datetime) -> datetime | None:
    """Return until when the papers for a booked time must be complete, None where it is too near to be given back."""
    for ahead in (COMPLETE_BEFORE, CANCEL_FREE):
        if starts_at - ahead >= at + TIME_TO_COMPLETE:
            return starts_at - ahead
    return None


def is_late_cancel(*, at: datetime, starts_at: datetime) -> bool:
    """Say whether giving the place back now is too late for others to use it."""
    return at > starts_at - CANCEL_FREE


def ticket_number(*, competence: str, count: int) -> str:
    """Return what is printed, called and shown on the board, for example ``D017``."""
    return f"{TICKET_LETTERS.get(competence, 'Z')}{count:03d}"


def slot_starts(*, starts: datetime, ends: datetime, length: timedelta = SLOT_LENGTH) -> Iterator[datetime]:
    """Yield the starts of all whole slots between two moments."""
    at = starts
    while at + length <= ends:
        yield at
        at += length


@dataclass(frozen=True)
class Trip:
    """How soon a venue settles it: on the way, then waiting there or coming at a free time, whichever is sooner."""

    travel: timedelta
    turn_at: datetime
    by_appointment: bool

    @property
    def home_at(self) -> datetime:
        """When the citizen is back where they started, the time at the window aside: what venues are ranked by."""
        return self.turn_at + self.travel


def travel_time(distance_m: int) -> timedelta:
    """Estimate the way from door to door: streets are a third longer than the bird flies, buses do 20 km an hour.

    Five minutes more for getting out and in.
    """
    return timedelta(minutes=5 + round(distance_m * 1.3 / (20_000 / 60)))


def trip(
    *,
    at: datetime,
    distance_m: int,
    first_free: datetime | None,
    wait_s: int | None,
    closes_at: datetime | None,
) -> Trip | None:
    """Return the sooner of going now and waiting, and coming at the first free time; None where neither is possible.

    `closes_at`: until when the venue is open now, None while it is closed; whoever would not be called before is not
    sent there.
    """
    travel = travel_time(distance_m)
    found = []
    if wait_s is not None and closes_at is not None:
        called = at + travel + timedelta(seconds=wait_s)
        if called < closes_at:
            found.append(Trip(travel, called, by_appointment=False))
    if first_free is not None:
        found.append(Trip(travel, max(first_free, at + travel), by_appointment=True))
    return min(found, key=lambda one: one.turn_at, default=None)


def units_for(*, minutes: int, persons: int = 1) -> int:
    """Return how many slots in a row a matter takes, from the guide's estimate for this situation.

    Rounded to the nearest quarter of an hour, at least one: estimates are averages, and what one visitor takes longer
    another is faster, while the windows of a pool share what is left over.
    """
    together = minutes * (1 + FURTHER_PERSON * (min(max(persons, 1), MOST_PERSONS) - 1))
    slot = SLOT_LENGTH / timedelta(minutes=1)
    return min(max(1, int(together / slot + 0.5)), MOST_UNITS)


@dataclass(frozen=True)
class Free:
    """A slot with places left, as search reads it."""

    slot_id: str
    schedule: int
    starts_at: datetime
    left: int


def stretches(slots: Iterable[Free], *, units: int) -> dict[datetime, Free]:
    """Return, by its beginning, the emptiest run of `units` slots in a row in one pool; places add up over pools.

    Counting slot by slot is enough: stretches of which never more than k overlap can always be given to k windows
    without anybody changing windows (interval graphs are perfect), so the window is chosen at the call.
    """
    known = list(slots)
    at = {(slot.schedule, slot.starts_at): slot for slot in known}
    found: dict[datetime, Free] = {}
    for slot in known:
        run = [at.get((slot.schedule, slot.starts_at + SLOT_LENGTH * step)) for step in range(units)]
        if None in run:
            continue
        left = min(part.left for part in run if part is not None)
        best = found.get(slot.starts_at)
        total = left + (best.left if best else 0)
        found[slot.starts_at] = replace(best if best and best.left >= left else slot, left=total)
    return found


def expected_wait_s(*, ahead: int, desks: int, seconds_each: int) -> int:
    """Return the expected wait in seconds: everyone ahead, shared by the open desks (M/D/c without idle time)."""
    return -(-ahead // max(desks, 1)) * seconds_each if ahead else 0


def wait_in_line_s(*, ahead: int, desks: int, busy: int, seconds_each: int) -> int:
    """Return the expected wait in seconds of somebody with `ahead` people before them at `desks` windows, `busy` of
    which serve somebody now: idle windows take the first at once; a window that serves is half through on average.
    """
    desks = max(desks, busy, 1)
    idle = desks - busy
    if ahead < idle:
        return 0
    turns = ahead - idle + (1.0 if idle else 0.5)
    return round(turns / desks * seconds_each)


def be_back_at(*, at: datetime, wait_s: int) -> datetime | None:
    """Return when somebody who leaves the hall should be back, None for: please stay.

    Waits shorten when others give up, so half of the expected wait is left as a margin, and never less than ten
    minutes.
    """
    away = min(timedelta(seconds=wait_s / 2), timedelta(seconds=wait_s) - LEAST_MARGIN)
    return (at + away).replace(second=0, microsecond=0) if away >= WORTH_LEAVING else None


def window_alarms(*, state: str, lasts: timedelta, asks_help: bool) -> Iterator[HallAlarm]:
    """Yield what a lead should look at in a window that has been in its state for so long."""
    if asks_help:
        yield HallAlarm.HELP
    if state == WindowState.SERVING and lasts > LONG_VISIT:
        yield HallAlarm.LONG_VISIT
    if state == WindowState.PAUSED and lasts > LONG_PAUSE:
        yield HallAlarm.LONG_PAUSE


def hall_line_alarm(*, waiting: int, longest: timedelta, windows: int) -> str:
    """Say what a lead should look at in a line, "" for nothing. `windows` call for it now."""
    if waiting and not windows:
        return HallAlarm.NO_WINDOW
    return HallAlarm.LONG_WAIT if longest > LONG_WAIT else ""


def median(values: Iterable[float], *, default: float) -> float:
    """Return the middle value, or `default` when there is none: robust against the one visit that took an hour."""
    ordered = sorted(values)
    if not ordered:
        return default
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
