"""Networks, relays, servers and browsers for the tests of this folder."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser import CHROMIUM, CITIZENS_PAPER, OFFICERS_FACE, chromium
from tests.conftest import city_database, django_on
from tests.coturn import SECRET, Coturn, start_coturn
from tests.journeys import conftest as journeys
from tests.network.hosts import CITY, Host, needs_networks
from tests.network.wire import GOOD, Wire
from tests.servers import LiveServers

driver, films = journeys.driver, journeys.films


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


@dataclass
class FarCity:
    """The service, its relay and an officer's browser on one machine; a phone on another; a wire between them."""

    url: str
    wire: Wire
    relay: Coturn
    citizens: Browser
    officers: Browser

    def people(self, stack: ExitStack) -> journeys.People:
        return journeys.People(city=self, citizens=self.citizens, officers=self.officers, stack=stack)  # type: ignore[arg-type]


class ServersThere(LiveServers):
    """The demo's topology on a machine of the test's network."""

    def open(self) -> None:
        self.pages = self.start("all", "--host", "0.0.0.0")
        self.jobs = self.start("worker")
        self.wait_until_it_answers(self.pages)


@pytest.fixture(scope="module")
def far_city(
    driver, films: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[FarCity]:  # type: ignore[no-untyped-def]
    needs_networks()
    folder = tmp_path_factory.mktemp("far")
    with ExitStack() as stack, city_database() as database_url:
        hosts = Host(), Host()
        for host in hosts:
            stack.callback(host.close)
        city, phone = hosts
        wire = Wire(city, phone)
        stack.callback(wire.close)
        relay = start_coturn(folder=folder / "coturn", address=CITY, host=city)
        stack.callback(relay.stop)
        servers = ServersThere(
            folder=folder, database_url=database_url, ONETRIP_HOSTS=f"{CITY},localhost,127.0.0.1",
            ONETRIP_TURN_URLS=",".join(relay.urls.values()), ONETRIP_TURN_SECRET=SECRET, ONETRIP_TURN_ONLY="1",
        )  # fmt: skip
        stack.callback(servers.stop)
        with city.entered():
            servers.open()
        url = f"http://{CITY}:{servers.pages.port}"
        flags = (
            # A browser gives its camera to pages it trusts only; the real city has HTTPS.
            f"--unsafely-treat-insecure-origin-as-secure={url}",
            f"--ignore-certificate-errors-spki-list={_key_of(relay.certificate)}",
            f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE {CITY}",
        )
        browsers = [
            stack.enter_context(
                chromium(
                    driver,
                    camera=camera.film(films),
                    extra=flags,
                    program=host.program(CHROMIUM, folder=folder),
                )
            )
            for host, camera in ((phone, CITIZENS_PAPER), (city, OFFICERS_FACE))
        ]
        with django_db_blocker.unblock(), django_on(database_url):
            yield FarCity(url, wire, relay, *browsers)


def _key_of(certificate: Path) -> str:
    """The certificate's key as the browser's flag names it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


@pytest.fixture
def people(far_city: FarCity) -> Iterator[journeys.People]:
    far_city.wire.becomes(GOOD)
    with ExitStack() as stack:
        yield far_city.people(stack)
    far_city.wire.becomes(GOOD)
    journeys.everybody_goes_home()
