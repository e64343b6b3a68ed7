"""The self check-in and the hall's screen, from the lead's page that sets them up to the number in the line."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from onetrip.core import clock
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Appointment, Ticket
from onetrip.domain.halls import queries as halls
from onetrip.domain.halls.models import Printer, Slip
from tests.faces.console import conftest as console
from tests.hours import in_the_morning
from tests.people import a_citizen, signed_in

__all__ = ["in_the_morning"]
pytestmark = pytest.mark.usefixtures("in_the_morning")
shipped, town = console.shipped, console.town
HALL, CHECK_IN, NUMBER = "/kiosk/hall/", "/kiosk/hall/check-in/", "/kiosk/hall/number/"


def set_up(town, kind, label="入口平板"):
    """The lead sets a machine up and opens its link there; return the machine's browser."""
    lead, browser = town.browser("lead"), Client()
    page = lead.post(reverse("console:hall_machine_add", args=["hall-1"]), {"kind": kind, "label": label})
    (address,) = set(re.findall(r'href="http://testserver(/kiosk/enrol/[^"]+)"', page.content.decode()))
    assert address not in lead.get(reverse("console:hall_machines", args=["hall-1"])).content.decode()
    assert browser.get(address).url == reverse("kiosk:start")
    return browser


@pytest.fixture
def tablet(town):
    return set_up(town, "tablet")


def the_number(answer) -> str:
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer.url.rstrip("/").rpartition("/")[2]


def test_checking_in_by_the_code_on_the_pass_by_phone_and_by_name(town, tablet):
    _case, code = town.booked()
    booked = Appointment.objects.select_related("slot").get()
    phone = town.citizen.phone
    first = the_number(tablet.post(CHECK_IN, {"by": "code", "arrival_code": f"{code[:4]} {code[4:]}"}))
    assert Ticket.objects.get().appointment_id == booked.pk
    by_phone = tablet.post(CHECK_IN, {"by": "phone", "phone": f"+86 {phone[:3]}-{phone[3:]}"})
    by_name = tablet.post(
        CHECK_IN, {"by": "name", "name": " 王 芳", "time": booked.slot.starts_at.isoformat()}
    )
    assert the_number(by_phone) == the_number(by_name) == first, "whoever comes back gets the same number"
    page = tablet.get(by_name.url).content.decode()
    assert Ticket.objects.get().number in page and "data:image/svg+xml" in page
    assert town.citizen.name not in page and phone not in page


def test_nobody_learns_who_is_booked(town, tablet):
    """A wrong number, a stranger's name, the right name at another time and nonsense get the same words."""
    town.booked()
    starts_at = Appointment.objects.select_related("slot").get().slot.starts_at.isoformat()
    other = a_citizen(name="赵六")
    wrong = (
        {"by": "code", "arrival_code": "00000000"},
        {"by": "phone", "phone": other.phone},
        {"by": "phone", "phone": "13000000000"},
        {"by": "name", "name": "赵六", "time": starts_at},
        {"by": "name", "name": "王芳", "time": clock.now().isoformat()},
        {"by": "name", "name": "王芳", "time": "gestern"},
        {"by": "name", "name": "", "time": starts_at},
    )
    said = set()
    for form in wrong:
        answer = tablet.post(CHECK_IN, form)
        assert answer.status_code == 404
        said.add(re.search(r'role="alert">(.*?)</p>', answer.content.decode(), re.DOTALL).group(1).strip())
    assert len(said) == 1
    assert not Ticket.objects.exists()
    assert tablet.post(CHECK_IN, {"by": "phone", "phone": "12"}).status_code == 422
    page = tablet.get(HALL + "?by=name").content.decode()
    assert town.citizen.name not in page


def test_two_of_the_same_name_at_the_same_time_go_to_the_reception(town, tablet):
    _case, _code = town.booked()
    booked = Appointment.objects.select_related("slot").get()
    booked.pk, booked.public_id, booked.citizen = None, "0" * 16, None
    booked.visitor_name, booked.channel = "王芳", "hall"
    booked.save()
    form = {"by": "name", "name": "王芳", "time": booked.slot.starts_at.isoformat()}
    assert tablet.post(CHECK_IN, form).status_code == 404


def test_trying_many_numbers_is_slowed_down(town, tablet):
    answers = [
        tablet.post(CHECK_IN, {"by": "phone", "phone": f"1300000{n:04d}"}).status_code for n in range(31)
    ]
    assert set(answers[:30]) == {404} and answers[30] == 429


def test_a_walk_in_gets_a_number_that_is_printed_or_shown(town, tablet):
    page = tablet.get(HALL + "?q=驾驶证").content.decode()
    items = re.findall(r'name="item" value="([^"]+)"', page)
    assert town.item_code in items
    ticket = the_number(tablet.post(NUMBER, {"item": town.item_code}))
    assert not Slip.objects.exists(), "no printer, nothing printed"
    lead = town.browser("lead")
    lead.post(reverse("console:hall_printer", args=["hall-1"]), {"host": "192.168.1.50", "port": "9100"})
    printed = the_number(tablet.post(NUMBER, {"item": town.item_code}))
    slip = Slip.objects.get()
    assert (slip.ticket, slip.state) == (printed, "queued")
    assert f"/tickets/{printed}/" in slip.text["address"] and slip.text["number"].startswith("D")
    assert any("预约" in line or "前面" in line for line in slip.text["lines"]), slip.text
    Printer.objects.update(failing_since=clock.now(), fault="no paper")
    shown = tablet.get(f"/kiosk/hall/numbers/{printed}/").content.decode()
    assert "打印机暂不可用" in shown and slip.text["number"] in shown
    assert Ticket.objects.filter(state="waiting").count() == 2 and ticket != printed


