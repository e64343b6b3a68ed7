"""What open pages report: that somebody is there (silence has consequences), and how their call is."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Value, When

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.unit import use_case
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.errors import BadFigures
from onetrip.domain.consultations.events import CallParted
from onetrip.domain.consultations.models import CallQuality, Consultation, Guest, Lookout, Post
from onetrip.domain.consultations.services.company.guests import (
    end_company_of,
    end_silent_guests,
    part_company,
)
from onetrip.domain.consultations.services.desk.letters import put_back_forgotten
from onetrip.domain.consultations.services.keeping import call_back_whose_turn_comes
from onetrip.domain.consultations.services.line import end_without_conclusion, ring_timed_out
from onetrip.domain.consultations.services.matching import match_lines
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.states import (
    AT_A_POST,
    CONSULTATION,
    LIVE,
    WATCHED,
    ConsultationState,
    GuestState,
    PauseReason,
    PostState,
)

_BY = Actor.system("consultations.sweep")


@use_case
def mark_seen(
    *, citizens: Sequence[str] = (), posts: Sequence[int] = (), guests: Sequence[str] = (), at: datetime
) -> None:
    """Note that the pages of these consultations and guests (public ids) and desks (row numbers) are open.

    A citizen who comes back finds the place kept, so that matching may find them again at once. Reports come also when
    no page is open: they say that somebody looks, so that silence means absence.
    """
    kept = When(reported_at__gt=at - rules.REPORTS_STOP, then=F("unbroken_since"))
    looking = Lookout.objects.filter(pk=1)
    if not looking.update(reported_at=at, unbroken_since=Case(kept, default=Value(at))):
        Lookout.objects.bulk_create([Lookout(pk=1, reported_at=at, unbroken_since=at)], ignore_conflicts=True)
    if citizens:
        Consultation.objects.filter(public_id__in=list(citizens), state__in=WATCHED).update(seen_at=at)
    if guests:
        Guest.objects.filter(public_id__in=list(guests), state=GuestState.HERE).update(seen_at=at)
    if posts:
        Post.objects.filter(desk_id__in=list(posts)).exclude(state=PostState.OFF).update(seen_at=at)


def sweep(*, at: datetime) -> int:
    """Act on everybody who has gone silent; return how many. Each of them is a use case of its own."""
    gone = Consultation.objects.filter(state__in=WATCHED, seen_at__lte=at - rules.CITIZEN_AWAY)
    silent = Post.objects.filter(seen_at__lte=at - rules.OFFICER_AWAY).exclude(state=PostState.OFF)
    looked_out_for = _looked_out_for(at=at)
    if looked_out_for < rules.CITIZEN_AWAY:
        gone = gone.none()
    if looked_out_for < rules.OFFICER_AWAY:
        silent = silent.none()
    late = Consultation.objects.filter(state=ConsultationState.RINGING, ring_until__lte=at)
    count = 0
    for pk in list(silent.values_list("pk", flat=True)):
        end_company_of(post_row=pk, at=at)
        count += _officer_gone(post_row=pk, at=at)
    for consultation_id, rings in list(late.values_list("public_id", "rings")):
        ring_timed_out(consultation_id=consultation_id, rings=rings, at=at)
        count += 1
    for pk in list(gone.values_list("pk", flat=True)):
        count += _citizen_gone(row=pk, at=at)
    count += end_silent_guests(looked_out=looked_out_for >= rules.GUEST_AWAY, at=at)
    waiting = Consultation.objects.filter(state=ConsultationState.WAITING).order_by()
    _match_all(competences=list(waiting.values_list("competence", flat=True).distinct()), at=at)
    return count + call_back_whose_turn_comes(at=at) + put_back_forgotten(at=at)


def _looked_out_for(*, at: datetime) -> timedelta:
    """Return how long pages have been looked out for without a break; zero while nobody does."""
    lookout = Lookout.objects.filter(pk=1, reported_at__gt=at - rules.REPORTS_STOP).first()
    return timedelta(0) if lookout is None else at - lookout.unbroken_since


@use_case
def _match_all(*, competences: Sequence[str], at: datetime) -> None:
    if competences:
        match_lines(competences, at=at)


@use_case
def _citizen_gone(*, row: int, at: datetime) -> int:
    found = Consultation.objects.filter(pk=row, state__in=WATCHED, seen_at__lte=at - rules.CITIZEN_AWAY)
    consultation = found.select_for_update(skip_locked=True).first()
    if consultation is None:
        return 0
    end_without_conclusion(consultation, "miss", by=_BY, at=at)
    return 1


@use_case
def _officer_gone(*, post_row: int, at: datetime) -> int:
    """Close a silent post; its citizen goes back to the front of the line (the old rank is the smallest)."""
    current = Consultation.objects.filter(post_id=post_row, state__in=AT_A_POST).select_for_update().first()
    silent = Post.objects.filter(pk=post_row, seen_at__lte=at - rules.OFFICER_AWAY).exclude(
        state=PostState.OFF
    )
    post = silent.select_for_update().first()
    if post is None:
        return 0
    move_post(post, "go_off_duty", reason=PauseReason.NO_ANSWER, idle=True, at=at)
    record(verb="post.lost", subject=f"post:{post.desk_id}", by=_BY, at=at)
    if current is not None:
        verb = "pass_on" if current.state == ConsultationState.RINGING else "lose_officer"
        current.state = CONSULTATION.next_state(current.state, verb)
        current.post = current.officer = None
        current.connected_at = None
        current.officer_lost_at = at
        current.save(update_fields=["state", "post", "officer", "connected_at", "officer_lost_at"])
        part_company(current, staff_only=True, at=at)
        show_consultation(current)
        record(verb=f"consultation.{verb}", subject=f"consultation:{current.public_id}", by=_BY, at=at)
        publish(CallParted(consultation_id=current.public_id, at=at))
        match_lines([current.competence], at=at)
    return 1


@use_case
def report_quality(*, consultation_id: str, user_id: int, said: Any, at: datetime) -> None:
    """Keep what a party's page says of its call, in place of what the same page said before.

    Taken while the call goes on and for two minutes after. Raises BadFigures, NotFound for anybody but the parties.
    """
    row = Consultation.objects.filter(public_id=consultation_id).first()
    if row is None or user_id not in (row.citizen_id, row.officer_id):
        raise NotFound()
    figures = rules.figures_in(said)
    if figures is None or row.connected_at is None or not _is_timely(row, at):
        raise BadFigures()
    party = "citizen" if row.citizen_id == user_id else "officer"
    pages = CallQuality.objects.filter(consultation=row, party=party)
    known = pages.filter(session=figures.session)
    values = {**asdict(figures), "at": at}
    if known.update(**values) == 0:
        if pages.count() >= rules.MOST_PAGES:
            raise BadFigures()
        CallQuality.objects.bulk_create(
            [CallQuality(consultation=row, party=party, **values)], ignore_conflicts=True
        )


def _is_timely(row: Consultation, at: datetime) -> bool:
    return row.state in LIVE or (row.ended_at is not None and at - row.ended_at <= rules.LATE_REPORTS)


@use_case
def forget_quality(*, at: datetime, limit: int = 5000) -> int:
    """Delete reports past their time; return how many."""
    old = CallQuality.objects.filter(at__lte=at - rules.KEPT).order_by("pk").values("pk")[:limit]
    return CallQuality.objects.filter(pk__in=old).delete()[0]
