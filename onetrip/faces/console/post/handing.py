"""Passing the call on, and the answers that lie ready for it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.consultations import queries, services
from onetrip.faces.console.access import person
from onetrip.faces.console.post.actions import action, consultation_named, officer_of
from onetrip.faces.console.post.desk import Call, present_call
from onetrip.faces.frame.gates import staff_required
from onetrip.faces.frame.headers import never_cache

_KEYS = 9


@never_cache
@staff_required("take_calls")
@require_GET
def transfer_form(request: HttpRequest) -> HttpResponse:
    """Show where the call can go on."""
    at = clock.now()
    call = present_call(request, at=at)
    if call is None:
        raise NotFound()
    found = queries.elsewhere(consultation_id=call.consultation.id, officer_id=person(request).pk, at=at)
    return render(request, "console/post/transfer.html", {"call": call, "elsewhere": found})


@action
def transfer(request: HttpRequest, now: dict[str, Any]) -> None:
    where, _colon, which = request.POST.get("to", "").partition(":")
    services.transfer(
        consultation_id=consultation_named(request),
        officer_id=officer_of(request),
        competence=which if where == "line" else "",
        desk_id=int(which) if where == "post" and which.isdecimal() else None,
        note=request.POST.get("note", ""),
        **now,
    )


@action
def send_answer(request: HttpRequest, now: dict[str, Any]) -> None:
    services.send_answer(
        consultation_id=consultation_named(request),
        answer_id=request.POST.get("answer", ""),
        officer_id=officer_of(request),
        **now,
    )


@dataclass(frozen=True)
class Ready:
    """An answer at the officer's hand, in the officer's language. `key` "" : there are more than keys."""

    id: str
    text: str
    key: str


def ready_for(call: Call | None) -> list[Ready]:
    """Return the answers that lie ready for the item of this call, each with its key: those of the item come first."""
    if call is None:
        return []
    in_english = (get_language() or "").startswith("en")
    answers = queries.ready_answers(item_code=call.consultation.item_code)
    return [
        Ready(one.id, one.text_en if in_english else one.text, f"alt+{number}" if number <= _KEYS else "")
        for number, one in enumerate(answers, 1)
    ]


def note_to_next(request: HttpRequest, call: Call | None) -> str:
    """Return what the officer before wrote to this one."""
    if call is None:
        return ""
    return queries.note_to_next(consultation_id=call.consultation.id, officer_id=person(request).pk)
