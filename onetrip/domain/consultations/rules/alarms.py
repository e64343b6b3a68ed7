"""What a supervisor should look at now. Each alarm is about one line or one post."""

from dataclasses import dataclass
from datetime import timedelta

from onetrip.domain.consultations.states import Alarm, PauseReason, PostState

LONG_WAIT_S = 900
_LONG_NOTES = timedelta(minutes=6)
_LONG_CALL = timedelta(minutes=45)
_LONG_PAUSE = timedelta(minutes=20)


@dataclass(frozen=True)
class LineNow:
    """A line: how many wait, since when the first of them (seconds), how many posts work, and who is on the roster."""

    waiting: int
    longest_s: int
    working: int
    rostered: bool


def line_alarm(line: LineNow) -> Alarm | None:
    """Return what is wrong with a line, the worst first."""
    if line.waiting and not line.working:
        return Alarm.NOBODY_THERE if line.rostered else Alarm.WAITING_OUT_OF_HOURS
    if line.longest_s >= LONG_WAIT_S:
        return Alarm.LONG_WAIT
    return None


def post_alarm(*, state: str, reason: str, lasts: timedelta) -> Alarm | None:
    """Return what is wrong with a post."""
    if state == PostState.PAUSED and reason == PauseReason.NO_ANSWER:
        return Alarm.NO_ANSWER
    if state == PostState.PAUSED and lasts >= _LONG_PAUSE:
        return Alarm.LONG_PAUSE
    if state == PostState.WRAP_UP and lasts >= _LONG_NOTES:
        return Alarm.LONG_NOTES
    if state == PostState.IN_CALL and lasts >= _LONG_CALL:
        return Alarm.LONG_CALL
    return None
