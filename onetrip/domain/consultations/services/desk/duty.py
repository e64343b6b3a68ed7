"""On duty at a post: coming, pausing, going on, leaving."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_name
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import AlreadyOnDuty, NotCompetent, PostTaken
from onetrip.domain.consultations.models import Post
from onetrip.domain.consultations.services.company.guests import refuse_who_helps
from onetrip.domain.consultations.services.line import post_of_officer
from onetrip.domain.consultations.services.matching import lines_of, match_lines
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.states import CHOSEN_PAUSES, POST, PauseReason, PostState
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import DeskKind


@use_case
def go_on_duty(*, desk_id: int, officer_id: int, by: Actor, at: datetime) -> None:
    """Open a post for calls. The same officer at the same post twice is the same as once.

    Raises PostTaken, AlreadyOnDuty, NotCompetent (no video post), NotFound.
    """
    desk = venues.desk(desk_id)
    if desk.kind != DeskKind.VIDEO:
        raise NotCompetent()
    lock_name(f"post:{desk_id}")
    if (
        Post.objects.filter(officer_id=officer_id)
        .exclude(state=PostState.OFF)
        .exclude(desk_id=desk_id)
        .exists()
    ):
        raise AlreadyOnDuty()
    fresh = {
        "since": at,
        "idle_since": at,
        "seen_at": at,
        "label": desk.label,
        "competences": list(desk.competences),
        "backs_up": list(desk.backs_up),
    }
    post, _made = Post.objects.select_for_update().get_or_create(desk_id=desk_id, defaults=fresh)
    if post.state != PostState.OFF:
        if post.officer_id != officer_id:
            raise PostTaken()
        return
    post.label, post.competences, post.backs_up = desk.label, list(desk.competences), list(desk.backs_up)
    post.officer_id = officer_id
    post.seen_at = at
    _become(post, "go_on_duty", by=by, at=at)


def _become(post: Post, verb: str, *, reason: str = "", by: Actor, at: datetime) -> None:
    if verb != "go_off_duty":
        post.seen_at = at
    move_post(post, verb, reason=reason, idle=True, at=at)
    detail = {"reason": reason} if reason else None
    record(verb=f"post.{verb}", subject=f"post:{post.desk_id}", by=by, at=at, detail=detail)
    if post.state == PostState.AVAILABLE:
        match_lines(lines_of(post), at=at)


@use_case
def pause(*, officer_id: int, reason: str = PauseReason.BREAK, by: Actor, at: datetime) -> None:
    """Take no calls for a while. Raises NotOnDuty, WrongState while a call rings or runs."""
    chosen = reason if reason in CHOSEN_PAUSES else PauseReason.BREAK
    _become(post_of_officer(officer_id), "pause", reason=chosen, by=by, at=at)


@use_case
def resume(*, officer_id: int, by: Actor, at: datetime) -> None:
    """Take calls again, after a pause or after the notes of a call. Raises NotOnDuty, WrongState."""
    refuse_who_helps(officer_id)
    _become(post_of_officer(officer_id), "resume", by=by, at=at)


@use_case
def finish_wrap_up(*, officer_id: int, by: Actor, at: datetime) -> None:
    """The notes of the last call are done: ready for the next. Does nothing when that is so already."""
    post = post_of_officer(officer_id)
    if post.state == PostState.WRAP_UP:
        _become(post, "resume", by=by, at=at)


@use_case
def go_off_duty(*, officer_id: int, by: Actor, at: datetime) -> None:
    """Close the post. Raises NotOnDuty, WrongState while a call rings or runs."""
    refuse_who_helps(officer_id)
    post = post_of_officer(officer_id)
    if post.state in (PostState.RINGING, PostState.IN_CALL):
        POST.next_state(PostState.OFF, "go_off_duty")  # refuses: only the sweep takes a post out of a call
    _become(post, "go_off_duty", by=by, at=at)
