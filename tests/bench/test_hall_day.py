"""A short day in the hall by HTTP: the same that `python -m bench hall_day_faults` plays with 300 visitors."""

import asyncio

import pytest

from bench.hall_day import Plan, faults, play, set_scene, waits_by_class
from tests.conftest import city_database, django_on
from tests.servers import Farm

SHORT = Plan(visitors=24, windows=3, minutes=60, speed=200.0, outage_at=25, outage_min=15)


@pytest.mark.timeout(240)
def test_a_short_day_leaves_nobody_behind(tmp_path, django_db_blocker):
    with city_database() as url, django_db_blocker.unblock(), django_on(url):
        clock, scene = set_scene(SHORT, starts_in_s=20)
        farm = Farm(folder=tmp_path, database_url=url, ONETRIP_CLOCK=clock.setting)
        try:
            server = farm.start("web", "--workers", "1")
            farm.wait_until_it_answers(server)
            day = asyncio.run(play(SHORT, scene, clock, base=server.url, database_url=url))
        finally:
            farm.stop()
        assert {name: number for name, number in faults(day).items() if number} == {}
        waits = waits_by_class()
    assert len(day.visitors) >= 20 and sum(map(len, waits.values())) >= 15
    assert day.statuses["503"] + day.statuses["no answer"] > 0, "the database was away, and somebody noticed"
    assert not day.statuses["500"] and not day.statuses["404"], day.statuses
