"""The line: joining, being rung, accepted, passed on, leaving.

Lock order: the consultation, then its post, then the names of the lines (sorted).
"""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import AlreadyInLine, CallGone, NotCompetent, NotOnDuty
from onetrip.domain.consultations.events import ConsultationConnected, ConsultationEnded
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.services.agreed.honouring import honour_agreed_time
from onetrip.domain.consultations.services.company.guests import part_company
from onetrip.domain.consultations.services.matching import lines_of, match_lines
from onetrip.domain.consultations.services.posts import begin_turn, move_post
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.states import (
    AT_A_POST,
    CONSULTATION,
    LIVE,
    POST,
    ConsultationState,
    Mode,
    PauseReason,
    PostState,
)


@use_case
def join_line(
    *,
    citizen_id: int,
    competence: str,
    item_code: str,
    item_name: str,
    mode: str = Mode.VIDEO,
    by: Actor,
    at: datetime,
) -> str:
    """Put a citizen at the end of a line and return the consultation's id. Raises AlreadyInLine."""
    if Consultation.objects.filter(citizen_id=citizen_id, state__in=LIVE).exists():
        raise AlreadyInLine()
    lock_name(f"line:{competence}")
    row = Consultation.objects.create(
        citizen_id=citizen_id,
        competence=competence,
        item_code=item_code,
        item_name=item_name,
        mode=mode,
        state=ConsultationState.WAITING,
        rank=_next_rank(competence, at),
        joined_at=at,
        seen_at=at,
    )
    show_consultation(row)
    record(verb="consultation.join", subject=f"consultation:{row.public_id}", by=by, at=at)
    honour_agreed_time(row, by=by, at=at)
    match_lines([competence], at=at)
    return row.public_id


def _next_rank(competence: str, at: datetime) -> int:
    """Return a rank behind everybody's in this line: the moment in microseconds, or one more than the last."""
    last = (
        Consultation.objects.filter(competence=competence)
        .order_by("-rank")
        .values_list("rank", flat=True)
        .first()
    )
    return max(int(at.timestamp() * 1_000_000), (last or 0) + 1)


def _at_post_of(consultation_id: str, officer_id: int) -> tuple[Consultation, Post]:
    """Lock a consultation that rings at, or talks to, this officer, and the post; raises CallGone."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    if row.officer_id != officer_id or row.state not in AT_A_POST or row.post_id is None:
        raise CallGone()
    return row, lock_one(Post.objects.filter(pk=row.post_id))


@use_case
def accept(*, consultation_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Take the call that rings. Twice is the same as once. Raises CallGone, NotFound."""
    row, post = _at_post_of(consultation_id, officer_id)
    if row.state == ConsultationState.CONNECTED:
        return
    _connect(row, post, "accept", by=by, at=at)


@use_case
def take_from_line(*, consultation_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Take somebody out of the line without being rung. Raises CallGone, NotOnDuty, NotCompetent, NotFound."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    post = Post.objects.filter(officer_id=officer_id).exclude(state=PostState.OFF).select_for_update().first()
    if post is None:
        raise NotOnDuty()
    if row.competence not in (*post.competences, *post.backs_up):
        raise NotCompetent()
    if row.state != ConsultationState.WAITING:
        raise CallGone()
    row.post, row.officer_id = post, officer_id
    _connect(row, post, "take", by=by, at=at)


def _connect(row: Consultation, post: Post, verb: str, *, by: Actor, at: datetime) -> None:
    # Asked before anything is written: a call of this post that is just ending waits for the post, and this row's place
    # at it would wait for that end.
    POST.next_state(post.state, verb)
    row.state = CONSULTATION.next_state(row.state, verb)
    row.connected_at = at
    row.officer_lost_at = row.wanted_post = None
    row.save(update_fields=["state", "post", "officer", "connected_at", "officer_lost_at", "wanted_post"])
    began_at = post.since if post.state == PostState.RINGING else at
    move_post(post, verb, at=at)
    begin_turn(post, competence=row.competence, began_at=began_at)
    show_consultation(row)
    record(verb=f"consultation.{verb}", subject=f"consultation:{row.public_id}", by=by, at=at)
    publish(ConsultationConnected(consultation_id=row.public_id, officer_id=post.officer_id or 0, at=at))


@use_case
def pass_on(*, consultation_id: str, officer_id: int, by: Actor, at: datetime) -> None:
    """Let the ringing call go to the next post; the citizen keeps the place. Raises CallGone, NotFound."""
    row, post = _at_post_of(consultation_id, officer_id)
    if row.state != ConsultationState.RINGING:
        raise CallGone()
    _stop_ringing(row, post, "pass_on", at)
    record(verb="consultation.pass_on", subject=f"consultation:{consultation_id}", by=by, at=at)
    match_lines(lines_of(post), at=at)


@use_case
def ring_timed_out(*, consultation_id: str, rings: int, at: datetime) -> None:
    """The officer did not answer in time: pause the post and ring the next. Does nothing for an older ring."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    due = row.ring_until is not None and row.ring_until <= at
    if row.state != ConsultationState.RINGING or row.rings != rings or not due or row.post_id is None:
        return
    post = lock_one(Post.objects.filter(pk=row.post_id))
    _stop_ringing(row, post, "no_answer", at)
    by = Actor.system("consultations.ring_timed_out")
    detail = {"post": post.desk_id}
    record(
        verb="consultation.no_answer", subject=f"consultation:{consultation_id}", by=by, at=at, detail=detail
    )
    match_lines(lines_of(post), at=at)


def _stop_ringing(row: Consultation, post: Post, verb: str, at: datetime) -> None:
    row.state = CONSULTATION.next_state(row.state, "pass_on")
    row.passed_by = [*(pk for pk in row.passed_by if pk != post.pk), post.pk]
    row.post = row.officer = None
    row.save(update_fields=["state", "passed_by", "post", "officer"])
    move_post(post, verb, reason=PauseReason.NO_ANSWER if verb == "no_answer" else "", idle=True, at=at)
    show_consultation(row)


@use_case
def leave(*, consultation_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """The citizen leaves the line or hangs up. Twice is the same as once. Raises NotFound."""
    row = lock_one(Consultation.objects.filter(public_id=consultation_id, citizen_id=citizen_id))
    if row.state in LIVE:
        end_without_conclusion(row, "leave", by=by, at=at)


def end_without_conclusion(row: Consultation, verb: str, *, by: Actor, at: datetime) -> None:
    """End a locked live consultation and free its post: for notes after a call, for the next ring otherwise."""
    was_connected = row.state == ConsultationState.CONNECTED
    row.state = CONSULTATION.next_state(row.state, verb)
    row.ended_at = at
    row.save(update_fields=["state", "ended_at"])
    part_company(row, at=at)
    post = lock_one(Post.objects.filter(pk=row.post_id)) if row.post_id is not None else None
    if post is not None and post.state in (PostState.RINGING, PostState.IN_CALL):
        move_post(post, "end_call" if was_connected else "pass_on", at=at)
    show_consultation(row)
    record(verb=f"consultation.{verb}", subject=f"consultation:{row.public_id}", by=by, at=at)
    publish(ConsultationEnded(consultation_id=row.public_id, state=row.state, at=at))
    if post is not None and not was_connected:
        match_lines(lines_of(post), at=at)


def post_of_officer(officer_id: int) -> Post:
    """Lock the post at which this officer is on duty; raises NotOnDuty."""
    try:
        return lock_one(Post.objects.filter(officer_id=officer_id).exclude(state=PostState.OFF))
    except NotFound:
        raise NotOnDuty() from None
