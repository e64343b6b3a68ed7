"""Citizens sign in with a code sent to their phone, at the moment it is needed, and go on where they were."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Refusal, TooMany
from onetrip.domain.accounts import services as accounts
from onetrip.domain.wechat import queries as wechat
from onetrip.faces.citizen.me.wechat import after_phone, is_inside, should_ask
from onetrip.faces.frame.gates import citizen_required, safe_next, take_kept_form
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip
from onetrip.faces.frame.pages import apply_preferences
from onetrip.faces.frame.sessions import sign_in, sign_out

_LOGIN = "phone_login"


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number and send a code to it; the same again for another code."""
    onward = safe_next(request, default="/")
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    phone = request.POST.get("phone", "")
    if request.method == "GET" and should_ask(request):
        return HttpResponseRedirect(_address("citizen:wechat_begin", onward))
    if request.method == "GET":
        return _phone_page(request, phone="", onward=onward)
    try:
        sent = accounts.send_phone_code(phone=phone, ip=client_ip(request), at=clock.now())
    except Refusal as refusal:
        return _phone_page(request, phone=phone, onward=onward, refusal=refusal)
    request.session[_LOGIN] = {"phone": phone, "demo_code": sent.demo_code}
    return HttpResponseRedirect(_address("citizen:login_code", onward))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and sign in."""
    onward = safe_next(request, default="/")
    waiting = request.session.get(_LOGIN)
    if waiting is None:
        return HttpResponseRedirect(_address("citizen:login", onward))
    if request.method == "GET":
        return _code_page(request, waiting=waiting, onward=onward)
    try:
        user = accounts.sign_in_with_code(
            phone=waiting["phone"], code=request.POST.get("code", ""), ip=client_ip(request), at=clock.now()
        )
    except Refusal as refusal:
        return _code_page(request, waiting=waiting, onward=onward, refusal=refusal)
    sign_in(request, user)
    request.session.pop(_LOGIN, None)
    response = HttpResponseRedirect(after_phone(request, onward=onward))
    apply_preferences(request, response, user=user)
    return response


@never_cache
@require_GET
@citizen_required
def login_resume(request: HttpRequest) -> HttpResponse:
    """Show the form that was sent before signing in, filled in as it was: one tap sends it."""
    kept = take_kept_form(request)
    if kept is None:
        return HttpResponseRedirect("/")
    return render(request, "citizen/login_resume.html", {"kept": kept})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out of the citizens' door."""
    sign_out(request)
    return HttpResponseRedirect("/")


def _address(name: str, onward: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': onward})}"


def _phone_page(
    request: HttpRequest, *, phone: str, onward: str, refusal: Refusal | None = None
) -> HttpResponse:
    # Outside WeChat its page would only say: open this in WeChat. The sample city's answers in every browser.
    by_wechat = wechat.is_on() and (settings.DEMO or is_inside(request))
    context = {"phone": phone, "next": onward, "by_wechat": by_wechat}
    return _page(request, "citizen/login.html", context, refusal)


def _code_page(
    request: HttpRequest, *, waiting: dict[str, Any], onward: str, refusal: Refusal | None = None
) -> HttpResponse:
    return _page(request, "citizen/login_code.html", {**waiting, "next": onward}, refusal)


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
    path("login/code/", login_code, name="login_code"),
    path("login/resume/", login_resume, name="login_resume"),
    path("logout/", logout, name="logout"),
]
