"""Passing a call on: to another line, or to a colleague's post; case, verdicts and chat stay as they are."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations.errors import CallGone, NobodyThere, NotCompetent
from onetrip.domain.consultations.events import CallParted
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.consultations.queries.elsewhere import posts_elsewhere
from onetrip.domain.consultations.services.agreed.honouring import rank_in_front
from onetrip.domain.consultations.services.company.guests import part_company
from onetrip.domain.consultations.services.matching import lines_of, match_lines
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.services.showing import show_consultation
from onetrip.domain.consultations.services.telling import add_message, in_the_language_of
from onetrip.domain.consultations.states import CONSULTATION, ConsultationState
from onetrip.domain.venues.states import Competence

_MAX_NOTE = 500


@use_case
def transfer(
    *,
    consultation_id: str,
    officer_id: int,
    competence: str = "",
    desk_id: int | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Pass a call on to another line (`competence`), or to one post of the same line (`desk_id`).

    The citizen stands at the front there and is told so in the chat; `note` is for the next officer only. The post is
    free for the next call. Raises NotCompetent (a post that may not handle it, or no such line), NobodyThere, CallGone,
    NotFound.
    """
    row = lock_one(Consultation.objects.filter(public_id=consultation_id))
    if row.officer_id != officer_id or row.state != ConsultationState.CONNECTED or row.post_id is None:
        raise CallGone()
    post = lock_one(Post.objects.filter(pk=row.post_id))
    line, wanted = _target(row, post, competence=competence, desk_id=desk_id, at=at)
    left = row.competence
    part_company(row, staff_only=True, at=at)
    for name in sorted({line, *lines_of(post)}):
        lock_name(f"line:{name}")
    row.state = CONSULTATION.next_state(row.state, "transfer")
    row.competence, row.rank = line, rank_in_front(row, line)
    row.post = row.officer = row.connected_at = row.ring_until = None
    row.wanted_post, row.passed_by = wanted, [post.pk]
    row.transferred_at, row.hand_note = at, note.strip()[:_MAX_NOTE]
    row.save()
    move_post(post, "hand_on", idle=True, at=at)
    show_consultation(row)
    add_message(row, "system", text=in_the_language_of(row.citizen_id, partial(_words, wanted, line)), at=at)
    detail = {"from": left, "to": line, "post": wanted.desk_id if wanted else None}
    record(
        verb="consultation.transfer", subject=f"consultation:{consultation_id}", by=by, at=at, detail=detail
    )
    publish(CallParted(consultation_id=consultation_id, at=at))
    match_lines([line, *lines_of(post)], at=at)


def _target(
    row: Consultation, post: Post, *, competence: str, desk_id: int | None, at: datetime
) -> tuple[str, Post | None]:
    """Return the line, and the post if it is to be a certain one."""
    line = competence if desk_id is None else row.competence
    if line not in Competence.values or (desk_id is None and line == row.competence):
        raise NotCompetent()
    able = posts_elsewhere(competence=line, but_not=post.pk, at=at)
    if desk_id is None:
        if not able:
            raise NobodyThere()
        return line, None
    wanted = next((one for one in able if one.desk_id == desk_id), None)
    if wanted is None:
        raise NobodyThere()
    return line, wanted


def _words(wanted: Post | None, line: str) -> str:
    if wanted is not None:
        return _("A colleague goes on with your call: %(post)s. You are next there.") % {"post": wanted.label}
    return _("Your call goes on at another line: %(line)s. You are at the front there.") % {
        "line": Competence(line).label
    }
