"""The hour at which a test takes place, whenever it is run."""

from datetime import time

import pytest

from onetrip.core import clock


@pytest.fixture
def in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten o'clock in the city when the test begins, and time goes on: what is booked for the next hour is today.

    For tests in which everything happens in this process; servers have the clock that ONETRIP_CLOCK gives them.
    """
    now = clock.now
    shift = clock.city_moment(clock.city_day(now()), time(10)) - now()
    monkeypatch.setattr(clock, "now", lambda: now() + shift)
