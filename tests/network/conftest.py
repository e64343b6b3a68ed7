"""Networks, relays and browsers for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.coturn import Coturn, start_coturn
from tests.network.hosts import CITY, Host, needs_networks


@pytest.fixture(scope="module")
def city_host() -> Iterator[Host]:
    """A machine with nothing but itself: no wire leads anywhere."""
    needs_networks()
    host = Host(address=CITY)
    yield host
    host.close()


@pytest.fixture(scope="module")
def relay(city_host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    coturn = start_coturn(folder=tmp_path_factory.mktemp("coturn"), address=CITY, host=city_host)
    yield coturn
    coturn.stop()
