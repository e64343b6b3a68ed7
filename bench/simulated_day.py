"""A day at one vehicle office's video posts as a discrete-event simulation: 160 calls, five posts, breaks.

Arrivals follow the clock (a rush at nine, a dip at noon, a second rush at two), calls are log-normal, every post has
two short breaks and its half hour for lunch, not all at once. Nothing of it uses the rule that is to be tested.
"""

import math
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import simpy

# Callers in each half hour from 8:30 to 16:30, relative to each other.
_SHAPE = (9, 14, 13, 11, 9, 7, 4, 4, 9, 11, 9, 8, 7, 6, 4, 3)
_HALF_HOUR_S = 1800.0
_SHORT_BREAKS = ((5000.0, 700.0, 600.0), (21_600.0, 700.0, 600.0))
_LUNCH_AT, _LUNCH_S = 10_800.0, 1800.0
_NOTES_S, _NOTES_SPREAD = 60.0, 0.5
_RING_S = (4.0, 12.0)


@dataclass(frozen=True)
class Shape:
    """What kind of day: callers, posts, mean length of a call in seconds and its coefficient of variation."""

    calls: int = 160
    posts: int = 5
    call_s: float = 640.0
    spread: float = 0.5


@dataclass
class Caller:
    """What somebody found on arrival: people before them, each post's (state, seconds since, reason); and the truth."""

    ahead: int
    posts: list[tuple[str, float, str]]
    came_at: float
    rung_at: float = math.nan

    @property
    def waited_s(self) -> float:
        return self.rung_at - self.came_at


@dataclass
class _Post:
    state: str = "available"
    since: float = 0.0


@dataclass
class Day:
    """What happened: the callers, and the history that the service would have kept (seconds)."""

    callers: list[Caller] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    notes: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    duty_s: float = 0.0


def simulate(shape: Shape, *, dice: random.Random) -> Day:
    """Play one day until the last caller is served."""
    env = simpy.Environment()
    day, line = Day(), simpy.Store(env)
    posts = [_Post() for _number in range(shape.posts)]
    for number, post in enumerate(posts):
        env.process(_work(env, post, number, line, shape, day, dice))
    env.process(_arrive(env, posts, line, shape, day, dice))
    env.run(until=len(_SHAPE) * _HALF_HOUR_S + 4 * 3600)
    day.duty_s = shape.posts * len(_SHAPE) * _HALF_HOUR_S
    day.callers = [caller for caller in day.callers if not math.isnan(caller.rung_at)]
    return day


def _arrive(
    env: Any, posts: list[_Post], line: Any, shape: Shape, day: Day, dice: random.Random
) -> Iterator[Any]:
    for half_hour, weight in enumerate(_SHAPE):
        rate = shape.calls * weight / sum(_SHAPE) / _HALF_HOUR_S
        end = (half_hour + 1) * _HALF_HOUR_S
        while (pause := dice.expovariate(rate)) < end - env.now:
            yield env.timeout(pause)
            seen = [(post.state, env.now - post.since, "break") for post in posts]
            caller = Caller(len(line.items), seen, env.now)
            day.callers.append(caller)
            yield line.put(caller)
        yield env.timeout(end - env.now)


def _work(
    env: Any, post: _Post, number: int, line: Any, shape: Shape, day: Day, dice: random.Random
) -> Generator[Any, Any, None]:
    breaks = sorted([
        (_LUNCH_AT + number % 3 * _LUNCH_S, _LUNCH_S),
        *((begin + number * later, length) for begin, later, length in _SHORT_BREAKS),
    ])  # fmt: skip

    def become(state: str) -> None:
        post.state, post.since = state, env.now

    while True:
        if breaks and breaks[0][0] <= env.now:
            become("paused")
            length = breaks.pop(0)[1] * dice.uniform(0.8, 1.25)
            yield env.timeout(length)
            day.pauses.append(length)
        become("available")
        next_one = line.get()
        to_break = env.timeout(max(0.0, breaks[0][0] - env.now)) if breaks else env.event()
        yield next_one | to_break
        if not next_one.triggered:
            next_one.cancel()
            continue
        caller = next_one.value
        caller.rung_at = begin = env.now
        become("ringing")
        yield env.timeout(dice.uniform(*_RING_S))
        become("in_call")
        yield env.timeout(_log_normal(dice, shape.call_s, shape.spread))
        become("wrap_up")
        notes = _log_normal(dice, _NOTES_S, _NOTES_SPREAD)
        yield env.timeout(notes)
        day.notes.append(notes)
        day.turns.append(env.now - begin)


def _log_normal(dice: random.Random, mean: float, spread: float) -> float:
    variance = math.log(1 + spread**2)
    return dice.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))
