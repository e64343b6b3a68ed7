"""Signing in inside WeChat, and linking a WeChat: WeChat says who it is, the phone stays the identity.

A state of our own stands in the session and in the address that WeChat leads back to: a link made elsewhere signs
nobody in. What WeChat said waits sealed in the session until the person has signed in by phone and agreed.
"""

import json
import secrets
import time
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onetrip.core import clock
from onetrip.core.crypto import seal, unseal
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services as account_services
from onetrip.domain.wechat import flows
from onetrip.domain.wechat import queries as wechat
from onetrip.domain.wechat.errors import LoginExpired
from onetrip.domain.wechat.views import WeChatPerson
from onetrip.faces.citizen.me.proofs import note_proof
from onetrip.faces.frame.gates import actor_of, citizen_required, limited, person_id, safe_next
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.pages import apply_preferences
from onetrip.faces.frame.sessions import sign_in

_STATES, _SAID = "wechat_states", "wechat_said"
_LIVES_S = 600
_PURPOSE = "citizen.wechat"


def is_inside(request: HttpRequest) -> bool:
    """Say whether the page was opened in WeChat's own browser."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def should_ask(request: HttpRequest) -> bool:
    """Say whether WeChat should be asked who it is before the phone is: inside it, once in a session."""
    return is_inside(request) and wechat.is_on() and _STATES not in request.session


@never_cache
@require_GET
@limited(name="wechat_login", limit=60, per_s=600)
def begin(request: HttpRequest) -> HttpResponse:
    """Go to WeChat and ask who it is: in silence to sign in or to pay (`quiet`), else with the person's agreement."""
    if not wechat.is_on():
        return HttpResponseRedirect(reverse("citizen:login"))
    state = secrets.token_urlsafe(24)
    waiting = {"next": safe_next(request, default="/"), "at": int(time.time())}
    states = {**request.session.get(_STATES, {}), state: waiting}
    request.session[_STATES] = dict(list(states.items())[-5:])
    back = request.build_absolute_uri(reverse("citizen:wechat_back"))
    with_name = request.user.is_authenticated and not request.GET.get("quiet")
    return HttpResponseRedirect(flows.login_address(back=back, state=state, with_name=with_name))


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Come back from WeChat: sign in whose WeChat is linked; let the others sign in by phone, and link it then."""
    try:
        onward = _taken_state(request)
        person = flows.who_is(code=request.GET.get("code", ""), at=clock.now())
    except Refusal as refusal:
        # Begun elsewhere, too late, or WeChat is silent: the phone signs in as always.
        messages.warning(request, refusal.text())
        return HttpResponseRedirect(reverse("citizen:login"))
    if request.user.is_authenticated:
        return _to_link(request, person, onward=onward)
    user = account_services.sign_in_with_wechat(openid=person.openid, unionid=person.unionid, at=clock.now())
    if user is None:
        _keep(request, person)
        return HttpResponseRedirect(f"{reverse('citizen:login')}?{urlencode({'next': onward})}")
    sign_in(request, user)
    response = HttpResponseRedirect(onward)
    apply_preferences(request, response, user=user)
    return response


def _taken_state(request: HttpRequest) -> str:
    """Return where to go on to, for a way that was begun in this session and is walked once. Raises LoginExpired."""
    states: dict[str, Any] = dict(request.session.get(_STATES, {}))
    waiting = states.pop(request.GET.get("state", ""), None)
    request.session[_STATES] = states
    if waiting is None or waiting["at"] < time.time() - _LIVES_S:
        raise LoginExpired()
    return str(waiting["next"])


def _to_link(request: HttpRequest, person: WeChatPerson, *, onward: str) -> HttpResponse:
    owner = accounts.whose_wechat(openid=person.openid, unionid=person.unionid)
    if owner is not None and owner != person_id(request):
        # It signs in to another account, which WeChat has just proved to be this person's too.
        note_proof(request, other_id=owner)
        return HttpResponseRedirect(reverse("citizen:merge_confirm"))
    _keep(request, person)
    return HttpResponseRedirect(f"{reverse('citizen:wechat_link')}?{urlencode({'next': onward})}")


def after_phone(request: HttpRequest, *, onward: str) -> str:
    """Return where to go after signing in by phone: past the question whether to link the WeChat that came along."""
    if _kept(request) is None or accounts.has_wechat(person_id(request)):
        return onward
    return f"{reverse('citizen:wechat_link')}?{urlencode({'next': onward})}"


@never_cache
@citizen_required
def link(request: HttpRequest) -> HttpResponse:
    """Ask whether this WeChat may sign in without a code from now on, and link it."""
    person, onward = _kept(request), safe_next(request, default=reverse("citizen:account"))
    if person is None:
        messages.warning(request, LoginExpired().text())
        return HttpResponseRedirect(reverse("citizen:account"))
    if request.method != "POST":
        masked = accounts.account_card(person_id(request)).masked_phone
        return render(request, "citizen/me/link.html", {"phone": masked, "next": onward})
    request.session.pop(_SAID, None)
    account_services.bind_wechat(
        user_id=person_id(request), openid=person.openid, unionid=person.unionid, by=actor_of(request),
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Your WeChat is linked: it signs you in without a code."))
    return HttpResponseRedirect(onward)


@require_POST
@citizen_required
def unlink(request: HttpRequest) -> HttpResponse:
    """Unlink the WeChat; the phone signs in as before."""
    account_services.unbind_wechat(user_id=person_id(request), by=actor_of(request), at=clock.now())
    messages.success(request, _("Your WeChat is unlinked."))
    return HttpResponseRedirect(reverse("citizen:account"))


@never_cache
@require_GET
@limited(name="wechat_setup", limit=120, per_s=60)
def setup(request: HttpRequest) -> JsonResponse:
    """Return what `wx.config` needs for a page of ours. Raises NotFound where there is no account, or no such page."""
    url = request.GET.get("url", "")
    ours = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) and "://" in url
    if not ours or not wechat.is_on():
        raise NotFound()
    made = flows.page_setup(url=url, at=clock.now())
    return JsonResponse(
        {"appId": made.appid, "timestamp": made.stamp, "nonceStr": made.nonce, "signature": made.signature}
    )


def _keep(request: HttpRequest, person: WeChatPerson) -> None:
    said = json.dumps([person.openid, person.unionid, int(time.time())]).encode()
    request.session[_SAID] = b64encode(seal(said, purpose=_PURPOSE)).decode()


def _kept(request: HttpRequest) -> WeChatPerson | None:
    try:
        said = unseal(b64decode(request.session.get(_SAID, "")), purpose=_PURPOSE)
    except (InvalidTag, ValueError):
        return None
    openid, unionid, at = json.loads(said)
    return WeChatPerson(openid, unionid) if at > time.time() - _LIVES_S else None
