"""The relay itself: whom it lets in, by which way, whereto. Real coturn, real TURN messages."""

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from aioice import stun, turn
from django.test import override_settings

from onetrip.faces.frame.ice import relays_for
from tests.coturn import PORT, SECRET, TLS_PORT, Coturn
from tests.network.hosts import CITY, Host

WAYS = ("udp", "tcp", "tls")
Peer = tuple[str, int]


class Listener(asyncio.DatagramProtocol):
    """What arrives at a relayed address."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, Peer]] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        self.heard.put_nowait((data, addr))


def credential(*, subject: str = "CONSULTATION0001", at: datetime | None = None) -> tuple[str, str]:
    """What a page is told at this time."""
    with override_settings(TURN_URLS=["turn:relay"], TURN_SECRET=SECRET, TURN_MINUTES=10):
        (server,) = relays_for(subject, at=at or datetime.now(UTC)).ice_servers
    return server["username"], server["credential"]


async def place(way: str, name: str, password: str, *, again: int = 3) -> tuple[turn.TurnTransport, Listener]:
    """Ask the relay for a relayed address, as a browser does; raises TransactionFailed when it refuses.

    Also as a browser does: "your nonce is stale" (438) is no refusal, one asks again.
    """
    try:
        return await _place(way, name, password)
    except stun.TransactionFailed as refused:
        if refused.response.attributes["ERROR-CODE"][0] != 438 or again == 0:
            raise
        return await place(way, name, password, again=again - 1)


async def _place(way: str, name: str, password: str) -> tuple[turn.TurnTransport, Listener]:
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    return await turn.create_turn_endpoint(
        Listener,
        (CITY, TLS_PORT if way == "tls" else PORT),
        username=name,
        password=password,
        ssl=trust if way == "tls" else None,
        transport="udp" if way == "udp" else "tcp",
    )


def refusal_of(city_host: Host, way: str, name: str, password: str) -> int:
    """The number with which the relay refuses; fails when it does not."""

    async def ask() -> int:
        try:
            transport, _listener = await place(way, name, password)
        except stun.TransactionFailed as refused:
            return int(refused.response.attributes["ERROR-CODE"][0])
        transport.close()
        raise AssertionError("the relay let it in")

    with city_host.entered():
        return asyncio.run(ask())


@pytest.mark.parametrize("way", WAYS)
def test_two_relayed_parties_reach_each_other(relay: Coturn, city_host: Host, way: str) -> None:
    async def talk() -> tuple[bytes, bytes]:
        name, password = credential()
        mine, my_ear = await place(way, name, password)
        yours, your_ear = await place(way, name, password)
        here, there = (each.get_extra_info("sockname") for each in (mine, yours))
        assert {here[0], there[0]} == {CITY}
        # The relay lets through only what its holder has written to: the first words open the way back.
        for _try in range(20):
            mine.sendto(b"picture", there)
            yours.sendto(b"sound", here)
            await asyncio.sleep(0.05)
            if not my_ear.heard.empty() and not your_ear.heard.empty():
                break
        heard = (
            (await asyncio.wait_for(your_ear.heard.get(), 5))[0],
            (await asyncio.wait_for(my_ear.heard.get(), 5))[0],
        )
        mine.close()
        yours.close()
        return heard

    with city_host.entered():
        assert asyncio.run(talk()) == (b"picture", b"sound")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda name, password: (name, password[:-4] + "AAA="), id="another password"),
        pytest.param(lambda name, password: (name + "X", password), id="another consultation"),
        pytest.param(lambda name, password: (f"9{name}", password), id="a later end"),
        pytest.param(lambda name, password: ("CONSULTATION0001", password), id="no end"),
        pytest.param(lambda name, password: (name, signed(name, "another secret")), id="another secret"),
    ],
)
def test_a_wrong_credential_is_refused(
    relay: Coturn, city_host: Host, way: str, forge: Callable[[str, str], tuple[str, str]]
) -> None:
    assert refusal_of(city_host, way, *forge(*credential())) == 401


@pytest.mark.parametrize("way", WAYS)
def test_an_expired_credential_is_refused(relay: Coturn, city_host: Host, way: str) -> None:
    name, password = credential(at=datetime.now(UTC) - timedelta(minutes=10, seconds=5))
    assert password == signed(name, SECRET)  # right in all but its time
    assert refusal_of(city_host, way, name, password) == 401


def test_a_place_outlives_its_credential(relay: Coturn, city_host: Host) -> None:
    """A long call must not break off in the eleventh minute."""

    async def stay() -> None:
        ends_soon = datetime.now(UTC) - timedelta(minutes=10) + timedelta(seconds=3)
        transport, _listener = await place("udp", *credential(at=ends_soon))
        await asyncio.sleep(4)
        protocol = transport._TurnTransport__inner_protocol  # the library refreshes after minutes only
        request = stun.Message(message_method=stun.Method.REFRESH, message_class=stun.Class.REQUEST)
        request.attributes["LIFETIME"] = 600
        response, _address = await protocol.request_with_retry(request)
        assert response.message_class == stun.Class.RESPONSE
        transport.close()

    with city_host.entered():
        asyncio.run(stay())


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"],
)
def test_the_relay_leads_nowhere_into_the_house(relay: Coturn, city_host: Host, inside: str) -> None:
    async def peer() -> int:
        transport, _listener = await place("udp", *credential())
        protocol = transport._TurnTransport__inner_protocol
        request = stun.Message(message_method=stun.Method.CREATE_PERMISSION, message_class=stun.Class.REQUEST)
        request.attributes["XOR-PEER-ADDRESS"] = (inside, 5432)
        try:
            await protocol.request_with_retry(request)
        except stun.TransactionFailed as refused:
            return int(refused.response.attributes["ERROR-CODE"][0])
        finally:
            transport.close()
        raise AssertionError(f"the relay would speak to {inside}")

    with city_host.entered():
        assert asyncio.run(peer()) == 403


def test_one_consultation_cannot_take_all_places(relay: Coturn, city_host: Host) -> None:
    async def take_many() -> tuple[int, int]:
        taken = []
        for _place in range(40):
            try:
                taken.append((await place("udp", *credential(subject="GREEDY0000000001")))[0])
            except stun.TransactionFailed as refused:
                code = int(refused.response.attributes["ERROR-CODE"][0])
                break
        else:
            raise AssertionError("no end to the places of one consultation")
        (await place("udp", *credential(subject="MODEST0000000001")))[0].close()  # others find room
        for transport in taken:
            transport.close()
        return len(taken), code

    with city_host.entered():
        assert asyncio.run(take_many()) == (30, 486)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused(relay: Coturn, city_host: Host) -> None:
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    async def connect() -> None:
        await asyncio.open_connection(CITY, TLS_PORT, ssl=old)

    with city_host.entered(), pytest.raises(ConnectionResetError):  # by the relay, after our greeting
        asyncio.run(connect())


def signed(name: str, secret: str) -> str:
    """The password that belongs to a name, by the draft's own words."""
    return base64.b64encode(hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()).decode()
