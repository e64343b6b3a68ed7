"""Faults in mid-call with real browsers: the two find each other again, and nothing that was recorded is lost.

How fast is measured by `python -m bench rejoin_s`, with the same site and the same faults.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from django.db import connection
from playwright.sync_api import Playwright
from pytest_django import DjangoDbBlocker

from onetrip.core import clock
from onetrip.core.audit import Actor, verify
from onetrip.domain.cases import queries, services
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.papers.models import Paper
from tests.browser import CITIZENS_PAPER
from tests.conftest import ENGINES, city_database, django_on
from tests.drawn.samples import samples
from tests.journeys import conftest as journeys
from tests.journeys.citizen import Citizen
from tests.journeys.errands import an_errand, in_line
from tests.journeys.officer import Officer
from tests.network.hosts import needs_networks
from tests.people import a_citizen
from tests.rejoin import FAULTS, House, a_house, together_after

pytestmark = [pytest.mark.alone, pytest.mark.timeout(400)]
driver = journeys.driver


@dataclass
class InCall:
    house: House
    citizen: Citizen
    officer: Officer
    consultation_id: str


@pytest.fixture(scope="module")
def call(
    driver: Playwright, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[InCall]:
    """One call through all the faults: whatever a fault leaves behind meets the next."""
    needs_networks()
    if ENGINES.postgres is None or ENGINES.valkey is None:
        pytest.skip("the engines are not ours to restart: DATABASE_URL or VALKEY_URL names others")
    folder = tmp_path_factory.mktemp("rejoin")
    with ExitStack() as stack, city_database() as url:
        house = stack.enter_context(
            a_house(driver, folder=folder, database_url=url, postgres=ENGINES.postgres, valkey=ENGINES.valkey)
        )
        with django_db_blocker.unblock(), django_on(url):
            people = journeys.People(
                city=house, citizens=house.citizens, officers=house.officers, stack=stack
            )  # type: ignore[arg-type]
            user, citizen = people.known_citizen()
            officer = people.officer("officer1")
            consultation_id = in_line(user)
            citizen.go(f"/calls/{consultation_id}/")
            citizen.turn_on_camera()
            officer.go_on_duty()
            officer.accept()
            officer.sees_paper(CITIZENS_PAPER)
            yield InCall(house, citizen, officer, consultation_id)
            journeys.everybody_goes_home()
            assert verify().intact


@pytest.mark.parametrize("fault", FAULTS)
def test_both_are_back_and_nothing_is_lost(call: InCall, fault: str) -> None:
    sides = (call.citizen, call.officer)
    since = FAULTS[fault](call.house, *sides)
    together_after(sides, since, within_s=40)
    call.house.refill_live()
    asked = Consultation.objects.get(public_id=call.consultation_id)
    assert (asked.state, asked.rings) == ("connected", 1)
    call.officer.write(f"还在吗：{fault}")  # what is recorded now is seen
    call.citizen.see(f".chat-lines li[data-from=officer]:has-text('{fault}')")
    call.officer.sees_paper(CITIZENS_PAPER)


def test_a_pre_check_whose_process_dies_is_done_by_the_next(call: InCall) -> None:
    pytest.importorskip("rapidocr", reason="the optional extra: make precheck")
    user, farm = a_citizen(), call.house.farm
    case_id = an_errand(user)
    material = queries.case(case_id=case_id, citizen_id=user.pk).materials[0].line.key
    sample = next(samples(seed=1, fonts=(0,), conditions=("clean",)))
    farm.environ["ONETRIP_PRECHECK"] = "1"
    first = farm.start("worker", "--precheck")
    services.file_paper(
        case_id=case_id, material=material, upload=sample.jpeg, citizen_id=user.pk,
        by=Actor("citizen", user.public_id), at=clock.now(),
    )  # fmt: skip
    paper = Paper.objects.latest("pk")
    assert paper.check_state == "waiting"
    _until(lambda: "doing" in _states(paper.pk), within_s=60)
    first.kill()
    paper.refresh_from_db()
    assert paper.check_state == "waiting"
    farm.start("worker", "--precheck")
    _until(lambda: Paper.objects.get(pk=paper.pk).check_state == "checked", within_s=90)


def _states(key: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'papers.check' AND args->>'key' = %s",
            [str(key)],
        )
        return {row[0] for row in cursor.fetchall()}


def _until(true, *, within_s: float) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
