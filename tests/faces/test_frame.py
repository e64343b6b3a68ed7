"""The frame: doors, gates, refusals as HTTP, preferences, headers, and what a page costs in queries."""

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.session_store import SessionStore
from onetrip.domain.accounts import jobs, rules, services
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import DEMO_PASSWORD, Role
from onetrip.domain.notifications import flows
from onetrip.faces.frame import sessions
from onetrip.faces.frame.network import client_ip
from tests.people import a_citizen, a_staff_member, open_door, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.faces.frame_urls")]
Queries = Callable[[int], Any]
LEAD = Role("lead", "v1")


# --- doors -----------------------------------------------------------------------------------------------------


def test_one_browser_holds_a_citizen_and_an_officer() -> None:
    citizen, officer = a_citizen(), a_staff_member(LEAD)
    browser = open_door(open_door(Client(), citizen), officer)
    assert browser.get("/mine/").content.startswith(citizen.public_id.encode())
    assert browser.get("/console/").content.startswith(officer.public_id.encode())
    browser.post("/console/logout/")
    assert browser.get("/console/").status_code == 302
    assert browser.get("/mine/").status_code == 200


@pytest.mark.parametrize("second_factor", [True, False])
def test_a_citizens_session_opens_no_staff_door(second_factor: bool) -> None:
    browser = open_door(Client(), a_citizen(), door=sessions.STAFF, second_factor=second_factor)
    assert browser.get("/console/").status_code == 302


def test_a_staff_session_opens_no_citizens_door() -> None:
    browser = open_door(Client(), a_staff_member(LEAD), door=sessions.CITIZEN)
    assert browser.get("/mine/").status_code == 302


def test_a_staff_session_key_carried_to_the_other_cookie_opens_nothing() -> None:
    browser = signed_in(a_staff_member(LEAD))
    browser.cookies["onetrip_citizen"] = browser.cookies["onetrip_staff"].value
    assert browser.get("/mine/").status_code == 302


def test_staff_without_second_factor_are_nobody() -> None:
    browser = open_door(Client(), a_staff_member(LEAD), second_factor=False)
    assert browser.get("/console/").status_code == 302


def test_closing_an_account_ends_its_sessions() -> None:

    officer = a_staff_member(LEAD)
    browser = signed_in(officer)
    assert browser.get("/console/").status_code == 200
    services.close_account(user_id=officer.pk, by=Actor.system("tests"), at=clock.now())
    assert browser.get("/console/").status_code == 302


def test_a_new_password_ends_the_sessions() -> None:

    officer = a_staff_member(LEAD)
    browser = signed_in(officer)
    services.set_password(user_id=officer.pk, password="another", by=Actor.system("tests"), at=clock.now())
    assert browser.get("/console/").status_code == 302


def test_staff_cookie_is_strict_and_stays_below_console() -> None:
    browser, officer = Client(), a_staff_member(LEAD, username="li")
    response = _staff_login(browser, officer)
    cookie = response.cookies["onetrip_staff"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/console", "Strict", True)
    assert cookie["max-age"] == timedelta(hours=12).total_seconds()
    assert "onetrip_citizen" not in browser.cookies


def test_a_silent_staff_session_ends_and_a_used_one_goes_on() -> None:
    browser = signed_in(a_staff_member(LEAD))
    response = browser.get("/console/")  # the first look breaks the silence
    assert response.cookies["onetrip_staff"]["max-age"] == 12 * 3600
    assert "onetrip_staff" not in browser.get("/console/").cookies  # but not every look writes

    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert browser.get("/console/").status_code == 302


def test_web_sockets_know_the_same_doors() -> None:
    citizen, officer = a_citizen(), a_staff_member(LEAD)
    browser = open_door(open_door(Client(), citizen), officer)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = [(b"host", b"x"), (b"cookie", cookies.encode())]
    assert sessions.user_of_scope({"path": "/live", "headers": headers}).pk == citizen.pk
    assert sessions.user_of_scope({"path": "/console/live", "headers": headers}).pk == officer.pk
    half = open_door(Client(), officer, second_factor=False).cookies["onetrip_staff"].value.encode()
    for path, cookie in [
        ("/live", b""),
        ("/console/live", b"onetrip_staff=nonsense"),
        ("/live", b"=;;\xff\x00"),
    ]:
        assert sessions.user_of_scope({"path": path, "headers": [(b"cookie", cookie)]}) is None
    assert (
        sessions.user_of_scope({"path": "/console/live", "headers": [(b"cookie", b"onetrip_staff=" + half)]})
        is None
    )
    assert sessions.user_of_scope({"path": "/live", "headers": []}) is None


def test_ended_sessions_are_forgotten() -> None:
    browser = signed_in(a_citizen())
    signed_in(a_staff_member(LEAD))
    Session.objects.filter(pk=browser.cookies["onetrip_citizen"].value).update(
        expire_date=clock.now() - timedelta(seconds=1)
    )
    jobs.forget_ended_sessions.func(0)
    assert Session.objects.count() == 1


# --- what a page costs -------------------------------------------------------------------------------------------


def test_a_stranger_costs_no_query_and_no_session(django_assert_num_queries: Queries) -> None:
    browser = Client()
    with django_assert_num_queries(0):
        response = browser.get("/plain/")
    assert response.status_code == 200 and not response.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["/mine/", "/console/", "/console/venue/v1/"])
