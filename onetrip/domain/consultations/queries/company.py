"""Who else is in a call, and what they may see of it."""

from datetime import datetime

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import Consultation, Guest, Post
from onetrip.domain.consultations.queries.documents import messages_of
from onetrip.domain.consultations.states import ConsultationState, GuestState, Mode, PostState
from onetrip.domain.consultations.views import CompanyView, GuestView, InCall, OtherPost, Present


def party_with_guest(*, guest_id: str, user_id: int) -> str | None:
    """Say as whom a user may talk in the topic of a guest who is in the call: “guest”, one of the parties, or None."""
    row = (
        Guest.objects.filter(public_id=guest_id, state=GuestState.HERE).select_related("consultation").first()
    )
    if row is None:
        return None
    if row.user_id == user_id:
        return "guest"
    if row.consultation.citizen_id == user_id:
        return "citizen"
    if row.consultation.officer_id == user_id:
        return "officer"
    others = Guest.objects.filter(consultation_id=row.consultation_id, user_id=user_id, state=GuestState.HERE)
    seat = others.values_list("seat", flat=True).first()
    return None if seat is None else f"guest{seat}"


def is_guest(*, consultation_id: str, user_id: int) -> bool:
    """Say whether the user is in this call as a guest, now."""
    here = Guest.objects.filter(user_id=user_id, state=GuestState.HERE)
    return here.filter(consultation__public_id=consultation_id).exists()


def company(*, guest_id: str, user_id: int) -> CompanyView:
    """Return the call to a guest who is in it now; to anybody else it does not exist (NotFound)."""
    rows = Guest.objects.filter(public_id=guest_id, user_id=user_id, state=GuestState.HERE)
    guest = rows.select_related("consultation__officer").first()
    if guest is None:
        raise NotFound()
    row = guest.consultation
    return CompanyView(
        guest=_view(guest),
        item_name=row.item_name,
        item_code=row.item_code,
        mode=row.mode,
        state=row.state,
        officer_name=row.officer.name if row.officer else None,
        messages=messages_of(row),
        others=[_view(other) for other in row.guests.exclude(state=GuestState.GONE).order_by("seat")],
    )


def guests_of(*, consultation_id: str, user_id: int) -> list[GuestView]:
    """Return who else is in the call or invited, to one of its parties; nobody to anybody else."""
    rows = Guest.objects.filter(consultation__public_id=consultation_id).exclude(state=GuestState.GONE)
    mine = rows.select_related("consultation").order_by("seat")
    return [
        _view(row) for row in mine if user_id in (row.consultation.citizen_id, row.consultation.officer_id)
    ]


def colleagues_to_invite(*, consultation_id: str, officer_id: int, at: datetime) -> list[OtherPost]:
    """Return the posts on duty whose officer could join now, to the officer in the call (else NotFound)."""
    rows = Consultation.objects.filter(public_id=consultation_id, officer_id=officer_id)
    if not rows.filter(state=ConsultationState.CONNECTED).exists():
        raise NotFound()
    may = (PostState.AVAILABLE, PostState.PAUSED, PostState.WRAP_UP)
    there = Post.objects.filter(state__in=may, seen_at__gt=at - rules.OFFICER_AWAY)
    return [
        OtherPost(post.desk_id, post.label, post.officer.name, post.state)
        for post in there.exclude(officer_id=officer_id).select_related("officer").order_by("label", "pk")
        if post.officer is not None
    ]


def in_call(*, consultation_id: str) -> InCall:
    """Return who is in a call now, whoever asks: for the modules above, not for a page. Raises NotFound."""
    rows = Consultation.objects.select_related("post__desk__venue", "officer")
    row = rows.filter(public_id=consultation_id).first()
    if row is None:
        raise NotFound()
    guests = list(row.guests.exclude(state=GuestState.INVITED).order_by("pk"))
    people = [Present(row.citizen_id, "citizen", "citizen")]
    if row.officer_id is not None:
        people.append(Present(row.officer_id, "officer", "officer"))
    people += [
        Present(guest.user_id or 0, guest.public_id, str(guest.kind))
        for guest in guests
        if guest.state == GuestState.HERE
    ]
    return InCall(
        key=row.pk,
        talks=row.state == ConsultationState.CONNECTED and row.mode == Mode.VIDEO,
        item_code=row.item_code,
        officer_id=row.officer_id,
        citizen_id=row.citizen_id,
        post_label=row.post.label if row.post else "",
        venue_code=row.post.desk.venue.code if row.post else "",
        people=tuple(people),
        gone=tuple(guest.public_id for guest in guests if guest.state == GuestState.GONE),
    )


def _view(row: Guest) -> GuestView:
    return GuestView(
        row.public_id, row.consultation.public_id, row.kind, row.state, row.seat, row.name, row.expires_at
    )
