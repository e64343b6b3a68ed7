"""What an officer does at the post. Each is one use case; the live document shows the outcome."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from onetrip.core import clock
from onetrip.core.errors import Invalid, NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.consultations import services
from onetrip.faces.console.access import own_desk, person
from onetrip.faces.console.post.desk import present_post
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.ice import take_quality

Act = Callable[[HttpRequest, dict[str, Any]], object]


def action(act: Act) -> Callable[..., HttpResponseBase]:
    """Make a view of an action: who and when are added, and the answer leads back to the page."""

    @staff_required("take_calls")
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        act(request, {"by": actor_of(request), "at": clock.now()})
        return HttpResponseRedirect(reverse("console:post"))

    return view


def officer_of(request: HttpRequest) -> int:
    return int(person(request).pk)


def consultation_named(request: HttpRequest) -> str:
    """Return the consultation a form names; one that stays in the page across calls means the present one."""
    named = request.POST.get("consultation")
    if named is not None:
        return named
    post = present_post(request)
    return (post.consultation_id if post else None) or ""


def case_at_hand(request: HttpRequest) -> str:
    """Return the case that the consultation is about. Raises NotFound."""
    case_id = cases.case_of_consultation(consultation_id=consultation_named(request))
    if case_id is None:
        raise NotFound()
    return case_id


@action
def go_on_duty(request: HttpRequest, now: dict[str, Any]) -> None:
    desk_id = request.POST.get("desk", "")
    desk = own_desk(request, int(desk_id) if desk_id.isdecimal() else 0, "video")
    services.go_on_duty(desk_id=desk.id, officer_id=officer_of(request), **now)


@action
def pause(request: HttpRequest, now: dict[str, Any]) -> None:
    services.pause(officer_id=officer_of(request), reason=request.POST.get("reason", ""), **now)


@action
def resume(request: HttpRequest, now: dict[str, Any]) -> None:
    services.resume(officer_id=officer_of(request), **now)


@action
def go_off_duty(request: HttpRequest, now: dict[str, Any]) -> None:
    services.go_off_duty(officer_id=officer_of(request), **now)


@action
def accept(request: HttpRequest, now: dict[str, Any]) -> None:
    services.accept(consultation_id=consultation_named(request), officer_id=officer_of(request), **now)


@action
def pass_on(request: HttpRequest, now: dict[str, Any]) -> None:
    services.pass_on(consultation_id=consultation_named(request), officer_id=officer_of(request), **now)


@action
def take(request: HttpRequest, now: dict[str, Any]) -> None:
    services.take_from_line(
        consultation_id=consultation_named(request), officer_id=officer_of(request), **now
    )


@action
def send_message(request: HttpRequest, now: dict[str, Any]) -> None:
    text = request.POST.get("quick") or request.POST.get("text", "")
    services.send_message(
        consultation_id=consultation_named(request), text=text, user_id=officer_of(request), **now
    )


@action
def send_photo(request: HttpRequest, now: dict[str, Any]) -> None:
    upload = request.FILES.get("photo")
    if upload is None:
        raise Invalid(field="photo")
    services.send_photo(
        consultation_id=consultation_named(request), upload=upload.read(), user_id=officer_of(request), **now
    )


@action
def give_verdict(request: HttpRequest, now: dict[str, Any]) -> None:
    case_services.give_verdict(
        case_id=case_at_hand(request),
        material=request.POST.get("material", ""),
        verdict=request.POST.get("verdict", ""),
        reason=request.POST.get("quick") or request.POST.get("reason", ""),
        officer_id=officer_of(request),
        **now,
    )


@action
def conclude(request: HttpRequest, now: dict[str, Any]) -> None:
    services.conclude(
        consultation_id=consultation_named(request),
        officer_id=officer_of(request),
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
        **now,
    )


@action
def finish_wrap_up(request: HttpRequest, now: dict[str, Any]) -> None:
    services.finish_wrap_up(officer_id=officer_of(request), **now)


@staff_required("take_calls")
@require_POST
def quality(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Take what this page reports of picture and sound."""
    return take_quality(request, consultation_id)
