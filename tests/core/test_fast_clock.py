"""A sample city's day can be played in minutes; production does not look at it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.core import clock

EIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def test_time_runs_faster_once_the_file_is_there(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    monkeypatch.setattr(clock, "_FILE", str(file))
    monkeypatch.setattr(clock, "_fast", None)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    real = datetime.now(UTC) - timedelta(seconds=10)
    clock.set_fast(file, begin=EIGHT, real=real, speed=60)
    shown = clock.now() - EIGHT
    assert timedelta(minutes=10) <= shown < timedelta(minutes=30)
    assert clock.now() > EIGHT + shown


@pytest.mark.parametrize("mode", ["demo", "production"])
def test_only_a_sample_city_obeys(tmp_path, mode):
    file = tmp_path / "clock"
    clock.set_fast(file, begin=EIGHT - timedelta(days=9000), real=datetime.now(UTC), speed=1)
    asked = subprocess.run(
        [sys.executable, "-c", "from onetrip.core import clock; print(clock.now().year)"],
        env={**os.environ, "ONETRIP_MODE": mode, "ONETRIP_CLOCK": str(file), "PYTHONPATH": str(CHECKOUT)},
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (asked.stdout.strip() == "2002") == (mode == "demo")
