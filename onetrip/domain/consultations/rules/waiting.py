"""How long somebody has to wait, from how long the last turns, notes and pauses took.

A turn at a post is the ring, the call and the notes after it. The rule is that of renewal theory: a busy post gets free
once within what its turn still takes, by the turns that were at least as long as this one is already, and then again
and again (Cox, Renewal Theory, 1962, §§ 4.1 and 4.3: the renewal function, and its asymptote t/m + (cv² - 1)/2). The
moment at which the posts have got free as often as there are people up to oneself is the expected wait. Whoever comes
later stands behind, so that arrivals do not enter; those who may go before are counted as they come. The pages of
those who wait apply the same rule (`frontend/live/wait.ts`); `tests/domain/consultations/waits.json` binds the two, and
`bench/line.py` compares them with simulated days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from onetrip.domain.consultations.states import PauseReason, PostState

# Until there is a history: five minutes with a quarter of an hour now and then, a short break.
_FIRST_TURNS = (80, 120, 160, 200, 240, 280, 330, 400, 510, 780)
_FIRST_NOTES = (5, 10, 15, 20, 25, 30, 40, 50, 70, 110)
_FIRST_PAUSES = (120, 240, 360, 480, 600, 720, 900, 1200, 1800, 2700)
# Fewer say little of the next one.
_ENOUGH = 8
_POINTS = 10
# Half a turn's worth of people too few would be the mean's own rounding; the median caller is better served by this.
_SELF = 0.8
_LEAST_LEFT = 0.25
_MOST_ABSENT = 0.5
_TWELVE_HOURS_S = 43_200


@dataclass(frozen=True)
class Busy:
    """What a post on duty does now, since how many seconds, and why it pauses."""

    state: str
    elapsed_s: float
    reason: str = ""


@dataclass(frozen=True)
class Pace:
    """Ten typical lengths each (seconds, ascending) of turns, notes and pauses, and the share of duty not paused."""

    turns: tuple[int, ...] = _FIRST_TURNS
    notes: tuple[int, ...] = _FIRST_NOTES
    pauses: tuple[int, ...] = _FIRST_PAUSES
    present: float = 1.0

    @classmethod
    def of(
        cls, *, turns: Sequence[float], notes: Sequence[float], pauses: Sequence[float], present: float
    ) -> "Pace":
        """Return the pace of what was measured; where that is too little, the first guess."""
        return cls(
            turns=typical(turns, otherwise=_FIRST_TURNS),
            notes=typical(notes, otherwise=_FIRST_NOTES),
            pauses=typical(pauses, otherwise=_FIRST_PAUSES),
            present=present,
        )


def typical(lengths: Sequence[float], *, otherwise: tuple[int, ...]) -> tuple[int, ...]:
    """Return the middles of the ten tenths of some lengths in whole seconds, `otherwise` of fewer than eight."""
    if len(lengths) < _ENOUGH:
        return otherwise
    ordered = sorted(lengths)
    return tuple(round(ordered[int((point + 0.5) * len(ordered) / _POINTS)]) for point in range(_POINTS))


def present_share(*, duty_s: float, paused_s: float) -> float:
    """Return the share of their duty that posts take calls, in hundredths; at least one half."""
    return round(max(_MOST_ABSENT, 1 - paused_s / duty_s), 2) if duty_s > 0 else 1.0


def people_before(*, own: int, beside: Mapping[str, int], shared: Mapping[str, float]) -> float:
    """Return how many stand before one: all of the own line, and of each other line the share that meets our posts."""
    return own + sum(count * shared.get(line, 0.0) for line, count in beside.items())


def expected_wait_s(*, ahead: float, posts: Sequence[Busy], pace: Pace) -> int | None:
    """Return the expected wait in seconds of somebody with `ahead` people before them, None while no post works."""
    spans = [span for span in (_until_free(post, pace) for post in posts) if span]
    if all(post.state == PostState.PAUSED for post in posts):
        return None
    if ahead < sum(post.state == PostState.AVAILABLE for post in posts):
        return 0
    again = _renewals(pace)
    freed = _freed(spans, again)
    low, high = 0.0, 60.0
    while freed(high) < ahead + _SELF and high < _TWELVE_HOURS_S:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if freed(middle) < ahead + _SELF else (low, middle)
    return round(high)


def _until_free(post: Busy, pace: Pace) -> list[float]:
    """Return the equally likely seconds until a post gets free; none for one that does not come back by itself."""
    if post.state == PostState.AVAILABLE:
        return [0.0]
    if post.state == PostState.PAUSED:
        if post.reason == PauseReason.NO_ANSWER:
            return []
        lengths = pace.pauses
    else:
        lengths = pace.notes if post.state == PostState.WRAP_UP else pace.turns
    left = [length - post.elapsed_s for length in lengths if length > post.elapsed_s]
    return left or [lengths[-1] * _LEAST_LEFT]


def _renewals(pace: Pace) -> Callable[[float], float]:
    """Return how often a post gets free again within some seconds of its getting free, on average."""
    turns = [turn / pace.present for turn in pace.turns]
    mean = sum(turns) / len(turns)
    spread = sum((turn - mean) ** 2 for turn in turns) / len(turns) / mean**2
    later = (spread - 1) / 2

    def again(seconds: float) -> float:
        ended = [seconds - turn for turn in turns if turn <= seconds]
        return sum(1 + max(0.0, left / mean + later) for left in ended) / len(turns)

    return again


def _freed(spans: Sequence[Sequence[float]], again: Callable[[float], float]) -> Callable[[float], float]:
    """Return how often all posts together get free within some seconds, on average."""

    def freed(seconds: float) -> float:
        return sum(
            sum(1 + again(seconds - left) for left in span if left <= seconds) / len(span) for span in spans
        )

    return freed