def test_a_person_costs_two_queries(path: str, django_assert_num_queries: Queries) -> None:
    browser = open_door(open_door(Client(), a_citizen()), a_staff_member(LEAD, Role("officer", "v1")))
    browser.get(path)
    with django_assert_num_queries(2):
        assert browser.get(path).status_code == 200


# --- gates -------------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_the_login_and_back() -> None:
    assert Client().get("/mine/?a=1").url == "/login/?next=%2Fmine%2F%3Fa%3D1"
    assert Client().get("/console/venue/v1/").url == "/console/login/?next=%2Fconsole%2Fvenue%2Fv1%2F"


@pytest.mark.parametrize("path", ["/mine/", "/console/"])
def test_scripts_get_401(path: str) -> None:
    answer = Client().get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "login_needed")
    part = Client().get(
        path, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}?a=1"}
    )
    assert part.status_code == 401
    assert part["HX-Redirect"].endswith("a%3D1")


def test_half_way_staff_are_sent_to_the_second_factor() -> None:
    browser = Client()
    a_staff_member(LEAD, username="li")
    _password(browser, "li")
    assert browser.get("/console/").url.startswith("/console/login/second-factor/")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (LEAD, "/console/venue/v1/", 200),
        (LEAD, "/console/venue/v2/", 404),
        (LEAD, "/console/catalog/", 404),
        (Role("editor"), "/console/catalog/", 200),
        (Role("editor"), "/console/venue/v1/", 404),
        (Role("supervisor"), "/console/venue/v2/", 200),
    ],
)
def test_what_is_not_theirs_does_not_exist(role: Role, path: str, status: int) -> None:
    assert signed_in(a_staff_member(role)).get(path).status_code == status


def test_a_page_may_be_limited_by_address() -> None:
    statuses = [Client().get("/scarce/", REMOTE_ADDR="10.1.1.1").status_code for _time in range(3)]
    assert statuses == [200, 200, 429]
    assert Client().get("/scarce/", REMOTE_ADDR="10.1.1.2").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.8", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: int, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_ip(request) == expected


# --- refusals as HTTP --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"), [("missing", 404), ("forbidden", 403), ("taken", 409), ("typed", 422), ("often", 429)]
)
@pytest.mark.parametrize("prefix", ["", "/console"])
def test_a_refusal_is_a_page_a_part_or_json(kind: str, status: int, prefix: str) -> None:
    path = f"{prefix}/refuse/{kind}/"
    page = Client().get(path)
    part = Client().get(path, headers={"HX-Request": "true"})
    answer = Client().get(path, headers={"Accept": "application/json"})
    assert [page.status_code, part.status_code, answer.status_code] == [status] * 3
    code = answer.json()["code"]
    assert f'data-refusal="{code}"' in page.content.decode() and "<html" in page.content.decode()
    assert f'data-refusal="{code}"' in part.content.decode() and "<html" not in part.content.decode()
    assert answer.json()["message"] in page.content.decode()
    assert (page.get("Retry-After") == "60") is (status == 429)


