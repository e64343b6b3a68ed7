"""`hall_fair_*`: nobody starves. Twenty simulated days in one line, beside the same people first come, first served.

300 visitors at 12 windows: a third booked, a tenth old, disabled or pregnant, the rest walk in; windows have lunch.
What is measured is the wait that nine in ten of a class do not exceed, in minutes (booked: from the booked time on);
its limit is what nine in ten of the same people would wait in a plain line, plus the hall's own head start: by no
more can anybody be overtaken. Nothing of it needs a server.
"""

import heapq
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.figures import AT_MOST, Figure
from bench.stage import Stage

DAYS, SEED = 20, 20261127
VISITORS, WINDOWS, OPEN_MIN, SERVICE_MIN, SPREAD = 300, 12, 480, 16.0, 0.5
NAMES = {"walk_in": "hall_fair_walk_in", "booked": "hall_fair_booked", "priority": "hall_fair_priority"}
_EIGHT = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Comer:
    """Somebody in minutes after the opening; `slot` for who has booked."""

    kind: str
    came: float
    service: float
    slot: float | None = None


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Play the days twice, by the hall's rule and by arrival alone, and compare class by class."""
    from onetrip.domain.booking import rules

    dice = random.Random(SEED)
    fair: dict[str, list[float]] = defaultdict(list)
    plain: dict[str, list[float]] = defaultdict(list)
    for _day in range(DAYS):
        people = list(_people(dice))
        for line, waits in ((by_the_rule, fair), (by_arrival, plain)):
            for kind, minutes in play(people, line).items():
                waits[kind] += minutes
    merge = rules.USUAL_MERGE
    head_start = max(merge.booked_ahead, merge.priority_ahead) / timedelta(minutes=1)
    figures = []
    for kind, name in NAMES.items():
        most, limit = _ninth_tenth(fair[kind]), _ninth_tenth(plain[kind]) + head_start
        stage.tell(
            f"{kind}: {len(fair[kind])} waited, nine in ten at most {most:.0f} min, plain {limit - head_start:.0f}"
        )
        about = f"plain line + {head_start:.0f} min head start"
        figures.append(Figure(name, most, "min", limit, about, (AT_MOST, 1.0)))
    return figures


def by_the_rule(one: Comer) -> float:
    """Return the rank by which the hall sorts, in minutes after the opening."""
    from onetrip.domain.booking import rules

    slot = None if one.slot is None else _EIGHT + timedelta(minutes=one.slot)
    came = _EIGHT + timedelta(minutes=one.came)
    rank = rules.line_rank(arrived_at=came, slot_starts_at=slot, priority=one.kind == "priority")
    return (rank - _EIGHT) / timedelta(minutes=1)


def by_arrival(one: Comer) -> float:
    """First come, first served."""
    return one.came


def _people(dice: random.Random) -> Iterator[Comer]:
    variance = math.log(1 + SPREAD**2)
    for number in range(VISITORS):
        service = dice.lognormvariate(math.log(SERVICE_MIN) - variance / 2, math.sqrt(variance))
        came = OPEN_MIN * dice.betavariate(1.4, 2.2)  # more in the morning
        if number % 3 == 0:
            slot = came - came % 15
            yield Comer("booked", max(0.0, slot + dice.gauss(-8, 9)), service, slot)
        else:
            yield Comer("priority" if number % 10 == 1 else "walk_in", came, service)


def play(people: list[Comer], line: Callable[[Comer], float]) -> dict[str, list[float]]:
    """Return the minutes that each waited, by class; every window has a lunch of half an hour, not all at once."""
    free = [(0.0, number) for number in range(WINDOWS)]
    lunch = {number: 200.0 + number * 10 for number in range(WINDOWS)}
    ahead = sorted(people, key=lambda one: one.came, reverse=True)
    waiting: list[tuple[float, float, int, Comer]] = []
    waits: dict[str, list[float]] = defaultdict(list)
    while ahead or waiting:
        at, window = heapq.heappop(free)
        if at >= lunch[window]:
            lunch[window] = math.inf
            heapq.heappush(free, (at + 30.0, window))
            continue
        if not waiting and ahead[-1].came > at:
            at = ahead[-1].came
        while ahead and ahead[-1].came <= at:
            one = ahead.pop()
            heapq.heappush(waiting, (line(one), one.came, len(ahead), one))
        _rank, _came, _number, one = heapq.heappop(waiting)
        since = one.came if one.slot is None else max(one.came, one.slot)
        waits[one.kind].append(max(0.0, at - since))
        heapq.heappush(free, (at + one.service, window))
    return waits


def _ninth_tenth(minutes: list[float]) -> float:
    return sorted(minutes)[int(len(minutes) * 0.9)]
