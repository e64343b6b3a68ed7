"""Faults in mid-call with real browsers: the two find each other again, and nothing that was recorded is lost.

How fast is measured by `python -m bench rejoin_s`, with the same site and the same faults.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Playwright
from pytest_django import DjangoDbBlocker

from onetrip.core.audit import verify
from onetrip.domain.consultations.models import Consultation
from tests.browser import CITIZENS_PAPER
from tests.conftest import ENGINES, city_database
from tests.databases import carry_over, django_on
from tests.journeys import conftest as journeys
from tests.journeys.citizen import Citizen
from tests.journeys.errands import in_line
from tests.journeys.officer import Officer
from tests.network.hosts import needs_networks
from tests.patience import PROCESSES_S
from tests.rejoin import FAULTS, House, a_house, together_after

pytestmark = pytest.mark.timeout(400)
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
    if ENGINES.valkey is None:
        pytest.skip("the Valkey of this run is not ours to restart")
    folder = tmp_path_factory.mktemp("rejoin")
    with ExitStack() as stack:
        postgres = stack.enter_context(ENGINES.another_postgres("rejoin"))
        url = postgres.url("city")
        postgres.make_database("city")
        with city_database() as city:
            carry_over(city, into=url, programs=postgres.programs)
        house = stack.enter_context(
            a_house(driver, folder=folder, database_url=url, postgres=postgres, valkey=ENGINES.valkey)
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
    together_after(sides, since, within_s=PROCESSES_S)
    call.house.refill_live()
    asked = Consultation.objects.get(public_id=call.consultation_id)
    assert (asked.state, asked.rings) == ("connected", 1)
    call.officer.write(f"还在吗：{fault}")  # what is recorded now is seen
    call.citizen.see(f".chat-lines li[data-from=officer]:has-text('{fault}')")
    call.officer.sees_paper(CITIZENS_PAPER)
