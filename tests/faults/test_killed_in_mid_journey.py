"""kill -9 of web, live and worker while people are in the middle of something: nothing is lost, pages come back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Error, Playwright
from pytest_django import DjangoDbBlocker

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from onetrip.core import clock
from onetrip.core.audit import verify
from onetrip.domain.accounts.models import User
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.cases import services as cases
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.browser import CITIZENS_PAPER, DESKTOP, PHONE
from tests.calls import BY
from tests.conftest import city_database, django_on
from tests.journeys import conftest as journeys
from tests.journeys.citizen import Citizen
from tests.journeys.errands import an_errand, in_line
from tests.journeys.officer import Officer
from tests.journeys.places import VENUE, a_place_today
from tests.nginx import start_nginx
from tests.patience import PATIENCE_S
from tests.people import a_citizen, signed_in
from tests.servers import Farm, Server

pytestmark = pytest.mark.timeout(300)

driver, films = journeys.driver, journeys.films
citizens_browser, officers_browser = journeys.citizens_browser, journeys.officers_browser
OFFLINE = "[data-live-offline]"


@dataclass
class Site:
    """One web, one live and one worker process behind nginx: each can be killed and started again."""

    url: str
    farm: Farm
    running: dict[str, Server]

    def kill(self, *parts: str) -> None:
        for part in parts:
            self.running[part].kill()

    def start_again(self, *parts: str) -> None:
        for part in parts:
            self.running[part] = self.farm.start(part, port=self.running[part].port or None)
        for part in parts:
            if part != "worker":
                self.farm.wait_until_it_answers(self.running[part], "/healthz")
        deadline = (
            time.monotonic() + PATIENCE_S
        )  # nginx leaves a process alone for some seconds after a failure
        while httpx.get(f"{self.url}/healthz", verify=False).status_code != 200:
            assert time.monotonic() < deadline, "nginx does not find the processes again"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def site(
    driver: Playwright, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Site]:
    # The driver first: within its loop Django's connection is another object, and that one must change databases.
    assert driver
    folder, port = tmp_path_factory.mktemp("killed"), free_port()
    with city_database() as url, ExitStack() as stack:
        farm = Farm(
            folder=folder,
            database_url=url,
            ONETRIP_HOME=str(folder / "home"),
            ONETRIP_HOSTS="localhost,127.0.0.1",
            ONETRIP_ORIGINS=f"https://localhost:{port}",
            ONETRIP_TRUSTED_PROXIES="1",
        )
        stack.callback(farm.stop)
        (folder / "home").mkdir()
        subprocess.run(
            [sys.executable, "-m", "onetrip", "static"],
            env=farm.environ, cwd=CHECKOUT, check=True, capture_output=True,
        )  # fmt: skip
        running = {part: farm.start(part) for part in ("web", "live", "worker")}
        for part in ("web", "live"):
            farm.wait_until_it_answers(running[part], "/healthz")
        upstreams = {
            **dict.fromkeys(("127.0.0.1:8000", "127.0.0.1:8001"), running["web"].port),
            **dict.fromkeys(("127.0.0.1:8100", "127.0.0.1:8101"), running["live"].port),
        }
        nginx = start_nginx(folder=folder, upstreams=upstreams, static=folder / "home/static", port=port)
        stack.callback(nginx.stop)
        with django_db_blocker.unblock(), django_on(url):
            yield Site(nginx.url, farm, running)


@dataclass
class People:
    site: Site
    citizens: Browser
    officers: Browser
    stack: ExitStack

    def citizen(self) -> tuple[User, Citizen]:
        user = a_citizen()
        page = self._page(self.citizens, user, is_mobile=True, has_touch=True, viewport=PHONE)
        return user, Citizen(page, self.site.url)

    def officer(self, username: str) -> Officer:
        user = User.objects.get(username=username)
        return Officer(self._page(self.officers, user, viewport=DESKTOP), self.site.url)

    def _page(self, browser: Browser, user: User, **options):  # type: ignore[no-untyped-def]
        context = browser.new_context(locale="zh-CN", ignore_https_errors=True, **options)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.grant_permissions(["camera", "microphone", "notifications"])
        door = STAFF if user.kind == "staff" else CITIZEN
        cookie = signed_in(user).cookies[door.cookie].value
        context.add_cookies([{"name": door.cookie, "value": cookie, "url": self.site.url + door.path}])
        self.stack.callback(context.close)
        return context.new_page()


@pytest.fixture
def people(site: Site, citizens_browser: Browser, officers_browser: Browser) -> Iterator[People]:
    with ExitStack() as stack:
        yield People(site, citizens_browser, officers_browser, stack)
    dead = [part for part, server in site.running.items() if server.child.poll() is not None]
    site.start_again(*dead)
    journeys.everybody_goes_home()
    assert verify().intact  # whatever was cut off in the middle left a whole audit trail


def test_while_waiting(people: People, site: Site) -> None:
    """The socket's process dies and comes back: the page says so, keeps its place, and goes on by itself."""
    user, citizen = people.citizen()
    citizen.go(f"/calls/{in_line(user)}/")
    citizen.turn_on_camera()
    site.kill("live")
    citizen.see(OFFLINE)
    officer = people.officer("officer1")
    officer.go("/console/post/")  # pages are there, only news is missing
    site.start_again("live")
    citizen.see_no(OFFLINE)
    assert Consultation.objects.get(citizen=user).state == "waiting"
    officer.go_on_duty()
    officer.accept()
    officer.sees_paper(CITIZENS_PAPER)


