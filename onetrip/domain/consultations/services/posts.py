"""How a post goes from one state to the next, and what is kept of it: duty, pauses, and how long its turns took."""

from datetime import datetime

from django.db.models import F

from onetrip.domain.consultations.models import Post, Spell, Turn
from onetrip.domain.consultations.services.showing import show_pace, show_post
from onetrip.domain.consultations.states import POST, PostState


def move_post(post: Post, verb: str, *, reason: str = "", idle: bool = False, at: datetime) -> None:
    """Move a locked post on. `idle`: from now on it counts as idle, behind those who have been so for longer."""
    before = PostState(post.state)
    post.state = POST.next_state(post.state, verb)
    post.pause_reason = reason
    post.since = at
    if idle:
        post.idle_since = at
    post.save()
    show_post(post)
    _note_turn(post, before, at)
    _note_duty(post, before, at)


def begin_turn(post: Post, *, competence: str, began_at: datetime) -> None:
    """Note that a ring, which began then, was answered."""
    Turn.objects.create(post=post, competence=competence, began_at=began_at)


def _note_turn(post: Post, before: PostState, at: datetime) -> None:
    if before not in (PostState.IN_CALL, PostState.WRAP_UP):
        return
    turn = Turn.objects.filter(post=post, ended_at__isnull=True).first()
    if turn is None:
        return
    if before == PostState.IN_CALL and post.state == PostState.AVAILABLE:  # passed on: nothing to be written
        Turn.objects.filter(pk=turn.pk).update(notes_at=at, ended_at=at)
        show_pace(turn.competence)
    elif post.state == PostState.WRAP_UP:
        Turn.objects.filter(pk=turn.pk).update(notes_at=at)
    elif before == PostState.IN_CALL:
        turn.delete()  # the officer's page was gone: nobody knows how long it would have taken
    else:
        Turn.objects.filter(pk=turn.pk).update(ended_at=at)
        show_pace(turn.competence)


def _note_duty(post: Post, before: PostState, at: datetime) -> None:
    if before == PostState.PAUSED:
        _end_pause(post, at)
    if post.state == PostState.OFF:
        post.spells.filter(ended_at__isnull=True).update(ended_at=at)
    elif before == PostState.OFF:
        _begin_spell(post, at)
    if post.state == PostState.PAUSED:
        _begin_spell(post, at)
    if before == PostState.PAUSED or post.state == PostState.OFF:
        for competence in post.competences:
            show_pace(competence)


def _begin_spell(post: Post, at: datetime) -> None:
    assert post.officer_id is not None  # the constraint: on duty there is an officer
    Spell.objects.create(
        post=post,
        officer_id=post.officer_id,
        competences=post.competences,
        reason=post.pause_reason,
        began_at=at,
    )


def _end_pause(post: Post, at: datetime) -> None:
    pause = post.spells.filter(ended_at__isnull=True).exclude(reason="").first()
    if pause is None:
        return
    seconds = max(0, round((at - pause.began_at).total_seconds()))
    post.spells.filter(pk=pause.pk).update(ended_at=at)
    post.spells.filter(ended_at__isnull=True).update(paused_s=F("paused_s") + seconds)
