"""Who else is in a call: colleagues and family by invitation, supervisors by their office; nobody hidden.

Lock order: the consultation, then its guest, then the guest's post.
"""

import hashlib
import secrets
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.errors import (
    CallFull,
    CallGone,
    ColleagueBusy,
    Empty,
    HelpsElsewhere,
    InvitationGone,
)
from onetrip.domain.consultations.events import CompanyChanged
from onetrip.domain.consultations.models import Consultation, Guest, Post
from onetrip.domain.consultations.services.matching import lines_of, match_lines
from onetrip.domain.consultations.services.posts import move_post
from onetrip.domain.consultations.services.showing import show_guest, show_post
from onetrip.domain.consultations.services.telling import add_message, in_the_language_of
from onetrip.domain.consultations.states import (
    AT_A_POST,
    GUEST,
    IN_LINE,
    ConsultationState,
    GuestKind,
    GuestState,
    PauseReason,
    PostState,
)

_MAY_HELP = (PostState.AVAILABLE, PostState.PAUSED, PostState.WRAP_UP)
_SYSTEM = Actor.system("consultations.company")


def token_hash(token: str) -> str:
    """Return what is kept of an invitation's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _in_call_of(consultation_id: str, officer_id: int) -> Consultation:
    row = lock_one(Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id))
    if row.state != ConsultationState.CONNECTED:
        raise CallGone()
    return row


def _seat_for(row: Consultation, *, at: datetime) -> int:
    for old in row.guests.filter(state=GuestState.INVITED, expires_at__lte=at):
        _go(row, old, "end", at=at)
    seat = rules.free_seat(set(row.guests.exclude(state=GuestState.GONE).values_list("seat", flat=True)))
    if seat is None:
        raise CallFull()
    return seat


@use_case
def invite_colleague(*, consultation_id: str, desk_id: int, officer_id: int, by: Actor, at: datetime) -> str:
    """Ask the officer of another post, of any department, to join; return the invitation's id.

    Raises CallGone, CallFull, ColleagueBusy, NotFound.
    """
    row = _in_call_of(consultation_id, officer_id)
    seat = _seat_for(row, at=at)
    there = Post.objects.filter(
        desk_id=desk_id, state__in=_MAY_HELP, seen_at__gt=at - rules.OFFICER_AWAY
    ).exclude(officer_id=officer_id)
    post = there.select_for_update().first()
    if post is None or _helps(post.officer_id or 0):
        raise ColleagueBusy()
    guest = Guest.objects.create(
        consultation=row, kind=GuestKind.COLLEAGUE, state=GuestState.INVITED, seat=seat, user_id=post.officer_id,
        name=post.label, invited_by_id=officer_id, invited_at=at, expires_at=at + rules.COLLEAGUE_MAY_COME, seen_at=at,
    )  # fmt: skip
    show_guest(guest)
    show_post(post)
    record(
        verb="guest.invite", subject=f"consultation:{consultation_id}", by=by, at=at, detail=_detail(guest)
    )
    return guest.public_id


@use_case
def invite_family(
    *, consultation_id: str, name: str, citizen_id: int, by: Actor, at: datetime
) -> tuple[str, str]:
    """Invite somebody to help from another phone; return (invitation's id, the secret of the link, told only now).

    Raises Empty, CallGone, CallFull, NotFound.
    """
    row = lock_one(Consultation.objects.filter(public_id=consultation_id, citizen_id=citizen_id))
    if row.state not in (*IN_LINE, *AT_A_POST):
        raise CallGone()
    if not name.strip():
        raise Empty(field="name")
    token = secrets.token_urlsafe(24)
    guest = Guest.objects.create(
        consultation=row, kind=GuestKind.FAMILY, state=GuestState.INVITED, seat=_seat_for(row, at=at),
        name=name.strip()[:30], token_hash=token_hash(token), invited_by_id=citizen_id, invited_at=at,
        expires_at=at + rules.FAMILY_MAY_COME, seen_at=at,
    )  # fmt: skip
    show_guest(guest)
    record(
        verb="guest.invite", subject=f"consultation:{consultation_id}", by=by, at=at, detail=_detail(guest)
    )
    return guest.public_id, token


@use_case
def join_as_family(*, token: str, user_id: int, by: Actor, at: datetime) -> str:
    """Come by the link; the first who does is bound to it. Twice is the same as once. Returns the guest's id.

    Raises InvitationGone (also for the parties themselves).
    """
    found = (
        Guest.objects.filter(token_hash=token_hash(token)).values_list("consultation_id", flat=True).first()
    )
    if found is None:
        raise InvitationGone()
    row = lock_one(Consultation.objects.filter(pk=found))
    guest = lock_one(Guest.objects.filter(token_hash=token_hash(token)))
    if guest.state == GuestState.HERE and guest.user_id == user_id:
        return guest.public_id
    too_late = guest.expires_at <= at or user_id in (row.citizen_id, row.officer_id)
    if guest.state != GuestState.INVITED or too_late:
        raise InvitationGone()
    guest.user_id = user_id
    _come(row, guest, by=by, at=at)
    return guest.public_id


@use_case
def join_as_colleague(*, guest_id: str, user_id: int, by: Actor, at: datetime) -> None:
    """Accept an invitation: the own post pauses meanwhile, so that nobody rings it. Twice is the same as once.

    Raises InvitationGone, ColleagueBusy (rung or in a call meanwhile), NotFound.
    """
    row, guest = row_and_guest(guest_id)
    if guest.user_id != user_id or guest.kind != GuestKind.COLLEAGUE:
        raise NotFound()
    if guest.state == GuestState.HERE:
        return
    if guest.state != GuestState.INVITED or guest.expires_at <= at:
        raise InvitationGone()
    post = Post.objects.filter(officer_id=user_id, state__in=_MAY_HELP).select_for_update().first()
    if post is None:
        raise ColleagueBusy()
    if post.state != PostState.PAUSED:
        move_post(post, "pause", reason=PauseReason.HELPING, at=at)
    _come(row, guest, by=by, at=at)
    show_post(post)


@use_case
def join_as_supervisor(
    *, desk_id: int, venue_codes: list[str] | None, user_id: int, by: Actor, at: datetime
) -> str:
    """Join the call at a post within one's reach (None: everywhere), seen by both; return the guest's id.

    Raises CallGone, CallFull, NotFound.
    """
    posts = Post.objects.filter(desk_id=desk_id)
    post = (posts if venue_codes is None else posts.filter(desk__venue__code__in=venue_codes)).first()
    if post is None:
        raise NotFound()
    row = post.consultations.filter(state=ConsultationState.CONNECTED).select_for_update().first()
    if row is None or user_id in (row.citizen_id, row.officer_id):
        raise CallGone()
    here = row.guests.filter(user_id=user_id, state=GuestState.HERE).first()
    if here is not None:
        return here.public_id
    guest = Guest(
        consultation=row, kind=GuestKind.SUPERVISOR, state=GuestState.INVITED, seat=_seat_for(row, at=at),
        user_id=user_id, invited_by_id=user_id, invited_at=at, expires_at=at, seen_at=at,
    )  # fmt: skip
    _come(row, guest, by=by, at=at)
    return guest.public_id


def _come(row: Consultation, guest: Guest, *, by: Actor, at: datetime) -> None:
    guest.state = GUEST.next_state(guest.state, "join")
    guest.joined_at = guest.seen_at = at
    guest.save()
    show_guest(guest)
    add_message(row, "system", text=in_the_language_of(row.citizen_id, partial(_came, guest)), at=at)
    record(verb="guest.join", subject=f"consultation:{row.public_id}", by=by, at=at, detail=_detail(guest))
    publish(CompanyChanged(consultation_id=row.public_id, at=at))


def _came(guest: Guest) -> str:
    said = {
        GuestKind.COLLEAGUE: _("A colleague has joined the call: %(name)s."),
        GuestKind.SUPERVISOR: _("A supervisor has joined the call."),
        GuestKind.FAMILY: _("%(name)s helps from another phone."),
    }
    return said[GuestKind(guest.kind)] % {"name": guest.name}


def _left(guest: Guest) -> str:
    said = {
        GuestKind.COLLEAGUE: _("The colleague has left the call: %(name)s."),
        GuestKind.SUPERVISOR: _("The supervisor has left the call."),
        GuestKind.FAMILY: _("%(name)s is no longer in the call."),
    }
    return said[GuestKind(guest.kind)] % {"name": guest.name}


@use_case
def leave_company(*, guest_id: str, user_id: int, by: Actor, at: datetime) -> None:
    """Leave a call in which one is a guest, or decline. Twice is the same as once. Raises NotFound."""
    row, guest = row_and_guest(guest_id)
    if guest.user_id != user_id:
        raise NotFound()
    _end(row, guest, "leave", by=by, at=at)


@use_case
def send_away(*, guest_id: str, user_id: int, by: Actor, at: datetime) -> None:
    """Take an invitation back, or send away who came by it, at once: only who invited. Raises NotFound."""
    row, guest = row_and_guest(guest_id)
    if guest.invited_by_id != user_id:
        raise NotFound()
    _end(row, guest, "take_back", by=by, at=at)


def row_and_guest(guest_id: str) -> tuple[Consultation, Guest]:
    """Lock a guest, and the consultation first; raises NotFound."""
    found = Guest.objects.filter(public_id=guest_id).values_list("consultation_id", flat=True).first()
    row = lock_one(Consultation.objects.filter(pk=found or 0))
    return row, lock_one(Guest.objects.filter(public_id=guest_id))


def _end(row: Consultation, guest: Guest, verb: str, *, by: Actor, at: datetime) -> None:
    if guest.state == GuestState.GONE:
        return
    was_here = guest.state == GuestState.HERE
    lines = _go(row, guest, verb, at=at)
    if was_here:
        add_message(row, "system", text=in_the_language_of(row.citizen_id, partial(_left, guest)), at=at)
    record(verb=f"guest.{verb}", subject=f"consultation:{row.public_id}", by=by, at=at, detail=_detail(guest))
    if lines:
        match_lines(lines, at=at)


def _go(row: Consultation, guest: Guest, verb: str, *, at: datetime) -> list[str]:
    """Let a guest go; return the lines whose post is free again. The caller matches them last, as locks want it."""
    was_here = guest.state == GuestState.HERE
    guest.state = GUEST.next_state(guest.state, verb)
    guest.ended_at, guest.token_hash = at, ""
    guest.save(update_fields=["state", "ended_at", "token_hash"])
    guest.consultation = row
    show_guest(guest)
    if was_here:
        publish(CompanyChanged(consultation_id=row.public_id, at=at))
    if guest.kind != GuestKind.COLLEAGUE:
        return []
    post = (
        Post.objects.filter(officer_id=guest.user_id).exclude(state=PostState.OFF).select_for_update().first()
    )
    if post is None:
        return []
    if was_here and post.state == PostState.PAUSED and post.pause_reason == PauseReason.HELPING:
        move_post(post, "resume", idle=True, at=at)
        return lines_of(post)
    show_post(post)
    return []


def part_company(row: Consultation, *, staff_only: bool = False, at: datetime) -> None:
    """Send everybody else away from a locked consultation that ends; family stays when it only goes on elsewhere.

    A colleague's post is free again at once, and rung from the next sweep on.
    """
    guests = row.guests.exclude(state=GuestState.GONE)
    for guest in list((guests.exclude(kind=GuestKind.FAMILY) if staff_only else guests).order_by("pk")):
        _go(row, guest, "end", at=at)


def end_company_of(*, post_row: int, at: datetime) -> None:
    """A post whose page is gone helps nobody any more.

    Each is a use case of its own, before the post is closed: the call and its guest are locked before the guest's post.
    """
    officer = Post.objects.filter(pk=post_row).values("officer")[:1]
    guests = Guest.objects.filter(user_id__in=officer).exclude(state=GuestState.GONE)
    for guest_id in list(guests.values_list("public_id", flat=True)):
        _end_with_post(guest_id=guest_id, at=at)


@use_case
def _end_with_post(*, guest_id: str, at: datetime) -> None:
    row, guest = row_and_guest(guest_id)
    posts = Post.objects.filter(officer_id=guest.user_id).exclude(state=PostState.OFF)
    if posts.filter(seen_at__lte=at - rules.OFFICER_AWAY).exists():
        _end(row, guest, "end", by=_SYSTEM, at=at)


def end_silent_guests(*, looked_out: bool, at: datetime) -> int:
    """End invitations that are too old, and the company of those whose page is closed; return how many.

    `looked_out`: whether pages were looked out for long enough that silence means absence.
    """
    over = Q(state=GuestState.INVITED, expires_at__lte=at)
    if looked_out:
        over |= Q(state=GuestState.HERE, seen_at__lte=at - rules.GUEST_AWAY)
    found = list(Guest.objects.filter(over).values_list("public_id", flat=True))
    return sum(_end_silent(guest_id=guest_id, at=at) for guest_id in found)


@use_case
def _end_silent(*, guest_id: str, at: datetime) -> int:
    row, guest = row_and_guest(guest_id)
    is_silent = guest.state == GuestState.HERE and guest.seen_at <= at - rules.GUEST_AWAY
    is_late = guest.state == GuestState.INVITED and guest.expires_at <= at
    if not is_silent and not is_late:
        return 0
    _end(row, guest, "end", by=_SYSTEM, at=at)
    return 1


def _helps(officer_id: int) -> bool:
    return Guest.objects.filter(user_id=officer_id, state=GuestState.HERE).exists()


def refuse_who_helps(officer_id: int) -> None:
    """Refuse a step that would let a post be rung, or closed, whose officer is in a colleague's call."""
    if _helps(officer_id):
        raise HelpsElsewhere()


def _detail(guest: Guest) -> dict[str, str]:
    return {"guest": guest.public_id, "kind": str(guest.kind)}
