"""What the officer's post is about at this moment: asked once for the page and for each of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.faces.console.access import desks_of, person
from onetrip.faces.frame.gates import actor_of


@dataclass(frozen=True)
class Call:
    """The consultation an officer is in or wraps up, with the case and the guide it is about, and who else is in it."""

    consultation: Any
    case: Any
    guide: Any
    guests: Sequence[Any]


@dataclass(frozen=True)
class Before:
    """The same citizen's earlier consultations and visits."""

    consultations: Sequence[Any]
    visits: Sequence[Any]


def present_post(request: HttpRequest) -> Any | None:
    """Return the post this officer holds, None while off duty."""
    post = consultations.post_of(officer_id=person(request).pk)
    return None if post is None or post.state == "off" else post


def present_call(request: HttpRequest, *, at: datetime) -> Call | None:
    """Return the call this officer is in or wraps up. The look at the case is audited."""
    post = present_post(request)
    if post is None or post.consultation_id is None or post.state not in ("in_call", "wrap_up"):
        return None
    user_id = person(request).pk
    consultation = consultations.consultation(consultation_id=post.consultation_id, user_id=user_id)
    return about(request, consultation, at=at)


def about(request: HttpRequest, consultation: Any, *, at: datetime) -> Call:
    """Return a consultation of this officer's with the case and the guide that it is about."""
    user_id = person(request).pk
    guests = consultations.guests_of(consultation_id=consultation.id, user_id=user_id)
    case_id = cases.case_of_consultation(consultation_id=consultation.id)
    if case_id is None:
        return Call(consultation, None, None, guests)
    case = cases.case_for_staff(case_id=case_id, by_user_id=user_id, by=actor_of(request), at=at)
    return Call(consultation, case, catalog.guide_version(case.guide_version), guests)


def before(request: HttpRequest, call: Call | None, *, at: datetime) -> Before | None:
    """Return what the citizen asked and did earlier; nothing once the call is not this officer's any more."""
    if call is None or call.case is None:
        return None
    user_id = person(request).pk
    try:
        asked = consultations.earlier_consultations(consultation_id=call.consultation.id, officer_id=user_id)
    except NotFound:
        return None
    visits = cases.earlier_visits(case_id=call.case.id, by_user_id=user_id, by=actor_of(request), at=at)
    return Before(asked, visits)


def desk_to_use(request: HttpRequest) -> tuple[Any | None, list[Any]]:
    """Return (the post asked for, or the only one there is; all video posts of this officer)."""
    desks = desks_of(request, "video")
    wanted = request.GET.get("desk", "")
    chosen = next((desk for desk in desks if str(desk.id) == wanted), None)
    return (desks[0] if chosen is None and len(desks) == 1 else chosen), desks


def head_of(topic: str) -> int:
    """Return the number of the topic's last change: what is rendered now shows at least that one."""
    return live.heads([topic]).get(topic, 0)


def heads_of(topics: Sequence[str]) -> list[tuple[str, int]]:
    """Return each topic with the number of its last change."""
    heads = live.heads(topics)
    return [(topic, heads.get(topic, 0)) for topic in topics]
