"""Dashboard, drill-down, venues and people through the client."""

import json
import re
from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.domain.cases import services as cases
from tests.faces.console.conftest import actor
from tests.people import a_citizen, a_staff_member


def ended(town, outcome="done", reason=""):
    """Let a visit end at the officer's window."""
    person = a_citizen()
    case_id = town.case(person)
    cases.record_outcome(
        ticket_id=town.called(person), desk_id=town.window.pk, outcome=outcome, reason=reason,
        officer_id=town.officer.pk, by=actor(town.officer), at=clock.now(),
    )  # fmt: skip
    return case_id


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_empty_dashboard_says_so(town, language):
    browser = town.browser("supervisor")
    browser.cookies["onetrip_language"] = language
    page = browser.get("/console/insights/").content.decode()
    assert 'class="notice"' in page
    assert "chart-time" not in page
    assert ("暂无数据" in page) == (language == "zh-hans")


def test_figures_and_the_cases_behind_them(town):
    done, back = ended(town), ended(town, "returned", "system_down")
    browser = town.browser("lead")
    page = browser.get("/console/insights/")
    text = page.content.decode()
    assert (page.context["total"].one_trip, page.context["total"].finished) == (1, 2)
    chart = json.loads(re.search(r'id="chart-time"[^>]*>([^<]+)<', text).group(1))
    assert chart["series"][0]["values"] == [None]  # two errands are too few
    links = set(re.findall(r'href="(/console/insights/cases/\?[^"]+)"', text.replace("&amp;", "&")))
    assert len(links) >= 5
    for link in links:
        rows = browser.get(link)
        assert rows.status_code == 200
        found = re.findall(r"/console/cases/(\w+)/", rows.content.decode())
        assert found and set(found) <= {done, back}, link
        assert all(browser.get(f"/console/cases/{case}/").status_code == 200 for case in found)
    (reason,) = [link for link in links if "figure=returned" in link]
    assert re.findall(r"/console/cases/(\w+)/", browser.get(reason).content.decode()) == [back]


def test_a_lead_sees_no_other_venue(town):
    ended(town)
    other = a_staff_member_leading("hall-2")
    page = other.get("/console/insights/").content.decode()
    assert "50.0%" not in page and "100.0%" not in page
    assert "hall-1" not in page
    assert other.get("/console/insights/cases/?figure=finished.none&venue=hall-1").status_code == 404
    assert (
        "/console/cases/" not in other.get("/console/insights/cases/?figure=finished.none").content.decode()
    )


def a_staff_member_leading(code):
    from onetrip.domain.accounts.states import Role
    from tests.people import signed_in

    return signed_in(a_staff_member(Role("lead", code)))


@pytest.mark.parametrize(
    "query",
    [
        "first=x&last=y",
        "first=2026-13-01&last=2026-02-01",
        "first=2026-02-02&last=2026-02-01",
        "first=1900-01-01&last=2100-01-01",
    ],
)
def test_a_period_without_sense_falls_back_to_thirty_days(town, query):
    page = town.browser("supervisor").get(f"/console/insights/?{query}")
    assert page.context["period"].days == 30


def test_a_period_is_city_days(town):
    today = clock.city_day(clock.now())
    ended(town)
    browser = town.browser("supervisor")
    assert browser.get(f"/console/insights/?first={today}&last={today}").context["total"].finished == 1
    before = today - timedelta(days=1)
    assert browser.get(f"/console/insights/?first={before}&last={before}").context["total"].finished == 0


@pytest.mark.parametrize(
    "query", ["figure=nonsense", "figure=finished.day&key=x", "figure=calls&key=9999999999999"]
)
def test_unknown_figures_do_not_exist(town, query):
    assert town.browser("supervisor").get(f"/console/insights/cases/?{query}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(town, rows, django_assert_max_num_queries):
    from onetrip.domain.booking.models import Ticket
    from onetrip.domain.cases.models import Case, Visit

    ended(town)
    visit, ticket, case = Visit.objects.get(), Ticket.objects.get(), Case.objects.get()
    for number in range(rows - 1):
        case.pk = ticket.pk = visit.pk = None
        ticket.public_id, ticket.number, ticket.desk = f"T{number}", f"X{number}", None
        ticket.save()
        case.public_id, case.ticket, case.item_code = f"C{number}", None, f"i{number}"
        case.save()
        visit.case, visit.ticket = case, ticket
        visit.save()
    browser = town.browser("supervisor")
    with django_assert_max_num_queries(7):
        found = browser.get("/console/insights/cases/?figure=finished.none").content.decode()
    assert found.count("/console/cases/") == rows
    with django_assert_max_num_queries(26):
        assert browser.get("/console/insights/").status_code == 200


def test_a_lead_closes_a_day_and_opens_it_again(town):
    browser = town.browser("lead")
    day = clock.city_day(clock.now()) + timedelta(days=3)
    assert (
        browser.post("/console/venues/hall-1/close/", {"day": day, "reason": "停电检修"}).status_code == 302
    )
    assert "停电检修" in browser.get("/console/venues/hall-1/").content.decode()
    browser.post("/console/venues/hall-1/reopen/", {"day": day})
    assert "停电检修" not in browser.get("/console/venues/hall-1/").content.decode()
    assert browser.post("/console/venues/hall-1/close/", {"day": "soon", "reason": "x"}).status_code == 422
    for who in ("officer", "colleague", "editor"):
        assert town.browser(who).post("/console/venues/hall-1/close/", {"day": day}).status_code == 404


def test_the_roster_is_shown(town):
    page = town.browser("lead").get("/console/venues/hall-1/").content.decode()
    assert page.count("王警官") == 14
    assert "00:00–12:00" in page and "12:00–24:00" in page


def test_people_are_found_by_name(town):
    browser = town.browser("admin")
    assert "王警官" in browser.get("/console/people/?q=王").content.decode()
    assert "王警官" not in browser.get("/console/people/?q=赵").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_people_cost_the_same_for_one_and_for_thirty(town, rows, django_assert_max_num_queries):
    for number in range(rows):
        a_staff_member(name=f"同名{number}")
    browser = town.browser("admin")
    with django_assert_max_num_queries(6):
        found = browser.get("/console/people/?q=同名").content.decode()
    assert found.count("同名") >= rows


def test_home_shows_the_way(town):
    ways = {
        "officer": ("/console/post/", f"/console/window/{town.window.pk}/", "/console/hall/"),
        "lead": ("/console/insights/", "/console/venues/"),
        "admin": ("/console/people/",),
    }
    for role, links in ways.items():
        page = town.browser(role).get("/console/").content.decode()
        assert all(link in page for link in links), role
    assert "/console/people/" not in town.browser("officer").get("/console/").content.decode()
