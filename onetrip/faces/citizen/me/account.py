"""My account: the number it is known by, the WeChat linked with it, and making a second account part of it: one of
another number, or one that a counter made by identity card.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from onetrip.core import clock
from onetrip.core.errors import NotFound, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.wechat import queries as wechat
from onetrip.faces.citizen.me.proofs import forget_proof, note_proof, proved
from onetrip.faces.citizen.me.wechat import is_inside
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache
from onetrip.faces.frame.network import client_ip

_PHONE = "merge_phone"


@never_cache
@require_GET
@citizen_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the number, the WeChat, and the way to join a second account."""
    own = accounts.account_card(person_id(request))
    context = {
        "phone": own.masked_phone,
        "by_card": own.by_card,
        "wechat_on": wechat.is_on(),
        "linked": accounts.has_wechat(person_id(request)),
        # Elsewhere WeChat would say: please open this page in WeChat. The sample city's answers everywhere.
        "can_link": is_inside(request) or settings.DEMO,
    }
    return render(request, "citizen/me/account.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def merge(request: HttpRequest) -> HttpResponse:
    """Ask for the number of the other account, and send a code to it."""
    phone = request.POST.get("phone", "")
    if request.method == "GET":
        return _page(request, "citizen/me/merge.html", {"phone": ""}, None)
    try:
        sent = services.send_phone_code(phone=phone, ip=client_ip(request), at=clock.now())
    except Refusal as refusal:
        return _page(request, "citizen/me/merge.html", {"phone": phone}, refusal)
    request.session[_PHONE] = {"phone": phone, "demo_code": sent.demo_code}
    return HttpResponseRedirect(reverse("citizen:merge_code"))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
@citizen_required
def merge_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code: who has it owns the other account."""
    waiting = request.session.get(_PHONE)
    if waiting is None:
        return HttpResponseRedirect(reverse("citizen:merge"))
    if request.method == "GET":
        return _page(request, "citizen/me/merge_code.html", waiting, None)
    try:
        other = services.prove_other_phone(
            user_id=person_id(request), phone=waiting["phone"], code=request.POST.get("code", ""),
            ip=client_ip(request), at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, "citizen/me/merge_code.html", waiting, refusal)
    request.session.pop(_PHONE, None)
    note_proof(request, other_id=other)
    return HttpResponseRedirect(reverse("citizen:merge_confirm"))


@never_cache
@sensitive_post_parameters("identity", "arrival_code")
@require_http_methods(["GET", "POST"])
@citizen_required
def card(request: HttpRequest) -> HttpResponse:
    """Ask for name, identity card and the paper of a counter: whoever has them owns what was booked there."""
    typed = {name: request.POST.get(name, "") for name in ("name", "identity", "arrival_code")}
    if request.method == "GET":
        return _page(request, "citizen/me/card.html", typed, None)
    try:
        other = case_services.prove_card(
            user_id=person_id(request), by=actor_of(request), at=clock.now(), **typed
        )
    except Refusal as refusal:
        return _page(request, "citizen/me/card.html", {**typed, "field": refusal.field}, refusal)
    note_proof(request, other_id=other)
    return HttpResponseRedirect(reverse("citizen:merge_confirm"))


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def merge_confirm(request: HttpRequest) -> HttpResponse:
    """Show what goes where, ask for consent, and make the two accounts one."""
    other = proved(request)
    if other is None:
        raise NotFound()
    own = person_id(request)
    context = {
        "kept": accounts.account_card(own),
        "given_up": accounts.account_card(other),
        "kept_count": len(cases.cases_of(citizen_id=own)),
        "given_up_count": len(cases.cases_of(citizen_id=other)),
    }
    if request.method == "GET":
        return _page(request, "citizen/me/merge_confirm.html", context, None)
    try:
        services.merge_citizens(
            kept_id=own, given_up_id=other, consent=request.POST.get("consent") == "yes", by=actor_of(request),
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, "citizen/me/merge_confirm.html", context, refusal)
    forget_proof(request)
    messages.success(request, _("The two accounts are one now."))
    return HttpResponseRedirect(reverse("citizen:cases"))


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal | None
) -> HttpResponse:
    response = render(request, template, {**context, "error": refusal.text() if refusal else ""})
    if refusal is not None:
        response.status_code = refusal.status
    return response