def test_the_printer_page_refuses_the_wide_world(town):
    lead = town.browser("lead")
    answer = lead.post(reverse("console:hall_printer", args=["hall-1"]), {"host": "8.8.8.8", "port": "80"})
    assert answer.status_code == 422 and not Printer.objects.exists()
    assert "内网地址" in answer.content.decode()


def test_the_screen_shows_the_code_that_lets_people_check_in_on_their_phones(town):
    case, _code = town.booked()
    citizen = signed_in(town.citizen)
    screen = set_up(town, "screen", "大厅屏")
    assert screen.get("/kiosk/").url == "/board/hall-1/"
    shown = screen.get("/kiosk/code/hall-1/").json()
    assert shown["code"] == halls.code_now(venue_code="hall-1", at=clock.now()).code
    assert shown["picture"].startswith("data:image/svg+xml") and 0 < shown["left_s"] <= 60
    assert screen.get("/kiosk/code/hall-2/").status_code == 404
    assert Client().get("/kiosk/code/hall-1/").status_code == 404
    # At home nothing happens, and the way to the code is shown.
    refused = citizen.post(reverse("citizen:check_in", args=[case]))
    assert refused.url == "/arrive/hall-1/" and not Ticket.objects.exists()
    page = citizen.get("/arrive/hall-1/").content.decode()
    assert 'name="h"' in page and "/check-in" not in page
    assert citizen.post("/arrive/hall-1/ticket", {"item": town.item_code}).url == "/arrive/hall-1/"
    assert not Ticket.objects.exists()
    wrong = f"{(int(shown['code']) + 1) % 10**6:06d}"
    assert "请重新输入" in citizen.get(f"/arrive/hall-1/?h={wrong}", follow=True).content.decode()
    done = citizen.get(f"/arrive/hall-1/?h={shown['code']}", follow=True).content.decode()
    assert "/check-in" in done and 'name="h"' not in done
    assert citizen.post(reverse("citizen:check_in", args=[case])).url.startswith("/tickets/")


def test_the_code_is_kept_while_somebody_signs_in(town):
    screen = set_up(town, "screen", "大厅屏")
    code = screen.get("/kiosk/code/hall-1/").json()["code"]
    phone = Client()
    assert phone.get(f"/arrive/hall-1/?h={code}").url == "/arrive/hall-1/"
    assert phone.post("/login/", {"phone": "13811112222", "next": "/arrive/hall-1/"}).status_code == 302
    sent = phone.get("/login/code/").content.decode()
    digits = re.search(r"data-demo-code[^>]*>\s*(\d{6})", sent).group(1)
    phone.post("/login/code/", {"code": digits, "next": "/arrive/hall-1/"})
    taken = phone.post("/arrive/hall-1/ticket", {"item": town.item_code})
    assert taken.url.startswith("/tickets/")


def test_guessing_the_hall_s_code_is_slowed_down(town):
    set_up(town, "screen", "大厅屏")
    stranger = Client()
    for number in range(120):
        stranger.get(f"/arrive/hall-1/?h={number:06d}")
    code = halls.code_now(venue_code="hall-1", at=clock.now()).code
    stranger.get(f"/arrive/hall-1/?h={code}")
    assert "present" not in stranger.session, "even the right one is not taken any more"


def test_the_board_leads_to_the_code_of_its_own_hall(town):
    page = Client().get("/board/hall-1/").content.decode()
    (address,) = re.findall(r'data-hall-code="([^"]+)"', page)
    assert address == "/kiosk/code/hall-1/"
    screen = set_up(town, "screen", "大厅屏")
    picture = screen.get(address).json()["picture"]
    assert len(picture) > 500
    arrive = f"/arrive/hall-1/?h={screen.get(address).json()['code']}"
    assert parse_qs(urlsplit(arrive).query)["h"][0].isdigit()


def test_the_reception_prints_once_more(town):
    lead = town.browser("lead")
    lead.post(reverse("console:hall_printer", args=["hall-1"]), {"host": "10.0.0.9", "port": "9100"})
    ticket = the_number(lead.post(reverse("console:hall_walk_in", args=["hall-1"]), {"item": town.item_code}))
    assert Slip.objects.get().ticket == ticket
    Slip.objects.update(state="printed")
    lead.post(reverse("console:hall_print", args=["hall-1", ticket]))
    assert Slip.objects.filter(ticket=ticket).count() == 2
    booking.call_next(desk_id=town.window.pk, by=console.SYSTEM, at=clock.now())
    assert lead.get(reverse("console:hall_ticket", args=["hall-1", ticket])).status_code == 200
