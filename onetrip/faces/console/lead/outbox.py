"""A day's figures, and what reached nobody."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onetrip.core import clock
from onetrip.domain.notifications import queries as notifications
from onetrip.domain.notifications import services as notification_services
from onetrip.faces.console.money.window import then_back
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.city_day(clock.now())


@never_cache
@staff_required("read_audit")
@require_http_methods(["GET", "POST"])
def outbox(request: HttpRequest) -> HttpResponse:
    """Show a day's figures and what reached nobody; give a dead message another life."""
    if request.method == "POST":
        return then_back(request, lambda: _resend(request), reverse("console:outbox"))
    day = _day(request)
    context = {
        "day": day,
        "today": clock.city_day(clock.now()),
        "figures": notifications.figures_of(day),
        "dead": notifications.dead_letters(),
    }
    return render(request, "console/outbox/page.html", context)


def _resend(request: HttpRequest) -> None:
    notification_services.resend(
        public_id=request.POST.get("message", ""), by=actor_of(request), at=clock.now()
    )
    messages.success(request, _("It is on its way again."))
