"""Every page that a stranger may open: both languages, no session, light enough for a poor network."""

import gzip
import re
from datetime import time
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from onetrip.faces.citizen.templatetags.citizen import hours
from tests.domain.booking.conftest import Hall
from tests.faces.citizen.conftest import ITEM, Person, answers, asked

MOST_BYTES = 150_000
PAGES = {
    "/": ("办一件事，就跑一次", "One errand, one trip"),
    "/search": ("您要办什么事", "What do you need to do"),
    "/search?q=jsz": ("驾驶证", "licence"),
    "/search?q=qqqq": ("没有找到", "Nothing found"),
    "/categories/licence-service/": ("驾驶证", "icence"),
    f"/items/{ITEM}/": ("驾驶证", "icence"),
    f"/items/{ITEM}/checklist": ("请带这些材料", "Bring these"),
    f"/items/{ITEM}/where": ("去哪里办", "Where can I go"),
    f"/items/{ITEM}/where?latitude=34.77&longitude=113.67": ("最快办完优先", "Soonest done first"),
    f"/items/{ITEM}/where?district=410105": ("街道（乡镇）", "Sub-district"),
    f"/items/{ITEM}/where?subdistrict=410105001": ("最快办完优先", "Soonest done first"),
    "/venues/hall-1/": ("车管所", "Vehicle office"),
    "/arrive/hall-1/": ("欢迎来到车管所", "Welcome to Vehicle office"),
    "/arrive/hall-1/?q=驾驶证": ("取号", "Take a number"),
    "/board/hall-1/": ("正在叫号", "Now called"),
    "/board/hall-1/?theme=light": ('data-theme="light"', 'data-theme="light"'),
}


def full(address: str) -> str:
    """The checklist is complete only with its answers in the address."""
    if not address.endswith(("/checklist", "/where")):
        return address
    return address + "?" + "&".join(f"a_{key}={value}" for key, value in answers(ITEM).items())


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", [0, 1])
def test_it_opens_in_both_languages(hall: Hall, client: Client, address: str, language: int) -> None:
    answer = client.get(full(address), headers={"accept-language": ("zh-CN", "en")[language]})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert PAGES[address][language] in page
    assert f'lang="{("zh-Hans", "en")[language]}"' in page


@pytest.mark.parametrize("address", PAGES)
def test_reading_costs_no_session(hall: Hall, client: Client, address: str) -> None:
    answer = client.get(full(address))
    assert not answer.cookies, "a reader without an account leaves nothing behind"


@pytest.mark.parametrize("address", PAGES)
def test_it_is_light(hall: Hall, client: Client, address: str) -> None:
    assert weight(client.get(full(address)).content) <= MOST_BYTES


def test_the_call_is_light(me: Person, case_id: str) -> None:
    assert weight(me.client.get(f"/calls/{asked(me, case_id)}/").content) <= MOST_BYTES


def weight(page: bytes) -> int:
    """The compressed bytes of a page with everything it loads, the map left out."""
    linked = set(re.findall(r'(?:src|href)="/static/([^"#]+\.(?:js|css|svg))', page.decode()))
    paths = {name: finders.find(name) for name in linked - {"dist/map.js", "dist/map.css"}}
    if missing := [name for name, path in paths.items() if path is None]:
        pytest.skip(f"the front end is not built: {missing}")
    files = [Path(path).read_bytes() for path in paths.values()]
    return sum(len(gzip.compress(content)) for content in (page, *files))


@pytest.mark.parametrize(
    "address",
    ["/items/gone/", "/items/gone/qr.svg", "/categories/gone/", "/venues/gone/", "/board/gone/", "/arrive/gone/",
     "/tickets/AAAAAAAAAAAAAAAA/"],
)  # fmt: skip
def test_what_is_not_there_is_said_so(hall: Hall, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["latitude=x&longitude=y", "latitude=34.7", "district=nothing", "a_reason=nonsense", "a_x=1"]
)
def test_a_spoilt_address_still_leads_somewhere(hall: Hall, client: Client, query: str) -> None:
    assert client.get(f"/items/{ITEM}/where?{query}").status_code == 200


def test_an_unknown_subdistrict_is_refused_in_words(hall: Hall, client: Client) -> None:
    assert client.get(f"/items/{ITEM}/where?subdistrict=999").status_code == 422


def test_a_place_outside_the_world_is_refused_in_words(hall: Hall, client: Client) -> None:
    answer = client.get(f"/items/{ITEM}/where?latitude=999&longitude=999")
    assert answer.status_code == 422


def test_qr_codes_are_pictures(hall: Hall, client: Client) -> None:
    for address in (f"/items/{ITEM}/qr.svg", "/venues/hall-1/qr.svg", "/arrive/hall-1/qr.svg"):
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer.content.startswith(b"<svg")


def test_the_map_gets_its_areas(hall: Hall, client: Client) -> None:
    answer = client.get("/areas.json")
    assert answer.json()["type"] == "FeatureCollection"


def test_typing_swaps_only_the_list(hall: Hall, client: Client) -> None:
    answer = client.get("/search?q=jsz", headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert f"/items/{ITEM}/" in page
    assert "HX-Request" in answer["Vary"]


def test_an_unfinished_checklist_asks_on(hall: Hall, client: Client) -> None:
    answer = client.get("/items/i01-birth-registration/checklist")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/items/i01-birth-registration/questions")


def test_each_fact_says_how_well_it_is_known(hall: Hall, client: Client) -> None:
    page = client.get(full(f"/items/{ITEM}/checklist")).content.decode()
    assert "已核实" in page
    assert "未核实" in page
    assert "并非官方发布" in page


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([("09:00", "12:00"), ("13:30", "17:00")], "09:00–12:00，13:30–17:00"),
        ([(time(0), time(0))], "全天"),
        ([("00:00", "24:00")], "全天"),
        ([(time(18), time(0))], "18:00–24:00"),
    ],
)
def test_hours_are_said_as_people_say_them(spans: list[tuple[str | time, str | time]], words: str) -> None:
    with translation.override("zh-hans"):
        assert hours(spans) == words
