"""The whole errand with forms and links alone: no script runs in this test."""

import re
from html import unescape

from django.test import Client
from icalendar import Calendar

from onetrip.domain.booking.models import Appointment
from tests.domain.booking.conftest import Hall
from tests.faces.citizen.conftest import ITEM, tomorrow_at


class Browser:
    """Follows links and sends forms as they stand in the page."""

    def __init__(self) -> None:
        self.client = Client()
        self.page = ""
        self.address = ""

    def go(self, address: str) -> None:
        self._took(self.client.get(unescape(address), follow=True), address)

    def follow(self, pattern: str) -> None:
        """Follow the first link whose address matches."""
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', self.page)]
        found = next((link for link in links if re.search(pattern, link)), None)
        assert found, f"no link {pattern} in {self.address}"
        self.go(self.address.partition("?")[0] + found if found.startswith("?") else found)

    def send(self, action: str, **filled: str) -> None:
        """Send the first form whose action matches (an empty pattern: a form without one)."""
        forms = re.findall(r"<form([^>]*)>(.*?)</form>", self.page, re.DOTALL)
        for head, body in forms:
            target = re.search(r'action="([^"]*)"', head)
            if (target is None) != (action == "") or (target and not re.search(action, target[1])):
                continue
            if 'method="post"' not in head:
                continue
            fields = {}
            for tag in re.findall(r"<input[^>]*>", body):
                name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
                if name and "radio" not in tag:
                    fields[name[1]] = unescape(value[1]) if value else ""
            address = unescape(target[1]) if target else self.address
            self._took(self.client.post(address, {**fields, **filled}, follow=True), address)
            return
        raise AssertionError(f"no form {action} in {self.address}")

    def _took(self, answer, address: str) -> None:
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.content[:2000].decode()}"
        self.page = answer.content.decode()
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address


def test_from_search_to_a_booked_place(hall: Hall) -> None:
    browser = Browser()
    browser.go("/")
    browser.go("/search?q=驾驶证遗失补证")
    browser.follow(f"^/items/{ITEM}/$")
    browser.follow(f"/items/{ITEM}/(questions|checklist)")
    while "/questions" in browser.address:
        browser.follow(r"/questions\?.*a_|/checklist")
    assert "请带这些材料" in browser.page

    browser.follow("/cases/new.*then=book")
    assert "/login/" in browser.address
    browser.send("/login/", phone="13912340001")
    code = re.search(r"data-demo-code>(\d+)<", browser.page)
    assert code
    browser.send("/login/code/", code=code[1])
    assert f"/cases/new?item={ITEM}" in browser.address, "nothing chosen before is lost"
    browser.send("^/cases/$")
    browser.follow(r"^\?venue=hall-1")

    slot = re.search(r'name="slot" value="(\w+)"', browser.page)
    assert slot
    browser.send("", slot=slot[1])
    assert "号源为您保留到" in browser.page
    browser.send("/appointment/confirm", name="王芳")
    assert "预约成功" in browser.page

    appointment = Appointment.objects.get()
    assert appointment.state == "booked"
    assert appointment.slot.starts_at == tomorrow_at(9)
    assert appointment.arrival_code in browser.page

    case = re.search(r"/cases/(\w{16})/", browser.address)[1]
    browser.go("/cases/")
    assert f"/cases/{case}/" in browser.page
    browser.go(f"/cases/{case}/pass")
    assert appointment.arrival_code in browser.page
    assert "当天可以在这里签到" in browser.page
    events = Calendar.from_ical(browser.client.get(f"/cases/{case}/appointment.ics").content).walk("VEVENT")
    assert events[0].decoded("dtstart") == tomorrow_at(9)
    assert len(events[0].walk("VALARM")) == 2

    browser.go(f"/cases/{case}/book?venue=hall-1")
    second = re.findall(r'name="slot" value="(\w+)"', browser.page)[-1]
    browser.send("", slot=second)
    appointment.refresh_from_db()
    assert appointment.slot.starts_at == tomorrow_at(14)
    assert "预约时间已更改" in browser.page

    browser.go(f"/cases/{case}/appointment/cancel")
    browser.send("")
    appointment.refresh_from_db()
    assert appointment.state == "cancelled"
    browser.go(f"/cases/{case}/withdraw")
    browser.send("")
    assert "已结束" in browser.page


def test_somebody_was_faster(hall: Hall, me, case_id: str) -> None:
    from onetrip.domain.booking.models import Slot

    slot = Slot.objects.order_by("starts_at").first()
    day = slot.day.isoformat()
    Slot.objects.filter(pk=slot.pk).update(taken=slot.capacity)
    answer = me.client.post(
        f"/cases/{case_id}/book", {"slot": slot.public_id, "venue": "hall-1", "day": day}, follow=True
    )
    page = answer.content.decode()
    assert f"?venue=hall-1&day={day}&missed=" in answer.redirect_chain[-1][0], "back to the same day"
    assert "notice-error" in page
    assert f'value="{slot.public_id}"' not in page
