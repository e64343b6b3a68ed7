"""Tells consultations whose page is open: one call every few seconds for everybody this process serves.

Only presence is reported. That somebody is gone follows from silence, which also covers a process that was killed.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from onetrip.core import clock
from onetrip.domain.consultations import services as consultations
from onetrip.faces.live.reads import read
from onetrip.faces.live.topic import Topic

REPORT_EVERY_S: Final = 8.0  # consultations give an officer's page 25 s, a citizen's 60 s
_AT_ONCE: Final = 1000


def open_pages(topics: Iterable[Topic]) -> tuple[list[str], list[int], list[str]]:
    """Return the consultations whose citizen is here, the desks whose officer is here, and the guests who are."""
    citizens: list[str] = []
    posts: list[int] = []
    guests: list[str] = []
    for topic in topics:
        prefix, _colon, key = topic.name.partition(":")
        if prefix == "consultation" and "citizen" in topic.present():
            citizens.append(key)
        elif prefix == "post" and topic:
            posts.append(int(key))
        elif prefix == "guest" and "guest" in topic.present():
            guests.append(key)
    return citizens, posts, guests


async def report(topics: Iterable[Topic]) -> None:
    """Mark everybody who is here as seen now. Raises DatabaseError."""
    citizens, posts, guests = open_pages(topics)
    rest = iter(citizens)
    await read(
        _mark_seen, list(islice(rest, _AT_ONCE)), posts, guests
    )  # also for no page at all: somebody looks
    while part := list(islice(rest, _AT_ONCE)):
        await read(_mark_seen, part, [], [])


def _mark_seen(citizens: list[str], posts: list[int], guests: list[str]) -> None:
    consultations.mark_seen(citizens=citizens, posts=posts, guests=guests, at=clock.now())
