"""A whole site with a call in it, the faults that can strike it, and how long the two people are apart.

nginx, two web, two live and a job process, and the relay through which the call must go, in a network of their own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection
from playwright.sync_api import Browser, Error, Playwright

from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from tests.browser import CHROMIUM, CITIZENS_PAPER, OFFICERS_FACE, chromium
from tests.coturn import SECRET, Coturn, start_coturn
from tests.journeys.sight import Sight
from tests.network.hosts import CITY, Host
from tests.nginx import Nginx, start_nginx
from tests.servers import Farm, Server

_TOGETHER = """() => {
  const call = window.onetripCall, live = window.onetripLive;
  if (live?.status !== 'online' || call?.link !== 'connected' || call?.state !== 'connected') return null;
  return document.querySelector('video[data-video=remote]').getVideoPlaybackQuality().totalVideoFrames;
}"""


class Engine(Protocol):
    """PostgreSQL or Valkey, as the tests' and the benchmarks' own ones are started."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class House:
    """The site, and whom it serves."""

    url: str
    host: Host
    farm: Farm
    nginx: Nginx
    relay: Coturn
    live: list[Server]
    postgres: Engine
    valkey: Engine
    citizens: Browser
    officers: Browser

    def lose_live(self, number: int) -> float:
        """Kill one of the two socket processes; the other one stands. Its place is filled again later."""
        self.live[number].kill()
        return time.monotonic()

    def refill_live(self) -> None:
        for number, server in enumerate(self.live):
            if server.child.poll() is not None:
                with self.host.entered():
                    self.live[number] = self.farm.start("live", port=server.port)
                    self.farm.wait_until_it_answers(self.live[number], "/healthz")

    def restart_valkey(self) -> float:
        self.valkey.stop()
        self.valkey.start()
        return time.monotonic()

    def restart_postgres(self) -> float:
        self.postgres.stop()
        self.postgres.start()
        back = time.monotonic()
        connection.close()  # our own were to the database before
        connection.close_pool()
        return back

    def restart_relay(self) -> float:
        self.relay.kill()
        self.relay = start_coturn(folder=self.relay.folder, address=CITY, host=self.host)
        return time.monotonic()


Fault = Callable[[House, Sight, Sight], float]


def _reload(side: Sight) -> float:
    began = time.monotonic()
    side.page.reload(wait_until="commit")
    return began


def _crash(side: Sight) -> float:
    """The window dies with all it knew; the person opens the page again in a new one."""
    path = side.path()
    context = side.page.context
    side.page.close()
    side.page = context.new_page()
    began = time.monotonic()
    side.page.goto(side.url + path, wait_until="commit")
    return began


# What happens, and the moment from which the three seconds count: that of the fault where another one of the kind still
# stands, that of its return where the only one was gone.
FAULTS: dict[str, Fault] = {
    "first live process killed": lambda house, _citizen, _officer: house.lose_live(0),
    "second live process killed": lambda house, _citizen, _officer: house.lose_live(1),
    "Valkey restarted": lambda house, _citizen, _officer: house.restart_valkey(),
    "database restarted": lambda house, _citizen, _officer: house.restart_postgres(),
    "relay restarted": lambda house, _citizen, _officer: house.restart_relay(),
    "page of the citizen reloaded": lambda _house, citizen, _officer: _reload(citizen),
    "page of the officer reloaded": lambda _house, _citizen, officer: _reload(officer),
    "window of the citizen crashed": lambda _house, citizen, _officer: _crash(citizen),
    "browser of the officer started again": lambda _house, _citizen, officer: _crash(officer),
}


def together_after(sides: tuple[Sight, Sight], since: float, *, within_s: float) -> float:
    """Seconds from `since` until both pages are online, connected, and get new pictures. AssertionError if never."""
    before: list[int | None] = [None, None]
    back: list[float | None] = [None, None]
    deadline = since + within_s
    while None in back:
        assert time.monotonic() < deadline, [_stands(side) for side in sides]
        for number, side in enumerate(sides):
            if back[number] is not None:
                continue
            frames = _frames(side)
            known = before[number]
            if frames is not None and known is not None and frames > known:
                back[number] = time.monotonic()
            before[number] = frames
        time.sleep(0.04)
    return max(0.0, *(moment - since for moment in back if moment is not None))


def _frames(side: Sight) -> int | None:
    try:
        found: int | None = side.page.evaluate(_TOGETHER)
    except Error:  # the page is on its way
        return None
    return found


def _stands(side: Sight) -> Any:
    try:
        return side.stands()
    except Error as error:
        return str(error)


@contextmanager
def a_house(
    driver: Playwright, *, folder: Path, database_url: str, postgres: Engine, valkey: Engine
) -> Iterator[House]:
    """Build it all; the sample city is in the database already."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        host = Host(address=CITY)
        stack.callback(host.close)
        relay = start_coturn(folder=folder / "coturn", address=CITY, host=host)
        port = free_port()
        url = f"https://localhost:{port}"
        farm = Farm(
            folder=folder, database_url=database_url, ONETRIP_HOME=str(folder / "home"),
            ONETRIP_HOSTS="localhost,127.0.0.1", ONETRIP_ORIGINS=url, ONETRIP_TRUSTED_PROXIES="1",
            ONETRIP_TURN_URLS=",".join(relay.urls.values()), ONETRIP_TURN_SECRET=SECRET, ONETRIP_TURN_ONLY="1",
        )  # fmt: skip
        stack.callback(farm.stop)
        (folder / "home").mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "onetrip", "static"],
            env=farm.environ, cwd=CHECKOUT, check=True, capture_output=True,
        )  # fmt: skip
        with host.entered():
            web, live = ([farm.start(part), farm.start(part)] for part in ("web", "live"))
            farm.start("worker")
            for server in (*web, *live):
                farm.wait_until_it_answers(server, "/healthz")
            upstreams = {
                "127.0.0.1:8000": web[0].port, "127.0.0.1:8001": web[1].port,
                "127.0.0.1:8100": live[0].port, "127.0.0.1:8101": live[1].port,
            }  # fmt: skip
            nginx = start_nginx(folder=folder, upstreams=upstreams, static=folder / "home/static", port=port)
        stack.callback(nginx.stop)
        citizens, officers = (
            stack.enter_context(
                chromium(
                    driver,
                    camera=paper.film(folder),
                    extra=("--ignore-certificate-errors",),
                    program=host.program(CHROMIUM, folder=folder),
                )
            )
            for paper in (CITIZENS_PAPER, OFFICERS_FACE)
        )
        house = House(url, host, farm, nginx, relay, live, postgres, valkey, citizens, officers)
        stack.callback(lambda: children.stop(house.relay.child))
        assert os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE"), "playwright's loop runs in this thread"
        yield house
