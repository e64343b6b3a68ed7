"""axe-core finds nothing to object to (WCAG 2.2 A and AA) on any page, in either language.

The pages come from the URL table: an address that answers with a page and is not listed in PAGES fails.
"""

import json
import os
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.template.loader import render_to_string
from django.urls import URLResolver, get_resolver, reverse
from playwright.sync_api import Page, sync_playwright

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.core.crypto import seal
from onetrip.faces.frame.sessions import CITIZEN, STAFF, Door, session_of
from onetrip.faces.kiosk.gates import COOKIE, COOKIE_PATH
from tests.browser import DESKTOP, PHONE, chromium, visitor
from tests.faces.city_in_use import ITEM, CityInUse, answers_for, build_city
from tests.people import signed_in
from tests.servers import LiveServers

pytestmark = pytest.mark.timeout(300)

AXE = (CHECKOUT / "frontend/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
MACHINE = Door("device", COOKIE, COOKIE_PATH, "Strict", timedelta(days=400), timedelta(days=1))
LANGUAGES = ("zh-hans", "en")
# Whoever looked at the tab before asks the server nothing more: with the cookies of the next one it would lead away.
_LEAVE = """() => {
    window.stop();
    for (let timer = setTimeout(() => 0); timer > 0; timer--) clearTimeout(timer);
}"""
EVERYBODY = "stranger"


@dataclass(frozen=True)
class Sight:
    """A page as one person sees it. `of`: whose errand the address names (that person unless said otherwise)."""

    name: str
    who: str = EVERYBODY
    of: str = ""
    query: str = ""
    status: int = 200

    def address(self, city: CityInUse) -> str:
        if self.name.startswith("/"):
            return self.name
        wanted = next(params for name, params in named_addresses() if name == self.name)
        of = self.of or self.who
        return reverse(self.name, kwargs={param: objects(city, of, self.name)[param] for param in wanted}) + (
            self.query.format(answers=_as_query())
        )


def _as_query() -> str:
    return "&".join(f"a_{key}={value}" for key, value in answers_for(ITEM).items())


def found_by_lead(city: CityInUse, of: str) -> str:
    """What the address of a person bears whom the lead has found at the reception."""
    citizen = city.people[of if of in city.case or of == "by_card" else "preparing"]
    return signing.dumps(["hall-1", city.people["lead"].public_id, citizen.public_id], salt="console.counter")


def objects(city: CityInUse, of: str, name: str) -> dict[str, Any]:
    """What the parameters of addresses stand for. A parameter that is not here is a new one: add it."""
    codes = {"citizen:category": "licence-service", "citizen:venue": "hall-1", "citizen:venue_qr": "hall-1"}
    return {
        "code": codes.get(name, ITEM),
        "venue_code": "hall-1",
        "case_id": city.case.get(of, "NONE"),
        "consultation_id": city.call.get(of, "NONE"),
        "ticket_id": city.ticket.get(of, "NONE"),
        "photo_id": city.photo,
        "paper_id": city.paper.get(of, "NONE"),
        "mark_id": "NONE",
        "key": "cases.tomorrow" if name == "console:wording" else city.machine["tablet"],
        "token": "any",
        "still_id": "NONE",
        "complaint_id": city.complaint.get(of, "NONE"),
        "export_id": "NONE",
        "recording_id": city.recording.get(of, "NONE"),
        "look_id": city.look,
        "segment": 1,
        "guest_id": city.guest.get(of, "NONE"),
        "desk": "hall-1",
        "item_code": ITEM,
        "person": found_by_lead(city, of),
        "desk_id": city.hall.desks[1].pk if of == "second" else city.window.pk,
    }


PAGES = [
    Sight("frame:demo_texts"),
    Sight("frame:styleguide"),
    Sight("citizen:home"),
    Sight("citizen:home", "booked"),
    Sight("citizen:papers", "booked"),
    Sight("citizen:company", "preparing"),
    Sight("citizen:help", "preparing"),
    Sight("citizen:call_time", "preparing"),
    Sight("citizen:search", query="?q=身份证"),
    Sight("citizen:search", query="?q=zzzz"),
    Sight("citizen:category"),
    Sight("citizen:item"),
    Sight("citizen:questions"),
    Sight("citizen:checklist", query="?{answers}"),
    Sight("citizen:where", query="?{answers}"),
    Sight("citizen:venue"),
    Sight("citizen:cases", "preparing"),
    Sight("citizen:cases", "done"),
    Sight("citizen:new_case", "done", query=f"?item={ITEM}&{{answers}}"),
    *(
        Sight("citizen:case", who)
        for who in (
            "preparing", "waiting", "talking", "ready", "holding", "booked", "arrived", "done", "returned", "withdrawn",
        )
    ),
    Sight("citizen:withdraw", "preparing"),
    Sight("citizen:book", "ready"),
    Sight("citizen:book", "ready", query="?venue=hall-1"),
    Sight("citizen:book", "ready", query="?venue=hall-1&more=1"),
    Sight("citizen:book", "ready", query="?venue=hall-1&proof=1"),
    Sight("citizen:appointment", "holding"),
    Sight("citizen:appointment", "booked"),
    Sight("citizen:cancel", "booked"),
    Sight("citizen:earlier", "booked"),
    Sight("citizen:earlier", "offered"),
    Sight("citizen:pay", "ready"),
    Sight("citizen:pay", "done"),
    Sight("citizen:receipt", "done"),
    Sight("citizen:pass", "booked"),
    Sight("citizen:complain", "ready"),
    Sight("citizen:complaint", "returned"),
    Sight("citizen:complaint", "done"),
    Sight("citizen:account", "booked"),
    Sight("citizen:merge", "booked"),
    Sight("citizen:card", "booked"),
    *(Sight(f"citizen:{page}", "merging") for page in ("wechat_link", "merge_code", "merge_confirm")),
    Sight("citizen:marks", "booked"),
    Sight("citizen:marks", "preparing"),
    Sight("citizen:messages", "booked"),
    Sight("citizen:messages", "ready"),
    Sight("citizen:message_wishes", "booked"),
    Sight("citizen:message_email_confirm", "booked"),
    Sight("citizen:short_link", status=404),
    *(Sight("citizen:call", who) for who in ("waiting", "kept", "written", "ringing", "talking", "ready")),
    Sight("citizen:recordings", "ready"),
    Sight("citizen:recordings", "talking"),
    Sight("citizen:arrive"),
    Sight("citizen:arrive", "booked", query="?q=驾驶证"),
    Sight("citizen:ticket", "arrived"),
    Sight("citizen:ticket", "serving"),
    Sight("citizen:ticket", "done"),
    Sight("citizen:board"),
    Sight("citizen:board", query="?theme=light"),
    Sight("kiosk:hall", "tablet"),
    *(Sight("kiosk:hall", "tablet", query=f"?by={way}") for way in ("phone", "name")),
    Sight("kiosk:hall", "tablet", query="?q=驾驶证"),
    Sight("kiosk:number", "tablet", of="arrived"),
    Sight("citizen:login"),
    Sight("citizen:login_code", "with_code"),
    Sight("citizen:login_resume", "resuming"),
    Sight("/nowhere/", status=404),
    Sight("citizen:case", "booked", of="ready", status=404),
    Sight("console:login"),
    Sight("console:second_factor", "half"),
    Sight("console:enrol", "new"),
    *(Sight("console:home", who) for who in ("free", "at_window", "lead", "supervisor", "editor", "admin")),
    *(Sight("console:post", who)
      for who in ("in_call", "wrapping_up", "being_rung", "paused", "free", "off_duty")),
    Sight("console:letters", "off_duty"),
    Sight("console:answers", "lead"),
    Sight("console:company", "paused"),
    Sight("console:wall", "supervisor"),
    Sight("console:window", "at_window"),
    Sight("console:window_desk", "at_window"),
    Sight("console:window_desk", "at_window", of="second"),
    Sight("console:fee", "at_window", of="serving"),
    Sight("console:till", "at_window"),
    Sight("console:complaints", "lead"),
    Sight("console:complaint", "lead", of="returned"),
    Sight("console:recordings", "lead"),
    Sight("console:recording", "lead", of="ready"),
    Sight("console:recording", "wrapping_up", of="ready", query="?check=1"),
    Sight("console:money", "lead"),
    Sight("console:money", "supervisor"),
    Sight("console:bill", "supervisor"),
    Sight("console:halls", "everywhere"),
    Sight("console:hall", "lead"),
    Sight("console:hall", "lead", query="?q=驾驶证"),
    Sight("console:hall_ticket", "lead", of="arrived"),
    Sight("console:counter", "lead"),
    Sight("console:counter_person", "lead", query="?q=驾驶证"),
    Sight("console:counter_phone", "lead", of="by_card"),
    Sight("console:counter_item", "lead"),
    Sight("console:counter_errand", "lead", of="preparing"),
    Sight("console:counter_errand", "lead", of="booked", query="?move=1"),
    Sight("console:hall_machines", "lead"),
    Sight("console:hall_lead", "lead"),
    Sight("console:case", "in_call", of="talking"),
    Sight("console:case", "at_window", of="serving"),
    Sight("console:insights", "supervisor"),
    Sight("console:insights_calls", "supervisor"),
    Sight("console:exports", "supervisor"),
    Sight("console:insights_cases", "supervisor", query="?figure=returned"),
    Sight("console:venues", "supervisor"),
    Sight("console:venue", "lead"),
    Sight("console:venue_clashes", "lead"),
    Sight("console:people", "admin"),
    Sight("console:outbox", "supervisor"),
    Sight("console:wordings", "editor"),
    Sight("console:wording", "editor"),
    Sight("/console/nowhere/", "lead", status=404),
    Sight("console:people", "at_window", status=404),
]  # fmt: skip


# To WeChat's pages and back; what a script on a page inside WeChat asks for; and WeChat's own door.
LEADS_AWAY = {"citizen:wechat_begin", "citizen:wechat_back", "citizen:wechat_setup", "hooks:wechat"}
# A file of who asked for it, a photo of a call for who is in it, a film for who gave a reason or whose call it was, and
# of nobody else (test_strangers.py).
ONES_OWN_FILES = {
    "console:export_file",
    "citizen:company_photo",
    "console:company_photo",
    "citizen:recording_film",
    "console:recording_film",
}


@dataclass(frozen=True)
class Refused:
    """A form sent with something wrong in it: the page that says so."""

    name: str
    who: str
    action: str
    fields: tuple[tuple[str, str], ...]
    status: int
    of: str = ""  # whose, as in Sight


REFUSALS = [
    Refused("citizen:login", EVERYBODY, "login", (("phone", "123"),), 422),
    Refused("citizen:login_code", "with_code", "code", (("code", "1"),), 422),
    Refused("console:login", EVERYBODY, "login", (("username", "x"), ("password", "y")), 422),
    Refused("kiosk:hall", "tablet", "check-in", (("arrival_code", "1"),), 404),
    Refused("console:hall_machines", "lead", "printer", (("host", "8.8.8.8"),), 422),
    Refused("console:recording", "lead", "", (("reason", "complaint"), ("words", "")), 422, of="ready"),
    Refused("console:hall", "lead", "check-in", (("arrival_code", "000000"),), 404),
]


def named_addresses() -> list[tuple[str, list[str]]]:
    """Every named pattern of the URL table with its parameters."""

    def below(resolver: Any, namespace: str, params: list[str]) -> Iterator[tuple[str, list[str]]]:
        for entry in resolver.url_patterns:
            here = [*params, *entry.pattern.converters]
            if isinstance(entry, URLResolver):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from below(entry, inner, here)
            else:
                yield f"{namespace}{entry.name}", here

    return list(below(get_resolver(), "", []))


@pytest.fixture(scope="module")
def city(empty_live_servers: LiveServers) -> CityInUse:
    # Nobody follows these calls; the worker would take everybody for gone before the last page is looked at.
    empty_live_servers.jobs.stop()
    return build_city()


@pytest.fixture(scope="module")
def tabs(city: CityInUse, empty_live_servers: LiveServers) -> Iterator[dict[str, Page]]:
    """One browser: a phone for the citizens, a desktop for the staff."""
    assert city
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in this thread
    with sync_playwright() as playwright, chromium(playwright, camera=None) as browser:
        opened = {}
        for size in ("phone", "desktop"):
            context = visitor(browser, allow_camera=False, phone=size == "phone")
            context.set_default_timeout(60_000)
            context.route("**/broken", lambda route: route.fulfill(
                status=500, content_type="text/html", body=render_to_string("frame/server_error.html")
            ))  # fmt: skip
            opened[size] = context.new_page()
        yield opened
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def cookies_of(city: CityInUse, who: str) -> dict[str, tuple[str, Door]]:
    """The session in which somebody looks at a page: signed in, half signed in, or none."""
    if who == EVERYBODY:
        return {}
    if who in city.machine:
        return {COOKIE: (city.machine[who], MACHINE)}
    if who in ("half", "new"):
        person = city.people[who]
        return _session(STAFF, "pending_staff", {"id": person.pk, "enrolled": who == "half", "at": 2**40})
    if who == "with_code":
        return _session(CITIZEN, "phone_login", {"phone": "13912345678", "demo_code": "123456"})
    door = STAFF if city.people[_person(who)].kind == "staff" else CITIZEN
    key = signed_in(city.people[_person(who)]).cookies[door.cookie].value
    if who == "merging":
        session = session_of({door.cookie: key}, door)
        _with_two_accounts(city, session)
        session.save()
    if who == "resuming":
        session = session_of({door.cookie: key}, door)
        session[_kept_as()] = {"path": "/cases/", "fields": [["item", ITEM], ["then", "ask"]]}
        session.save()
    return {door.cookie: (key, door)}


def _with_two_accounts(city: CityInUse, session: SessionBase) -> None:
    """As WeChat and the other phone have left it: a WeChat to link, and another account proved."""
    said = json.dumps(["oOne", "", int(time.time())]).encode()
    session["wechat_said"] = b64encode(seal(said, purpose="citizen.wechat")).decode()
    session["merge_phone"] = {"phone": "13912345678", "demo_code": "123456"}
    session["other_account"] = {"id": city.people["booked"].pk, "at": int(time.time())}


def _person(who: str) -> str:
    return "done" if who in ("resuming", "merging") else who


def _kept_as() -> str:
    from onetrip.faces.frame import gates

    return gates._RESUME


def _session(door: Door, name: str, value: Any) -> dict[str, tuple[str, Door]]:
    session = session_of({}, door)
    session[name] = value
    session.save()
    return {door.cookie: (session.session_key, door)}


def sit_down(
    tabs: dict[str, Page], *, city: CityInUse, who: str, address: str, language: str, url: str
) -> Page:
    """Give the right tab to this person."""
    page = tabs["desktop" if address.startswith(("/console", "/board")) else "phone"]
    # Not by way of about:blank: back from there the browser starts a process anew, which costs as much as the page.
    page.evaluate(_LEAVE)
    page.context.clear_cookies()
    jar = [
        {"name": name, "value": key, "url": url + door.path}
        for name, (key, door) in cookies_of(city, who).items()
    ]
    page.context.add_cookies([*jar, {"name": "onetrip_language", "value": language, "url": url}])
    return page


def objections(page: Page) -> list[str]:
    """What axe objects to, with the elements."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"][:4]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sight", PAGES, ids=lambda s: f"{s.name}-{s.of or s.who}{'-' * bool(s.query)}{s.query}"
)
def test_nothing_to_object_to(
    sight: Sight, language: str, city: CityInUse, tabs: dict[str, Page], empty_live_servers: LiveServers
) -> None:
    address, url = sight.address(city), empty_live_servers.url
    page = sit_down(tabs, city=city, who=sight.who, address=address, language=language, url=url)
    answer = page.goto(url + address, wait_until="load")
    assert answer is not None
    assert (answer.status, page.url.removeprefix(url).partition("?")[0]) == (
        sight.status, address.partition("?")[0],
    )  # fmt: skip
    assert page.viewport_size == (DESKTOP if address.startswith(("/console", "/board")) else PHONE)
    assert page.locator("html").get_attribute("lang").lower() == language  # type: ignore[union-attr]
    assert objections(page) == []
    if address.startswith("/console"):
        assert spills(page) == []


def spills(page: Page) -> list[str]:
    """What of a staff page stands beyond the edge of a screen of 1280 pixels: the page itself, or a room of its bar."""
    page.set_viewport_size({"width": 1280, "height": 800})
    try:
        return page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll("header.bar, .bar-rooms")]
                .filter(one => one.scrollWidth > one.clientWidth)
                .map(one => `${one.tagName} ${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""
        )
    finally:
        page.set_viewport_size(DESKTOP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sent", REFUSALS, ids=lambda sent: sent.name)
def test_a_refused_form_is_as_accessible(
    sent: Refused, language: str, city: CityInUse, tabs: dict[str, Page], empty_live_servers: LiveServers
) -> None:
    address, url = Sight(sent.name, of=sent.of).address(city), empty_live_servers.url
    page = sit_down(tabs, city=city, who=sent.who, address=address, language=language, url=url)
    page.goto(url + address, wait_until="load")
    with page.expect_navigation() as arrived:
        page.evaluate(
            """([action, fields]) => {
                const forms = [...document.querySelectorAll(action ? `form[action*="${action}"]` : "form")];
                const form = forms.find(one => fields.every(([name]) => one.elements[name]));
                for (const [name, value] of fields) form.elements[name].value = value;
                HTMLFormElement.prototype.submit.call(form);
            }""",
            [sent.action, [list(pair) for pair in sent.fields]],
        )
    assert arrived.value.status == sent.status
    assert objections(page) == []


def test_the_page_for_our_own_faults(tabs: dict[str, Page], empty_live_servers: LiveServers) -> None:
    page = tabs["phone"]
    page.goto(f"{empty_live_servers.url}/broken")
    assert page.locator("h1").count() == 2
    assert objections(page) == []


def test_no_page_is_forgotten(city: CityInUse, empty_live_servers: LiveServers) -> None:
    listed = {sight.name for sight in PAGES}
    assert [
        f"{name}: {answered}"
        for name, params in named_addresses()
        if name not in listed | LEADS_AWAY | ONES_OWN_FILES
        and (answered := _not_a_page(city, name, params, empty_live_servers.url))
    ] == []


def _not_a_page(city: CityInUse, name: str, params: list[str], url: str) -> str:
    """Return "" when the address is clearly no page: forms only, a file, or a part of a page."""
    staff = ("in_call", "at_window", "lead", "admin") if name.startswith("console:") else ()
    answered = []
    for who in (
        *staff,
        *(city.machine if name.startswith("kiosk:") else ()),
        "talking",
        "booked",
        "arrived",
        "done",
    ):
        whose = {"in_call": "talking", "lead": "arrived"}.get(who, who)
        address = reverse(name, kwargs={param: objects(city, whose, name)[param] for param in params})
        cookies = {key: value for key, (value, _door) in cookies_of(city, who).items()}
        answer = httpx.get(url + address, cookies=cookies, timeout=60)
        answered.append(answer.status_code)
        is_page = "<html" in answer.text and answer.headers["content-type"].startswith("text/html")
        if who in city.machine and answer.status_code == 302:  # sends the machine on to what it is for
            return ""
        if answer.status_code == 405 or (answer.status_code in (200, 204) and not is_page):
            return ""
        if answer.status_code == 200:
            return "a page that PAGES does not list"
    return f"nobody here may open it {answered}: list it in PAGES"
