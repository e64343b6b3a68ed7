"""What holds at every moment of a day in the line, whoever did what at the same time."""

from onetrip.domain.consultations.models import Consultation, Guest, Post
from onetrip.domain.consultations.states import LIVE
from tests.domain.consultations.doings import LINES


def posts_and_calls_agree() -> None:
    for post in Post.objects.all():
        here = post.consultations.filter(state__in=["ringing", "connected"])
        states = list(here.values_list("state", flat=True))
        assert states == {"ringing": ["ringing"], "in_call": ["connected"]}.get(post.state, []), post
    assert not Consultation.objects.filter(state__in=("waiting", "away"), officer__isnull=False).exists()


def nobody_is_rung_while_in_a_call() -> None:
    """Neither in one of their own nor in a colleague's; and no more than four are in any."""
    for guest in Guest.objects.filter(state="here").select_related("consultation"):
        assert guest.consultation.state in (("connected",) if guest.kind != "family" else LIVE)
        assert not Post.objects.filter(officer_id=guest.user_id, state__in=("ringing", "in_call")).exists()
        assert guest.consultation.guests.exclude(state="gone").count() <= 2


def nobody_is_lost() -> None:
    states = set(Consultation.objects.filter(ended_at__isnull=True).values_list("state", flat=True))
    assert states <= set(LIVE)


def topics() -> list[str]:
    """Every live document there is."""
    posts = [f"post:{desk}" for desk in Post.objects.values_list("desk_id", flat=True)]
    calls = [f"consultation:{call}" for call in Consultation.objects.values_list("public_id", flat=True)]
    guests = [f"guest:{guest}" for guest in Guest.objects.values_list("public_id", flat=True)]
    return [*(f"line:{name}" for name in LINES), *posts, *calls, *guests]