def test_a_refusal_names_the_field_and_speaks_the_language() -> None:
    english = (
        Client().get("/refuse/typed/", headers={"Accept": "application/json", "Accept-Language": "en"}).json()
    )
    chinese = Client().get("/refuse/typed/", headers={"Accept": "application/json"}).json()
    assert english == {"code": "age_invalid", "message": "We could not find this.", "field": "age"}
    assert chinese == {"code": "age_invalid", "message": "没有找到您要的内容。", "field": "age"}


def test_an_unknown_address_is_a_friendly_page() -> None:
    response = Client().get("/no/such/page")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()
    assert Client().get("/no/such", headers={"Accept": "application/json"}).json()["code"] == "not_found"


def test_a_bug_is_an_apology_in_both_languages() -> None:
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert (
        "服务出了点问题" in response.content.decode() and "Something went wrong" in response.content.decode()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"HTTP_ACCEPT": "application/json"}])
def test_a_database_that_is_away_while_the_session_is_read_is_a_503(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session is asked before any page is, for the token of its forms: that is no fault of the page."""
    browser = signed_in(a_citizen())
    browser.raise_request_exception = False

    def away(_store: object) -> None:
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(SessionStore, "load", away)
    response = browser.get("/cases/", **headers)
    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_a_database_that_does_not_answer_in_time_is_a_503() -> None:
    response = Client().get("/slow/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "系统繁忙" in response.content.decode()


def test_a_bad_host_is_a_400_page() -> None:
    response = Client().get("/plain/", HTTP_HOST="evil.example")
    assert response.status_code == 400


def test_forms_without_token_are_refused_with_words() -> None:
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/login/", {"phone": "13800138000"})
    assert response.status_code == 403
    assert "页面打开时间太长" in response.content.decode()
    assert (
        browser.post("/console/login/", {}, headers={"Accept": "application/json"}).json()["code"]
        == "page_too_old"
    )


# --- preferences -------------------------------------------------------------------------------------------------


def test_a_stranger_switches_language_and_text_size_without_a_session() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert 'lang="zh-Hans"' in browser.get("/plain/").content.decode()
    response = browser.post(
        "/preferences", {"language": "en", "next": "/plain/"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert response.url == "/plain/"
    browser.post("/preferences", {"text": "large"}, headers={"Origin": "http://testserver"})
    page = browser.get("/plain/").content.decode()
    assert 'lang="en"' in page and re.search(r'class="[^"]*large-text', page)
    assert not Session.objects.exists()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_other_sites_cannot_switch(headers: dict[str, str]) -> None:
    response = Client().post("/preferences", {"language": "en"}, headers=headers)
    assert response.status_code == 403 and not response.cookies


@pytest.mark.parametrize(
    "wish", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/console/"]
)
def test_switching_leads_nowhere_else(wish: str) -> None:
    assert Client().post("/preferences", {"text": "large", "next": wish}).url == "/"


def test_preferences_follow_the_person_to_the_next_device() -> None:
    citizen = a_citizen(phone="13800138000")
    signed_in(citizen).post("/preferences", {"language": "en"})
    signed_in(citizen).post("/preferences", {"text": "large"})
    citizen.refresh_from_db()
    assert (citizen.language, citizen.large_text) == ("en", True)
    other = Client()
    _phone_login(other, "13800138000")
    assert other.cookies["onetrip_language"].value == "en"
    assert other.cookies["onetrip_text"].value == "large"


def test_a_language_we_do_not_speak_is_ignored() -> None:
    assert not Client().post("/preferences", {"language": "tlh"}).cookies


# --- headers, health ---------------------------------------------------------------------------------------------


def test_pages_carry_their_armour() -> None:
    response = Client().get("/plain/")
    policy = response["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert "camera=(self)" in response["Permissions-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@override_settings(SECURE_HSTS_SECONDS=60)
def test_https_is_remembered_only_over_https() -> None:
    assert "Strict-Transport-Security" not in Client().get("/plain/")
    assert Client().get("/plain/", secure=True)["Strict-Transport-Security"] == "max-age=60"


def test_cookies_are_secure_over_https() -> None:
    response = Client().get("/login/", secure=True)
    assert response.cookies["onetrip_citizen"]["secure"]


@pytest.mark.parametrize("path", ["/plain/", "/login/", "/console/login/", "/styleguide", "/demo/texts"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_hold_no_inline_script_or_style(path: str, language: str) -> None:
    page = Client().get(path, headers={"Accept-Language": language}).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_health_tells_the_engines_apart() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"database": True, "valkey": True})
    with override_settings(VALKEY_URL="redis://127.0.0.1:1/0"):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (503, {"database": True, "valkey": False})


@override_settings(DEMO=False)
@pytest.mark.parametrize("path", ["/demo/texts", "/styleguide"])
def test_production_has_no_demo_pages(path: str) -> None:
    assert Client().get(path).status_code == 404


# --- the two logins, through the pages ---------------------------------------------------------------------------


def _phone_login(browser: Client, phone: str, onward: str = "/mine/") -> Any:
    browser.post("/login/", {"phone": phone, "next": onward})
    page = browser.get("/login/code/").content.decode()
    code = re.search(r"data-demo-code>(\d{6})<", page)
    assert code
    return browser.post("/login/code/", {"code": code.group(1), "next": onward})


def _password(browser: Client, username: str, password: str | None = None) -> Any:

    return browser.post("/console/login/", {"username": username, "password": password or DEMO_PASSWORD})


def _staff_login(browser: Client, officer: User) -> Any:
    _password(browser, str(officer.username))
    code = re.search(
        r"data-demo-code>(\d{6})<", browser.get("/console/login/second-factor/").content.decode()
    )
    assert code
    return browser.post("/console/login/second-factor/", {"code": code.group(1)})


def test_citizen_signs_in_by_the_pages() -> None:
    browser = Client()
    assert _phone_login(browser, "138 0013 8000").url == "/mine/"
    assert browser.get("/mine/").content.startswith(User.objects.get().public_id.encode())
    assert browser.get("/login/?next=/mine/").url == "/mine/"
    browser.post("/logout/")
    assert browser.get("/mine/").status_code == 302


def test_signing_in_changes_the_session_key_and_keeps_what_was_typed() -> None:
    browser = Client()
    browser.get("/login/")
    before = browser.cookies["onetrip_citizen"].value
    store = sessions.session_of({"onetrip_citizen": before}, sessions.CITIZEN)
    store["answers"] = {"first": "yes"}
    store.save()
    _phone_login(browser, "13800138000")
    after = browser.cookies["onetrip_citizen"].value
    assert after != before
    assert sessions.session_of({"onetrip_citizen": after}, sessions.CITIZEN)["answers"] == {"first": "yes"}


def test_a_form_sent_too_early_is_kept() -> None:
    browser = Client()
    response = browser.post("/mine/?step=2", {"place": "金水路", "tick": ["a", "b"]})
    assert response.url == "/login/?next=%2Flogin%2Fresume%2F"
    _phone_login(browser, "13800138000", onward="/login/resume/")
    page = browser.get("/login/resume/").content.decode()
    assert 'action="/mine/?step=2"' in page
    assert re.findall(r'name="(place|tick)" value="([^"]*)"', page) == [
        ("place", "金水路"),
        ("tick", "a"),
        ("tick", "b"),
    ]
    assert browser.get("/login/resume/").url == "/"


def test_wrong_entries_are_shown_at_the_field_and_kept() -> None:
    browser = Client()
    response = browser.post("/login/", {"phone": "12345"})
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        'value="12345"' in page
        and 'aria-invalid="true"' in page
        and "请输入以 1 开头的 11 位手机号码。" in page
    )
    browser.post("/login/", {"phone": "13800138000"})
    response = browser.post("/login/code/", {"code": "abc"})
    assert response.status_code == 422 and "验证码不对或已过期" in response.content.decode()
    again = browser.post("/login/", {"phone": "13800138000"})
    assert again.status_code == 429 and int(again["Retry-After"]) <= 60


@override_settings(DEMO=False)
def test_production_shows_no_codes_and_no_accounts() -> None:
    browser = Client()
    browser.post("/login/", {"phone": "13800138000"})
    assert "data-demo-code" not in browser.get("/login/code/").content.decode()
    a_staff_member(LEAD, username="li")
    page = Client().get("/console/login/").content.decode()
    assert "li" not in re.findall(r"<td[^>]*>([^<]*)<", page) and "demo-only" not in page


def test_staff_sign_in_by_the_pages() -> None:
    browser, officer = Client(), a_staff_member(LEAD, username="li")
    assert 'data-demo-login="li"' in browser.get("/console/login/").content.decode()
    wrong = _password(browser, "li", "guess")
    assert wrong.status_code == 422 and "用户名或密码不对" in wrong.content.decode()
    assert _password(browser, "li").url.startswith("/console/login/second-factor/")
    wrong = browser.post("/console/login/second-factor/", {"code": "12345x"})
    assert wrong.status_code == 422 and browser.get("/console/").status_code == 302
    assert _staff_login(browser, officer).url == "/console/"
    assert browser.get("/console/").content.startswith(officer.public_id.encode())


def test_a_locked_login_says_for_how_long() -> None:
    a_staff_member(LEAD, username="li")
    for _attempt in range(10):
        _password(Client(), "li", "guess")
    response = _password(Client(), "li")
    assert response.status_code == 429 and "15 分钟" in response.content.decode()
    assert 0 < int(response["Retry-After"]) <= 900


def test_the_second_factor_cannot_be_reached_without_the_password() -> None:
    a_staff_member(LEAD, username="li")
    for path in ("/console/login/second-factor/", "/console/login/enrol/"):
        assert Client().get(path).url.startswith("/console/login/?")
        assert Client().post(path, {"code": "123456"}).url.startswith("/console/login/?")


def test_first_sign_in_enrols_with_a_qr_code_and_recovery_codes() -> None:
    with override_settings(DEMO=False):
        officer = a_staff_member(LEAD, username="li")
    browser = Client()
    assert _password(browser, "li").url.startswith("/console/login/enrol/")
    assert browser.get("/console/login/second-factor/").url.startswith("/console/login/enrol/")
    page = browser.get("/console/login/enrol/").content.decode()
    assert "data:image/svg+xml" in page
    secret = re.search(r"data-secret>([A-Z2-7]+)<", page)
    assert secret and browser.get("/console/").status_code == 302

    code = rules.totp_code(secret=secret.group(1), step=int(time.time()) // rules.STEP_S)
    done = browser.post("/console/login/enrol/", {"code": code})
    papers = re.findall(r"data-recovery-code>([^<]+)<", done.content.decode())
    assert len(papers) == rules.RECOVERY_CODES and "no-store" in done["Cache-Control"]
    assert browser.get("/console/").content.startswith(officer.public_id.encode())
    other = Client()
    _password(other, "li")
    assert other.post("/console/login/second-factor/", {"code": papers[0]}).url == "/console/"


def test_next_leads_only_behind_the_same_door() -> None:
    browser, officer = Client(), a_staff_member(LEAD, username="li")
    _staff_login(browser, officer)
    for wish, onward in [
        ("/console/catalog/", "/console/catalog/"),
        ("/mine/", "/console/"),
        ("//evil.example", "/console/"),
    ]:
        assert browser.get("/console/login/", {"next": wish}).url == onward


def test_the_demo_phone_page_shows_what_was_sent() -> None:

    Client().post("/login/", {"phone": "13800138000"})
    assert flows.deliver_due(now=clock.now) == 1
    page = Client().get("/demo/texts").content.decode()
    assert "13800138000" in page and "【就跑一次】" in page


def test_json_refusals_are_utf8() -> None:
    answer = Client().get("/refuse/missing/", headers={"Accept": "application/json"})
    assert json.loads(answer.content)["field"] is None


def test_a_form_token_is_masked_anew_and_read_by_django() -> None:
    from django.middleware.csrf import _does_token_match, _get_new_csrf_string
    from django.test import RequestFactory

    from onetrip.faces.frame.drawing.context import form_token

    request = RequestFactory().get("/")
    first = form_token(request)  # a stranger's first form
    assert _does_token_match(first, request.META["CSRF_COOKIE"])
    request.META["CSRF_COOKIE"] = secret = _get_new_csrf_string()
    tokens = {form_token(request) for _number in range(50)}
    assert len(tokens) == 50
    assert all(_does_token_match(token, secret) for token in tokens)
