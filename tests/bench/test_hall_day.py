"""A short day in the hall by HTTP: the same that `python -m bench hall_day_faults` plays with 300 visitors."""

import asyncio

import pytest

from bench.hall_actors import MINUTE
from bench.hall_day import Plan, faults, play, set_scene, waits_by_class
from bench.hall_scene import FastClock
from tests.conftest import city_database, django_on
from tests.servers import Farm

SHORT = Plan(visitors=14, windows=3, minutes=45, speed=120.0, outage_at=15, outage_min=12)


@pytest.mark.timeout(400)
def test_a_short_day_leaves_nobody_behind(tmp_path, django_db_blocker):
    with city_database() as url, django_db_blocker.unblock(), django_on(url):
        scene, file = set_scene(SHORT), tmp_path / "clock"
        farm = Farm(folder=tmp_path, database_url=url, ONETRIP_CLOCK=str(file))
        try:
            server = farm.start("web", "--workers", "1")
            farm.wait_until_it_answers(server)
            clock = FastClock.started(file, begin=scene.opens - 15 * MINUTE, speed=SHORT.speed)
            day = asyncio.run(play(SHORT, scene, clock, base=server.url, database_url=url))
        finally:
            farm.stop()
        assert {name: number for name, number in faults(day).items() if number} == {}
        waits = waits_by_class()
    assert len(day.visitors) >= 11 and sum(map(len, waits.values())) >= 7
    assert day.cut > 0, "the database was away, and whoever worked with it was thrown out"
    assert not day.statuses["500"] and not day.statuses["404"], day.statuses