def test_while_it_rings(people: People, site: Site) -> None:
    """The worker dies with the ring's timer in its hands; the next one still ends the ring in time for others."""
    user, citizen = people.citizen()
    officer = people.officer("officer2")
    officer.go_on_duty()
    citizen.go(f"/calls/{in_line(user)}/")
    officer.see(".stage-ring")
    site.kill("worker")
    officer.page.wait_for_timeout(21_000)
    assert Post.objects.get(officer__username="officer2").state == "ringing"  # nobody there to end it
    site.start_again("worker")
    officer.see("[data-post=paused]", within_s=90)
    assert Consultation.objects.get(citizen=user).state == "waiting"
    citizen.wait_for_state("waiting")


def test_in_a_call(people: People, site: Site) -> None:
    """Everything of ours dies: the picture goes on between the two browsers, and afterwards so does the work."""
    user, citizen = people.citizen()
    officer = people.officer("officer3")
    citizen.go(f"/calls/{in_line(user)}/")
    citizen.turn_on_camera()
    officer.go_on_duty()
    officer.accept()
    officer.sees_paper(CITIZENS_PAPER)
    officer.see(".is-current button[value=ok]")  # else the page dies with half of its parts on the way
    site.kill("web", "live", "worker")
    citizen.see(OFFLINE)
    officer.picture_goes_on()
    citizen.picture_goes_on()
    officer.tap(".is-current button[value=ok]")
    officer.see(".is-current [data-quiet-error]")  # said, and the page is still there to try again
    site.start_again("web", "live", "worker")
    citizen.see_no(OFFLINE)
    officer.see_no(OFFLINE)
    officer.sees_paper(CITIZENS_PAPER)
    officer.picture_goes_on()
    officer.judge("ok")
    citizen.see(".call-side .materials li[data-verdict=ok]")
    officer.judge("ok")
    officer.conclude("ready")
    citizen.see(".conclusion_ready")


def test_in_mid_confirm(people: People, site: Site) -> None:
    """The pages' process dies under the tap: the place is booked or still held, never lost and never taken twice."""
    a_place_today()
    user, citizen = people.citizen()
    case_id = an_errand(user)
    citizen.go(f"/cases/{case_id}/book?venue={VENUE}")
    citizen.choose_first_time()
    held = Appointment.objects.get(citizen=user)
    os.killpg(
        site.running["web"].child.pid, signal.SIGSTOP
    )  # the tap reaches a process that will never answer
    citizen.page.locator("form[action$='/appointment/confirm'] button").tap(no_wait_after=True)
    citizen.page.wait_for_timeout(500)
    site.kill("web")
    site.start_again("web")
    reload(citizen, f"/cases/{case_id}/appointment/")
    held.refresh_from_db()
    assert held.state in ("held", "booked")
    if held.state == "held":
        citizen.confirm()
    held.refresh_from_db()
    assert held.state == "booked"
    assert Appointment.objects.filter(citizen=user, state="booked").count() == 1
    assert Slot.objects.get(pk=held.slot_id).taken == live_places(held.slot_id)


def test_a_hold_ends_though_the_worker_was_dead(people: People, site: Site) -> None:
    user, citizen = people.citizen()
    case_id = an_errand(user)
    citizen.go(f"/cases/{case_id}/book?venue={VENUE}")
    a_place_today()
    citizen.page.reload()
    citizen.choose_first_time()
    held = Appointment.objects.get(citizen=user)
    site.kill("worker")
    Appointment.objects.filter(pk=held.pk).update(held_until=clock.now() - timedelta(seconds=1))
    site.start_again("worker")
    deadline = clock.now() + timedelta(seconds=60)
    while held.state == "held" and clock.now() < deadline:
        citizen.page.wait_for_timeout(500)
        held.refresh_from_db()
    assert held.state == "expired"
    assert Slot.objects.get(pk=held.slot_id).taken == live_places(held.slot_id)
    reload(citizen, f"/cases/{case_id}/")
    cases.withdraw_case(case_id=case_id, citizen_id=user.pk, by=BY, at=clock.now())


def live_places(slot_id: int) -> int:
    return Appointment.objects.filter(
        slot_id=slot_id, state__in=("held", "booked", "checked_in", "served")
    ).count()


def reload(citizen: Citizen, path: str) -> None:
    """Open the page again as an impatient person does, until it is there."""
    for _try in range(5):
        try:
            answer = citizen.page.goto(citizen.url + path)
        except Error:  # the navigation that was under way got in between
            continue
        if answer is not None and answer.ok:
            return
    raise AssertionError(f"{path} does not come back")
