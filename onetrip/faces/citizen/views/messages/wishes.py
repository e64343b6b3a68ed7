"""By which ways, in which order and in which hours somebody wants to be told; and their e-mail address."""

from collections.abc import Callable
from datetime import time

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, Refusal
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services as account_services
from onetrip.domain.notifications.states import OUTSIDE
from onetrip.faces.frame.gates import actor_of, citizen_required, person_id
from onetrip.faces.frame.headers import never_cache


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def wishes(request: HttpRequest) -> HttpResponse:
    """Show and take by which ways, in which order and in which hours messages are wanted."""
    if request.method == "POST":
        return _then_back(request, _set_wishes, _("Your choice is kept."))
    mine = accounts.message_wishes_of(person_id(request))
    places = [(place, mine.channels[place - 1] if place <= len(mine.channels) else "") for place in (1, 2, 3)]
    context = {"mine": mine, "places": places, "choices": [(one.value, one.label) for one in OUTSIDE]}
    return render(request, "citizen/message_wishes.html", context)


def _set_wishes(request: HttpRequest) -> None:
    chosen = [request.POST.get(f"place_{number}", "") for number in (1, 2, 3)]
    account_services.set_message_wish(
        user_id=person_id(request),
        channels=list(dict.fromkeys(one for one in chosen if one)),
        quiet_since=_hour(request, "quiet_since"),
        quiet_until=_hour(request, "quiet_until"),
        by=actor_of(request),
        at=clock.now(),
    )


def _hour(request: HttpRequest, name: str) -> time:
    try:
        return time.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise Invalid(field=name) from None


@require_POST
@citizen_required
def email(request: HttpRequest) -> HttpResponse:
    """Send a link to an address that was typed, or forget the one we have."""
    if request.POST.get("verb") == "forget":
        return _then_back(request, _forget_email, _("The address is forgotten."))
    return _then_back(request, _ask_email, _("We have sent a link to this address. Open it to confirm."))


def _forget_email(request: HttpRequest) -> None:
    account_services.forget_email(user_id=person_id(request), by=actor_of(request), at=clock.now())


def _ask_email(request: HttpRequest) -> None:
    if not settings.EMAIL_HOST:
        raise Invalid(field="email")
    page = f"{settings.PUBLIC_URL}{reverse('citizen:message_email_confirm', args=['X'])[:-1]}"
    account_services.ask_email(
        user_id=person_id(request),
        email=request.POST.get("email", ""),
        page=page,
        by=actor_of(request),
        at=clock.now(),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_required
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, because mail programs open links by themselves; then the address is confirmed."""
    if request.method == "GET":
        return render(request, "citizen/message_email.html")

    def confirm(request: HttpRequest) -> None:
        account_services.confirm_email(
            user_id=person_id(request), token=token, by=actor_of(request), at=clock.now()
        )

    return _then_back(request, confirm, _("Your e-mail address is confirmed."))


def _then_back(request: HttpRequest, act: Callable[[HttpRequest], None], done: str) -> HttpResponse:
    try:
        act(request)
    except Refusal as refusal:
        messages.error(request, refusal.text())
    else:
        messages.success(request, done)
    return redirect("citizen:message_wishes")
