"""Two people with real browsers in a running sample city.

Servers are shared by all journeys, browsers by those of a module; each person gets a fresh browser profile, and what
a journey leaves in the lines is cleared behind it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import DjangoDbBlocker

from onetrip.core import clock
from onetrip.domain.accounts.models import User
from onetrip.domain.consultations import services as consultations
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.browser import CITIZENS_PAPER, OFFICERS_FACE, Paper, chromium, visitor
from tests.calls import BY
from tests.conftest import city_database, django_on
from tests.journeys.citizen import Citizen
from tests.journeys.officer import Officer, WindowOfficer
from tests.patience import PATIENCE_S
from tests.people import a_citizen, signed_in
from tests.servers import LiveServers

OpenBrowser = Callable[..., Browser]
# Pictures are most of what a journey costs: what is proven here needs no more of them. `tests/network/` and the
# measurements have a camera's thirty.
CAMERA = 12


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    # Playwright runs an event loop in this thread, for one module only: tests of others run their own. Our database
    # calls are meant to wait all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture
def open_browser(driver: Playwright, films: Path) -> Iterator[OpenBrowser]:
    """`open_browser(camera=PAPER)`, `open_browser(camera=None)` for a device without a camera."""
    with ExitStack() as browsers:

        def open_one(*, camera: Paper | None, extra: tuple[str, ...] = ()) -> Browser:
            film = camera.film(films, frames_per_s=CAMERA) if camera else None
            return browsers.enter_context(chromium(driver, camera=film, extra=extra))

        yield open_one


@pytest.fixture(scope="module")
def citizens_browser(driver: Playwright, films: Path) -> Iterator[Browser]:
    with chromium(driver, camera=CITIZENS_PAPER.film(films, frames_per_s=CAMERA)) as browser:
        yield browser


@pytest.fixture(scope="module")
def officers_browser(driver: Playwright, films: Path) -> Iterator[Browser]:
    with chromium(driver, camera=OFFICERS_FACE.film(films, frames_per_s=CAMERA)) as browser:
        yield browser


@pytest.fixture(scope="session")
def city_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServers]:
    with city_database() as url:
        servers = LiveServers(folder=tmp_path_factory.mktemp("city"), database_url=url)
        try:
            servers.open()
            yield servers
        finally:
            servers.stop()


@pytest.fixture
def city(city_servers: LiveServers, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServers]:
    """The running city. Django in this process looks into the same database; no post is left on duty afterwards."""
    with django_db_blocker.unblock(), django_on(city_servers.database_url):
        yield city_servers
        everybody_goes_home()


def everybody_goes_home() -> None:
    """End what a journey left: calls, places in line, posts on duty."""
    at = clock.now()
    for left in Consultation.objects.filter(state__in=("waiting", "ringing", "connected")):
        consultations.leave(consultation_id=left.public_id, citizen_id=left.citizen_id, by=BY, at=at)
    for post in Post.objects.exclude(state="off"):
        consultations.go_off_duty(officer_id=post.officer_id, by=BY, at=at)


class People:
    """Opens browser windows for the people of a journey."""

    def __init__(self, *, city: LiveServers, citizens: Browser, officers: Browser, stack: ExitStack) -> None:
        self.city, self.citizens, self.officers, self.stack = city, citizens, officers, stack

    def citizen(
        self, user: User | None = None, *, browser: Browser | None = None, **options: bool
    ) -> Citizen:
        """A phone; signed in when a user is given."""
        cookies = (
            {CITIZEN.cookie: (signed_in(user).cookies[CITIZEN.cookie].value, CITIZEN.path)} if user else None
        )
        return Citizen(self._page(browser or self.citizens, cookies, phone=True, **options), self.city.url)

    def known_citizen(self, **options: bool) -> tuple[User, Citizen]:
        user = a_citizen()
        return user, self.citizen(user, **options)

    def stranger_at_desk(self) -> Officer:
        """A desktop where nobody has signed in yet."""
        return Officer(self._page(self.officers, None), self.city.url)

    def officer(self, username: str) -> Officer:
        return Officer(self._page(self.officers, _staff_cookie(username)), self.city.url)

    def window(self, username: str) -> WindowOfficer:
        return WindowOfficer(self._page(self.officers, _staff_cookie(username)), self.city.url)

    def _page(self, browser: Browser, cookies, **options):  # type: ignore[no-untyped-def]
        context = visitor(browser, cookies=cookies, url=self.city.url, **options)
        context.set_default_timeout(PATIENCE_S * 1000)
        self.stack.callback(context.close)
        return context.new_page()


def _staff_cookie(username: str) -> dict[str, tuple[str, str]]:
    user = User.objects.get(username=username)
    return {STAFF.cookie: (signed_in(user).cookies[STAFF.cookie].value, STAFF.path)}


@pytest.fixture
def people(city: LiveServers, citizens_browser: Browser, officers_browser: Browser) -> Iterator[People]:
    with ExitStack() as stack:
        yield People(city=city, citizens=citizens_browser, officers=officers_browser, stack=stack)
