"""Staff sign in with password and second factor. Until both are right, nobody is signed in."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal, TooMany
from onetrip.domain.accounts import queries as account_queries
from onetrip.domain.accounts import services as accounts
from onetrip.faces.frame.gates import safe_next
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip
from onetrip.faces.frame.pages import apply_preferences
from onetrip.faces.frame.sessions import pending_of, set_pending, sign_in, sign_out


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password."""
    onward = safe_next(request, default="/console/")
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    username = request.POST.get("username", "")
    if request.method == "GET":
        return _login_page(request, username="", onward=onward)
    try:
        accepted = accounts.accept_password(
            username=username,
            password=request.POST.get("password", ""),
            ip=client_ip(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        return _login_page(request, username=username, onward=onward, refusal=refusal)
    set_pending(request, user_id=accepted.user_id, enrolled=accepted.enrolled)
    return HttpResponseRedirect(
        _address("console:second_factor" if accepted.enrolled else "console:enrol", onward)
    )


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator app, or a recovery code."""
    onward = safe_next(request, default="/console/")
    pending = pending_of(request)
    if pending is None:
        return HttpResponseRedirect(_address("console:login", onward))
    user_id, is_enrolled = pending
    if not is_enrolled:
        return HttpResponseRedirect(_address("console:enrol", onward))
    if request.method == "GET":
        return _second_factor_page(request, user_id=user_id, onward=onward)
    try:
        user = accounts.pass_second_factor(
            user_id=user_id, code=request.POST.get("code", ""), ip=client_ip(request), at=clock.now()
        )
    except Refusal as refusal:
        return _second_factor_page(request, user_id=user_id, onward=onward, refusal=refusal)
    sign_in(request, user)
    response = HttpResponseRedirect(onward)
    apply_preferences(request, response, user=user)
    return response


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator app at the first sign-in, and hand out the recovery codes."""
    onward = safe_next(request, default="/console/")
    pending = pending_of(request)
    if pending is None or pending[1]:
        return HttpResponseRedirect(_address("console:login", onward))
    user_id = pending[0]
    if request.method == "GET":
        return _enrol_page(request, user_id=user_id, onward=onward)
    try:
        user, codes = accounts.confirm_enrolment(
            user_id=user_id, code=request.POST.get("code", ""), ip=client_ip(request), at=clock.now()
        )
    except Refusal as refusal:
        return _enrol_page(request, user_id=user_id, onward=onward, refusal=refusal)
    sign_in(request, user)
    return render(request, "console/login_recovery.html", {"codes": codes, "next": onward})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out of the console."""
    sign_out(request)
    return HttpResponseRedirect(reverse("console:login"))


def _address(name: str, onward: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': onward})}"


def _login_page(
    request: HttpRequest, *, username: str, onward: str, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "username": username,
        "next": onward,
        "demo_logins": account_queries.demo_logins(at=clock.now()),
    }
    return _page(request, "console/login.html", context, refusal)


def _second_factor_page(
    request: HttpRequest, *, user_id: int, onward: str, refusal: Refusal | None = None
) -> HttpResponse:
    demo = account_queries.demo_code(user_id=user_id, at=clock.now())
    return _page(request, "console/login_second_factor.html", {"next": onward, "demo": demo}, refusal)


def _enrol_page(
    request: HttpRequest, *, user_id: int, onward: str, refusal: Refusal | None = None
) -> HttpResponse:
    enrolment = accounts.begin_enrolment(user_id=user_id)
    picture = segno.make(enrolment.uri, error="m").svg_data_uri(scale=5, light="white")
    context = {"next": onward, "secret": enrolment.secret, "picture": picture}
    return _page(request, "console/login_enrol.html", context, refusal)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal | None
) -> HttpResponse:
    response = render(request, template, {**context, "error": refusal.text() if refusal else ""})
    if refusal is not None:
        response.status_code = refusal.status
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after_s)
    return response


login_urls: list[URLPattern] = [
    path("login/", login, name="login"),
    path("login/second-factor/", second_factor, name="second_factor"),
    path("login/enrol/", enrol, name="enrol"),
    path("logout/", logout, name="logout"),
]
