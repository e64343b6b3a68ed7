"""Who gets into which room: every role at every page; strangers, half-strangers and wrong ids."""

import pytest
from django.test import Client
from django.urls import reverse

from onetrip.core.audit import verify
from tests.faces.console.conftest import FETCH
from tests.people import open_door, signed_in

EVERYBODY = {"officer", "colleague", "lead", "supervisor", "editor", "admin"}
PAGES = {
    "/console/": EVERYBODY,
    "/console/post/": {"officer", "colleague", "lead"},
    "/console/post/conclusion/": set(),
    "/console/window/": {"officer", "colleague", "lead"},
    "/console/hall/": {"officer", "colleague", "lead"},
    "/console/hall/hall-1/": {"officer", "lead"},
    "/console/hall/hall-1/state/": {"officer", "lead"},
    "/console/hall/hall-1/arrivals/": {"officer", "lead"},
    "/console/hall/hall-1/items/?q=jsz": {"officer", "lead"},
    "/console/insights/": {"lead", "supervisor"},
    "/console/insights/?venue=hall-2": {"supervisor"},
    "/console/insights/cases/?figure=finished.none": {"lead", "supervisor"},
    "/console/venues/": {"lead", "supervisor"},
    "/console/venues/hall-1/": {"lead", "supervisor"},
    "/console/venues/hall-2/": {"supervisor"},
    "/console/people/": {"admin"},
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_each_role_at_each_page(town, path, language):
    for role in EVERYBODY:
        browser = town.browser(role)
        browser.cookies["onetrip_language"] = language
        found = browser.get(path, follow=True)
        expected = 200 if role in PAGES[path] else 404
        assert found.status_code == expected, (role, found.redirect_chain)


def test_a_stranger_and_half_a_stranger_are_sent_to_the_login(town):
    half = open_door(Client(), town.supervisor, second_factor=False)
    for browser in (Client(), signed_in(town.citizen), half):
        for path in PAGES:
            found = browser.get(path)
            assert found.status_code == 302, path
            assert found.url.startswith("/console/login/"), path
        assert browser.post("/console/post/accept/", **FETCH).status_code in (401, 403)


def test_the_window_of_a_colleague_does_not_exist(town):
    for name in ("window_desk", "window_now", "window_waiting"):
        path = reverse(f"console:{name}", args=[town.window.pk])
        assert town.browser("officer").get(path).status_code == 200
        assert town.browser("colleague").get(path).status_code == 404
    path = reverse("console:window_call_next", args=[town.window.pk])
    assert town.browser("colleague").post(path).status_code == 404
    # A video post is no window, and an unknown desk is none either.
    for desk_id in (town.post.pk, 10**6):
        assert town.browser("officer").get(reverse("console:window_desk", args=[desk_id])).status_code == 404


def test_who_may_look_at_a_case(town):
    case_id, _consultation = town.call()
    path = reverse("console:case", args=[case_id])
    seen = {role: town.browser(role).get(path).status_code for role in EVERYBODY}
    assert {role for role, status in seen.items() if status == 200} == {"officer", "lead", "supervisor"}
    assert set(seen.values()) == {200, 404}
    assert town.browser("supervisor").get("/console/cases/0000000000000000/").status_code == 404


def test_every_look_at_a_case_is_written_down(town):
    case_id = town.case()
    before = verify().entries
    town.browser("colleague").get(reverse("console:case", args=[case_id]))
    assert verify().entries == before
    town.browser("supervisor").get(reverse("console:case", args=[case_id]))
    assert verify().entries == before + 1
    assert verify().intact


def test_a_ticket_of_another_hall_does_not_exist(town):
    ticket_id = town.number()
    own = reverse("console:hall_ticket", args=["hall-1", ticket_id])
    assert town.browser("officer").get(own).status_code == 200
    foreign = reverse("console:hall_ticket", args=["hall-2", ticket_id])
    assert town.browser("colleague").get(foreign).status_code == 404


def test_nothing_is_done_by_a_link(town):
    from onetrip.faces.console.urls import urlpatterns

    acts = ("post_accept", "post_conclude", "window_call", "hall_check", "venue_close")
    doing = [path.name for path in urlpatterns if path.name and path.name.startswith(acts)]
    assert len(doing) == 5
    officer = town.browser("lead")
    for name in doing:
        arguments = (
            [town.window.pk] if name.startswith("window") else ["hall-1"] if "post" not in name else []
        )
        assert officer.get(reverse(f"console:{name}", args=arguments)).status_code == 405


def test_forms_carry_a_token(town):
    browser = signed_in(town.officer)
    browser.handler.enforce_csrf_checks = True
    assert browser.post("/console/post/on-duty/", {"desk": town.post.pk}).status_code == 403
