"""Playing the crowd until somebody stops it."""

import signal
from collections.abc import Callable
from functools import partial

from onetrip.cli.sample_city.crowd import citizens, officers
from onetrip.cli.sample_city.crowd.errands import Wishes
from onetrip.cli.sample_city.crowd.people import Citizen
from onetrip.cli.sample_city.crowd.people import officers as staff
from onetrip.cli.sample_city.crowd.stage import Stage

MAX_CROWD = 500
_ARRIVE_WITHIN_S = 120.0


def run_crowd(
    *,
    size: int,
    speed: float = 4.0,
    until: Callable[[], bool] = lambda: False,
    say: Callable[[str], None] = lambda _text: None,
) -> Stage:
    """Play `size` citizens and the officers of the sample city, until SIGTERM, SIGINT or `until` says so.

    `speed` shortens people's pauses, never the clock. Returns the stage: how many steps, how many refusals.
    Raises ValueError for a size outside 1 to 500.
    """
    if not 1 <= size <= MAX_CROWD:
        raise ValueError(f"a crowd has 1 to {MAX_CROWD} citizens")
    stage = Stage(speed=speed, seed="crowd")
    people = staff()
    for officer in people:
        duty = officers.post_duty if officer.desk.kind == "video" else officers.window_duty
        stage.add(partial(duty, stage, officer), after_s=stage.dice.between(0, 5))
    wishes = Wishes(stage.dice)
    for number in range(1, size + 1):
        script = partial(citizens.errand, stage, Citizen(number), wishes)
        stage.add(script, after_s=stage.dice.between(0, _ARRIVE_WITHIN_S / stage.speed))
    say(f"{size} citizens and {len(people)} officers are on their way (speed {speed:g}).")
    before = {
        number: signal.signal(number, lambda *_: stage.stop()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        stage.play(until=until)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        stage.close()
    return stage
