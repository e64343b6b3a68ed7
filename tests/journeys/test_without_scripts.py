"""A browser without JavaScript: from the search to the booked visit, and a number at the door."""

import pytest

from onetrip.domain.booking.models import Appointment
from tests.browser import PHONE
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import People
from tests.journeys.errands import LICENCE
from tests.journeys.places import VENUE, a_place_today
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.timeout(180)


def test_from_search_to_booked_without_scripts(people: People) -> None:
    a_place_today()
    context = people.citizens.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(PATIENCE_S * 1000)
    people.stack.callback(context.close)
    citizen = Citizen(context.new_page(), people.city.url)
    page = citizen.page

    citizen.go("/")
    page.fill("#q", "驾驶证期满")
    page.click(".searchbox button")
    page.click(f"a[href='/items/{LICENCE}/']")
    page.click(".actions a.weui-btn_primary")
    page.click(".choices a:has-text('本人办理')")
    page.click(".actions [href*='then=book']")
    citizen.sign_in_by_phone("13900000078")
    page.click("form[action='/cases/'] button")
    page.click(f".offer a[href*='venue={VENUE}']")
    page.click(".slots button >> nth=0")
    page.fill("#id-name", "王芳")
    page.click("form[action$='/appointment/confirm'] button")
    page.click("a[href$='/pass']")
    code = page.inner_text(".pass-code").replace(" ", "")
    booked = Appointment.objects.get(arrival_code=code)
    assert booked.state == "booked"
    page.click("form[action$='/check-in'] button")
    assert page.inner_text(".ticket-number").strip()
    booked.refresh_from_db()
    assert booked.state == "checked_in"
