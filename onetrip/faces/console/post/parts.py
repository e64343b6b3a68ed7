"""The post's page and the parts of it that are fetched again while the officer works."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations.states import CHOSEN_PAUSES
from onetrip.faces.console.access import person
from onetrip.faces.console.post import checklist, desk, handing, recording
from onetrip.faces.frame.gates import actor_of, staff_required
from onetrip.faces.frame.headers import never_cache, picture_alone
from onetrip.faces.frame.ice import relays_for


@never_cache
@staff_required("take_calls")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the whole page: the post as it stands, or the choice of a post and the camera check."""
    post = desk.present_post(request)
    if post is None:
        chosen, desks = desk.desk_to_use(request)
        shown = {"desk": chosen, "desks": desks, "call_config": call_config(request)}
        return render(request, "console/post/choose.html", shown)
    at = clock.now()
    call = desk.present_call(request, at=at)
    shown = {
        "post": post,
        "seq": desk.head_of(f"post:{post.desk_id}"),
        "call_config": call_config(request),
        "pause_reasons": CHOSEN_PAUSES,
        **_side(request, post, call, at=at),
        **_work(request, call),
    }
    return render(request, "console/post/page.html", shown)


@never_cache
@staff_required("take_calls")
@require_GET
def side(request: HttpRequest) -> HttpResponse:
    """Show the left column: the line while free, the citizen's case in a call."""
    at = clock.now()
    post = desk.present_post(request)
    if post is None:
        return _nothing_new()
    shown = {"post": post, **_side(request, post, desk.present_call(request, at=at), at=at)}
    return render(request, "console/post/side.html", shown)


@never_cache
@staff_required("take_calls")
@require_GET
def line(request: HttpRequest) -> HttpResponse:
    """Show who waits for this post; apart from the case, so that it can change without the case moving."""
    post = desk.present_post(request)
    if post is None:
        return _nothing_new()
    return render(
        request, "console/post/line.html", {"post": post, "waiting": _waiting(post, at=clock.now())}
    )


@never_cache
@staff_required("take_calls")
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """Show the right column: checklist and chat in a call, what to do next otherwise."""
    post = desk.present_post(request)
    if post is None:
        return _nothing_new()
    call = desk.present_call(request, at=clock.now())
    return render(request, "console/post/work.html", {"post": post, "is_part": True, **_work(request, call)})


@never_cache
@staff_required("take_calls")
@require_GET
def materials(request: HttpRequest) -> HttpResponse:
    """Show the checklist with `?current=` as the material the verdict keys act on, `?fix=1` asking for the reason."""
    post = desk.present_post(request)
    if post is None:
        return _nothing_new()
    call = desk.present_call(request, at=clock.now())
    return render(request, "console/post/materials.html", {"post": post, **_work(request, call)})


@never_cache
@staff_required("take_calls")
@require_GET
def conclusion(request: HttpRequest) -> HttpResponse:
    """Show the conclusion's form, its text drafted from the verdicts for `?kind=`."""
    call = desk.present_call(request, at=clock.now())
    if call is None:
        raise NotFound()
    found = call.case.materials if call.case else []
    kind = request.GET.get("kind", "")
    kind = kind if kind in checklist.KINDS else checklist.suggested_kind(found)
    shown = {
        "call": call,
        "kind": kind,
        "suggested": checklist.suggested_kind(found),
        "tally": checklist.tally(found),
        "draft": checklist.draft(kind, found) if kind else "",
    }
    return render(request, "console/post/conclusion.html", shown)


@never_cache
@staff_required("take_calls")
@require_GET
def photo(request: HttpRequest, photo_id: str) -> HttpResponse:
    """Show a photo of a consultation to its officer; the look is audited."""
    return picture_alone(
        *consultations.photo(
            photo_id=photo_id, user_id=person(request).pk, by=actor_of(request), at=clock.now()
        )
    )


@never_cache
@staff_required("take_calls")
@require_GET
def relays(request: HttpRequest) -> HttpResponse:
    """Tell the page the relays, for some minutes: for the call at hand, else for the self-test."""
    return JsonResponse(_relays(request))


def _relays(request: HttpRequest) -> dict[str, Any]:
    post = desk.present_post(request)
    call = post.consultation_id if post is not None and post.state in ("ringing", "in_call") else None
    return relays_for(call or person(request).public_id, at=clock.now()).as_json()


@never_cache
@staff_required("take_calls")
@require_GET
def paper(request: HttpRequest, case_id: str, paper_id: str) -> HttpResponse:
    """Show a picture that the citizen filed, to an officer who deals with the case; the look is audited."""
    return picture_alone(
        *cases.paper_picture_for_staff(
            case_id=case_id,
            paper_id=paper_id,
            by_user_id=person(request).pk,
            by=actor_of(request),
            at=clock.now(),
        )
    )


def call_config(request: HttpRequest) -> dict[str, Any]:
    """Return what the call's script is told: where to ask for relays, and the words of the ring."""
    return {
        **_relays(request),
        "relays_url": reverse("console:post_relays"),
        "quality_url": reverse("console:post_quality", args=["CONSULTATION"]),
        "recording_url": reverse("console:post_recording_finish", args=["RECORDING"]).removesuffix("finish/"),
        "ring_title": _("A citizen is calling"),
        "ring_body": _("Accept within 20 seconds."),
    }


def _nothing_new() -> HttpResponse:
    """Answer a part that has nothing to show since the officer went off duty: the page stays as it is."""
    return HttpResponse(status=204)


def _side(request: HttpRequest, post: Any, call: desk.Call | None, *, at: datetime) -> dict[str, Any]:
    topics = [f"line:{competence}" for competence in (*post.competences, *post.backs_up)]
    return {
        "call": call,
        "before": desk.before(request, call, at=at),
        "hand_note": handing.note_to_next(request, call),
        "waiting": _waiting(post, at=at),
        "lines": desk.heads_of(topics),
    }


def _waiting(post: Any, *, at: datetime) -> list[Any]:
    return consultations.line_for_post(desk_id=post.desk_id, at=at)


def _work(request: HttpRequest, call: desk.Call | None) -> dict[str, Any]:
    found = call.case.materials if call and call.case else []
    asked, drawn_with = request.GET.get("current", ""), request.GET.get("drawn_with")
    current = checklist.current_material(found, asked, drawn_with)
    return {
        "call": call,
        "papers": _papers(request, call, current),
        "still": cases.still_asked_of(case_id=call.case.id) if call and call.case else None,
        "materials": found,
        "current": current,
        "asks_reason": bool(current) and request.GET.get("fix") == "1",
        "tally": checklist.tally(found),
        "quick_reasons": checklist.QUICK_REASONS,
        "quick_answers": checklist.QUICK_ANSWERS,
        "ready_answers": handing.ready_for(call),
        **recording.shown_of(call),
    }


def _papers(request: HttpRequest, call: desk.Call | None, material: str) -> list[Any]:
    """Return the pictures filed to the material at hand; nobody's where there is none."""
    if call is None or call.case is None or not material:
        return []
    filed = cases.papers_for_staff(
        case_id=call.case.id, by_user_id=person(request).pk, by=actor_of(request), at=clock.now()
    )
    return filed.get(material, [])
