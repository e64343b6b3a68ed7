"""Production's shape: nginx before two web and two live processes; losing one of each loses nothing."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pytest_django import DjangoDbBlocker
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from onetrip.core import live
from onetrip.core.unit import unit_of_work
from onetrip.domain.venues import models as venues
from tests.conftest import city_database, django_on
from tests.nginx import Nginx, start_nginx
from tests.patience import PATIENCE_S
from tests.servers import Farm, Server

pytestmark = pytest.mark.timeout(240)


@dataclass
class Site:
    """What stands behind the one address."""

    nginx: Nginx
    web: list[Server]
    live: list[Server]
    farm: Farm
    trust: ssl.SSLContext

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.nginx.url, verify=self.trust, timeout=10)

    def socket(self, path: str = "/live") -> ClientConnection:
        address = self.nginx.url.replace("https", "wss") + path
        return connect(
            address, ssl=self.trust, origin=self.nginx.url, open_timeout=10, close_timeout=1, legacy=True
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    with city_database() as url:
        farm = Farm(
            folder=folder,
            database_url=url,
            ONETRIP_MODE="production",
            ONETRIP_HOME=str(folder / "home"),
            ONETRIP_HOSTS="localhost",
            ONETRIP_ORIGINS=f"https://localhost:{port}",
            ONETRIP_TRUSTED_PROXIES="1",
        )
        (folder / "home").mkdir()
        subprocess.run(
            [sys.executable, "-m", "onetrip", "static"],
            env=farm.environ, cwd=CHECKOUT, check=True, capture_output=True,
        )  # fmt: skip
        nginx = None
        try:
            web = [farm.start("web"), farm.start("web")]
            sockets = [farm.start("live"), farm.start("live")]
            for server in (*web, *sockets):
                farm.wait_until_it_answers(server, "/healthz")
            upstreams = {
                "127.0.0.1:8000": web[0].port,
                "127.0.0.1:8001": web[1].port,
                "127.0.0.1:8100": sockets[0].port,
                "127.0.0.1:8101": sockets[1].port,
            }
            nginx = start_nginx(folder=folder, upstreams=upstreams, static=folder / "home/static", port=port)
            trust = ssl.create_default_context(cafile=str(nginx.certificate))
            with django_db_blocker.unblock(), django_on(url):
                yield Site(nginx, web, sockets, farm, trust)
        finally:
            if nginx is not None:
                nginx.stop()
            farm.stop()


def test_pages_come_with_their_headers(site: Site) -> None:
    with site.browser() as browser:
        page = browser.get("/")
    assert page.status_code == 200
    assert "content-security-policy" in page.headers
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert page.headers.get_list("x-frame-options") == ["DENY"]


def test_http_is_sent_on_to_https(site: Site) -> None:
    answer = httpx.get(f"{site.nginx.plain_url}/search?q=1")
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://localhost/search?q=1"


def test_cookies_know_that_the_browser_speaks_https(site: Site) -> None:
    with site.browser() as browser:
        browser.get("/cases/", follow_redirects=True)
        cookies = [cookie for cookie in browser.cookies.jar if cookie.name.startswith("onetrip")]
    assert cookies and all(cookie.secure for cookie in cookies), cookies


def test_static_files_come_from_nginx_itself(site: Site) -> None:
    some = next((site.farm.folder / "home/static").rglob("*.css"))
    path = some.relative_to(site.farm.folder / "home/static")
    with site.browser() as browser:
        answer = browser.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.content == some.read_bytes()
    assert "max-age" in answer.headers["cache-control"]
    assert "etag" in answer.headers


def test_too_large_an_upload_is_refused_before_it_reaches_the_pages(site: Site) -> None:
    with site.browser() as browser:
        answer = browser.post("/preferences", content=b"x" * (12 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_sockets_are_upgraded_and_news_reaches_pages_of_both_processes(site: Site) -> None:
    pages = [site.socket(), site.socket()]  # least_conn: one each
    topic = f"hall:{venues.Venue.objects.order_by('code').values_list('code', flat=True)[0]}"
    for page in pages:
        subscribe(page, topic)
    with unit_of_work():
        live.change(topic=topic, patch={"probe": "seen"})
    for page in pages:
        assert hear(page, op="event", topic=topic)["patch"] == {"probe": "seen"}
        page.close()


def test_one_web_process_dies_and_no_request_fails(site: Site) -> None:
    with site.browser() as browser:
        browser.get("/").raise_for_status()
        site.web[0].kill()
        statuses = _for_seconds(3, lambda: browser.get("/").status_code)
        posted = _for_seconds(1, lambda: browser.post("/preferences", data={"language": "en"}).status_code)
        assert set(statuses) == {200}, site.nginx.said()
        assert max(posted) < 500, site.nginx.said()
        site.web[0] = site.farm.start("web", port=site.web[0].port)
        site.farm.wait_until_it_answers(site.web[0], "/healthz")
        time.sleep(3.1)  # fail_timeout: nginx looks at it again
        site.web[1].kill()
        assert set(_for_seconds(1, lambda: browser.get("/").status_code)) == {200}, site.nginx.said()
    site.web[1] = site.farm.start("web", port=site.web[1].port)
    site.farm.wait_until_it_answers(site.web[1], "/healthz")


def test_one_live_process_dies_and_its_pages_come_back_at_once(site: Site) -> None:
    topic = f"hall:{venues.Venue.objects.order_by('code').values_list('code', flat=True)[1]}"
    pages = [site.socket(), site.socket()]
    seen = [subscribe(page, topic)["seq"] for page in pages]
    site.live[0].kill()
    lost = [number for number, page in enumerate(pages) if _is_closed(page)]
    assert len(lost) == 1  # the other one is served on
    with unit_of_work():
        live.change(topic=topic, patch={"probe": "while away"})
    began = time.monotonic()
    pages[lost[0]] = site.socket()
    caught_up = resume(pages[lost[0]], topic, seen[lost[0]])
    assert time.monotonic() - began < 2
    assert caught_up["patch"] == {"probe": "while away"}
    for page in pages:
        page.close()


def test_a_live_process_that_came_back_takes_everybody_when_the_other_one_dies(site: Site) -> None:
    topic = f"hall:{venues.Venue.objects.order_by('code').values_list('code', flat=True)[2]}"
    _fill_live(site)
    site.live[0].kill()
    pages = [site.socket() for _page in range(3)]  # nginx finds that it is gone …
    _fill_live(site)
    pages.append(site.socket())  # … and this one stays with it: a request that does not end
    site.live[1].kill()
    pages += [site.socket() for _page in range(4)]  # all at once
    for page in pages[-4:]:
        assert subscribe(page, topic)["op"] == "snapshot"
    for page in pages:
        page.close()
    _fill_live(site)


def _fill_live(site: Site) -> None:
    for number, server in enumerate(site.live):
        if server.child.poll() is not None:
            site.live[number] = site.farm.start("live", port=server.port)
            site.farm.wait_until_it_answers(site.live[number], "/healthz")
    site.live[0] = site.farm.start("live", port=site.live[0].port)
    site.farm.wait_until_it_answers(site.live[0], "/healthz")


def subscribe(page: ClientConnection, topic: str) -> dict[str, Any]:
    page.send(json.dumps({"op": "subscribe", "topics": {topic: None}}))
    return hear(page, op="snapshot", topic=topic)


def resume(page: ClientConnection, topic: str, seq: int) -> dict[str, Any]:
    page.send(json.dumps({"op": "subscribe", "topics": {topic: seq}}))
    return hear(page, op="event", topic=topic)


def hear(page: ClientConnection, **expected: str) -> dict[str, Any]:
    """The next message of that kind; TimeoutError when there is none."""
    while True:
        message: dict[str, Any] = json.loads(page.recv(timeout=PATIENCE_S))
        if all(message.get(key) == value for key, value in expected.items()):
            return message


def _is_closed(page: ClientConnection) -> bool:
    try:
        while True:
            page.recv(timeout=1)
    except TimeoutError:
        return False
    except ConnectionClosed:
        return True


def _for_seconds(seconds: float, once: Callable[[], int]) -> list[int]:
    """Ask again and again, for at most 200 times."""
    deadline = time.monotonic() + seconds
    answers: list[int] = []
    while time.monotonic() < deadline and len(answers) < 200:
        answers.append(once())
        time.sleep(0.02)
    return answers
