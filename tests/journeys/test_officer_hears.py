"""The officer's page for a screen reader: every change is said once, and nothing is said that has not changed.

The citizen is played by the services: one browser is enough.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

from onetrip.core import clock
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.cases import queries as case_queries
from onetrip.domain.cases import services as cases
from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.recordings import services as recordings
from onetrip.domain.recordings.models import Recording
from onetrip.domain.venues.models import Desk
from tests.calls import BY
from tests.faces.test_strangers import picture
from tests.journeys.conftest import People
from tests.journeys.errands import in_line
from tests.journeys.hearing import LISTEN, heard, hears
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.timeout(240)


class Wire:
    """The live connection of one page, which can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self.is_cut, self.open = False, list[WebSocketRoute]()
        page.route_web_socket("**/live**", self._opens)

    def _opens(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close(code=1011)
            return
        self.open.append(socket)
        socket.connect_to_server()

    def cut(self) -> None:
        self.is_cut = True
        for socket in self.open:
            socket.close(code=1011)

    def mend(self) -> None:
        self.is_cut = False


class PlayedCitizen:
    """A citizen without a window of their own, in line about something whose calls may be recorded."""

    def __init__(self) -> None:
        self.user: User = a_citizen(name="王芳")
        self.call = in_line(self.user, item="i46-licence-lost")
        # Ahead of the clock: no page of theirs reports.
        services.mark_seen(citizens=[self.call], at=clock.now() + timedelta(minutes=5))
        self.case = str(case_queries.cases_of(citizen_id=self.user.pk)[0].id)

    @property
    def now(self) -> dict[str, Any]:
        return {"by": BY, "at": clock.now()}

    def says(self, text: str) -> None:
        services.send_message(consultation_id=self.call, text=text, user_id=self.user.pk, **self.now)

    def answers(self, agrees: bool) -> None:
        asked = Recording.objects.get(consultation__public_id=self.call, state__in=("asked", "running"))
        recordings.answer(recording_id=asked.public_id, user_id=self.user.pk, agrees=agrees, **self.now)

    def sends_what_is_asked_for(self) -> None:
        asked = case_queries.still_asked_of(case_id=self.case)
        assert asked is not None
        whole, about = picture(), {"case_id": self.case, "still_id": asked["id"], "citizen_id": self.user.pk}
        digest = sha256(whole).hexdigest()
        cases.begin_still(size=len(whole), digest=digest, **about, **self.now)
        half = len(whole) // 2
        cases.add_to_still(offset=0, content=whole[:half], **about, **self.now)
        cases.add_to_still(offset=half, content=whole[half:], **about, **self.now)


def colleagues_desk(call: Consultation, **now: Any) -> int:
    """Another post that can take the call, with somebody at it."""
    assert call.post is not None
    able = Desk.objects.filter(kind="video", competences__contains=[call.competence])
    desk = able.exclude(pk=call.post.desk_id)[0]
    services.go_on_duty(desk_id=desk.pk, officer_id=a_staff_member(Role("officer")).pk, **now)
    services.mark_seen(posts=[desk.pk], at=clock.now() + timedelta(minutes=5))
    return desk.pk


def test_every_change_of_a_call_is_said_once(people: People) -> None:
    officer = people.officer("officer2")
    page = officer.page
    page.add_init_script(LISTEN)
    officer.go_on_duty(camera=False)
    officer.wait("document.documentElement.dataset.connection === 'online'")
    page.wait_for_timeout(1000)
    assert heard(page) == []

    citizen = PlayedCitizen()
    hears(page, "assertive", "有群众来电")
    officer.accept()
    hears(page, "polite", "通话已接通")
    officer.see(".chat .talk")  # what is there when the chat comes in is no news
    citizen.says("您好，听得到吗")
    hears(page, "polite", "听得到吗")
    guest, token = services.invite_family(
        consultation_id=citizen.call, name="女儿", citizen_id=citizen.user.pk, **citizen.now
    )
    services.join_as_family(token=token, user_id=a_citizen(name="女儿").pk, **citizen.now)
    hears(page, "polite", "女儿")
    services.send_away(guest_id=guest, user_id=citizen.user.pk, **citizen.now)
    hears(page, "polite", "已离开通话")

    officer.tap(".still-ask form[action$='/still/'] button")
    officer.see("[data-live-show='still.id']")
    citizen.sends_what_is_asked_for()
    hears(page, "polite", "1 张照片")
    officer.wait("document.querySelector('.htmx-request') === null")  # the list has come in anew
    officer.tap("[data-dialog=board]")
    officer.tap("[data-do=turn]")
    hears(page, "polite", "旋转 90 度")
    officer.tap("#board [data-close]")
    officer.judge("ok")
    hears(page, "polite", "已核对 1 /")

    officer.tap("form[action$='/post/recording/ask/'] button")
    hears(page, "polite", "等待答复")
    citizen.answers(True)
    officer.see(".recording-on")
    page.wait_for_timeout(2500)  # its clock goes on, and is not read out
    citizen.answers(False)
    hears(page, "polite", "最后一段")
    said = [text for _how, text in heard(page)]
    assert sum(text.startswith("录像") and "0:0" in text for text in said) == 1, said

    services.leave(consultation_id=citizen.call, citizen_id=citizen.user.pk, **citizen.now)
    hears(page, "polite", "通话已结束")
    officer.tap("form[action$='/post/next/'] button")
    hears(page, "polite", "可以接听下一位")
    # Besides, that the camera is off and the picture on its way, and that is all.
    assert len(heard(page)) == 15, heard(page)


def test_passing_on_and_a_lost_connection_are_said_once(people: People) -> None:
    officer = people.officer("officer2")
    page = officer.page
    page.add_init_script(LISTEN)
    wire = Wire(page)
    officer.go_on_duty(camera=False)
    citizen = PlayedCitizen()
    officer.accept()
    wire.cut()
    hears(page, "polite", "正在重新连接")
    wire.mend()
    officer.wait("document.documentElement.dataset.connection === 'online'")
    row = Consultation.objects.get(public_id=citizen.call)
    before = len(heard(page))
    services.transfer(
        consultation_id=citizen.call,
        officer_id=row.officer_id,
        desk_id=colleagues_desk(row, **citizen.now),
        **citizen.now,
    )
    hears(page, "polite", "可以接听下一位")
    # Besides, the words that the citizen is told, if the chat is still open, and that a picture was on its way.
    said = [text for _how, text in heard(page, but=before)]
    assert len([text for text in said if "画面" not in text and "已转给同事" not in text]) == 1, said
