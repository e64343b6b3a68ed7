"""A sharp photograph in mid-call: asked for, taken by the phone's camera, sent through a cut network, drawn on."""

import pytest
from playwright.sync_api import Route

from onetrip.domain.cases.models import CasePaper
from onetrip.domain.papers import queries as papers
from tests.browser import CITIZENS_PAPER, OFFICERS_FACE
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.officer import Officer
from tests.journeys.test_troubles import in_a_call

pytestmark = pytest.mark.timeout(240)

DOC = "Object.entries(window.onetripLive.docs).find(([topic]) => topic.startsWith('case:'))?.[1]"


def drawn_on(side: Citizen | Officer, selector: str) -> dict[str, int]:
    """What is drawn on the picture that this page shows: circles, arrows, and the picture's turn."""
    return side.page.evaluate(
        """selector => ({
            circles: document.querySelectorAll(`${selector} circle.mark`).length,
            arrows: document.querySelectorAll(`${selector} path.mark`).length,
            width: document.querySelector(selector).viewBox.baseVal.width,
        })""",
        selector,
    )


def drag(officer: Officer, start: tuple[float, float], end: tuple[float, float]) -> None:
    box = officer.page.locator("svg[data-board]").bounding_box()
    assert box is not None
    mouse = officer.page.mouse
    for step, (x, y) in enumerate((start, end)):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        (mouse.up if step else mouse.down)()


def test_a_still_is_asked_taken_resumed_and_marked(people: People) -> None:
    citizen, officer = in_a_call(people, officer="officer1")
    cut = []

    def breaks(route: Route) -> None:
        """The network goes away under the second and the third part."""
        cut.append(route.request.url)
        if len(cut) in (2, 3):
            route.abort()
        else:
            route.continue_()

    citizen.page.route("**/stills/*/part*", breaks)
    officer.tap("form[action$='/post/still/'] button")
    citizen.see(".still [data-action=take-still]")
    assert citizen.page.locator(".still b").inner_text().strip()  # says of which paper
    citizen.tap(".still [data-action=take-still]")
    officer.see(".papers-sent figure img", within_s=60)  # cut off twice on a busy machine
    assert len(cut) >= 4  # cut off twice, and gone on
    citizen.see_no(".still")
    filed = CasePaper.objects.latest("pk").paper
    assert min(filed.width, filed.height) >= 720
    before = papers.picture(filed.pk)

    officer.tap(".papers-sent [data-dialog=board]")
    officer.see("svg[data-board] image")
    officer.tap("[data-tool=circle]")
    drag(officer, (0.2, 0.2), (0.4, 0.3))
    citizen.see(".pointed svg.drawn circle.mark")  # while the officer still draws
    officer.tap("[data-tool=arrow]")
    drag(officer, (0.7, 0.8), (0.6, 0.5))
    officer.tap("[data-do=turn]")
    citizen.wait("document.querySelector('.pointed svg.drawn path.mark') !== null")
    citizen.wait(f"{DOC}?.marked?.['{filed.public_id}']?.turned === 90")
    assert drawn_on(citizen, ".pointed svg.drawn") == {"circles": 1, "arrows": 1, "width": filed.height}
    officer.tap("[data-tool=crop]")
    drag(officer, (0.2, 0.2), (0.8, 0.8))
    citizen.wait(f"{DOC}?.marked?.['{filed.public_id}']?.crop?.width > 0.3")
    whole = filed.width * filed.height
    citizen.wait(
        "(({width, height}) => width * height)(document.querySelector('.pointed svg.drawn').viewBox.baseVal)"
        f" < {whole}"
    )
    officer.page.keyboard.press("Escape")
    assert papers.picture(filed.pk) == before  # the picture itself stays as it was sent
    officer.sees_paper(CITIZENS_PAPER)
    citizen.sees_paper(OFFICERS_FACE)


def test_a_picture_from_the_phone_s_own_camera(people: People) -> None:
    """As inside WeChat, where pages make no photographs: the file field opens the camera."""
    citizen, officer = in_a_call(people, officer="officer2")
    officer.tap("form[action$='/post/still/'] button")
    citizen.see(".still")
    field = citizen.page.locator("[data-still-file]")
    assert field.get_attribute("capture") == "environment"
    field.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    citizen.see(".still [data-still-error]")
    officer.tap("form[action$='/post/still/drop/'] button")
    citizen.see_no(".still")
    officer.see(".call-end")
