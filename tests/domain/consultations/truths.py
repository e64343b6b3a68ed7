"""What holds at every moment of a day in the line, whoever did what at the same time."""

from typing import Any

from onetrip.core import live
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


class Followers:
    """Pages that follow everything by its changes alone, from when they first saw it."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[int, dict[str, Any]]] = {}

    def look(self, *, everywhere: bool = True) -> None:
        """Compare what they hold with fresh snapshots: of all documents, or of those that have changed."""
        wanted = topics()
        if not everywhere:
            heads = live.heads(wanted)
            wanted = [topic for topic in wanted if self.held.get(topic, (-1,))[0] != heads.get(topic, 0)]
        for topic in wanted:
            fresh = live.snapshot(topic)
            if topic in self.held:
                seq, document = self.held[topic]
                for number, patch in live.events_after(topic, seq) or []:
                    seq, document = number, live.merge(document, patch)
                assert (seq, document) == fresh, topic
            self.held[topic] = fresh
