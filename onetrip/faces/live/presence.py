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


def open_pages(topics: Iterable[Topic]) -> tuple[list[str], list[int]]:
    """Return the consultations whose citizen is here, and the desks whose officer is here."""
    citizens: list[str] = []
    posts: list[int] = []
    for topic in topics:
        prefix, _colon, key = topic.name.partition(":")
        if prefix == "consultation" and "citizen" in topic.present():
            citizens.append(key)
        elif prefix == "post" and topic:
            posts.append(int(key))
    return citizens, posts


async def report(topics: Iterable[Topic]) -> None:
    """Mark everybody who is here as seen now. Raises DatabaseError."""
    citizens, posts = open_pages(topics)
    rest = iter(citizens)
    await read(_mark_seen, list(islice(rest, _AT_ONCE)), posts)  # also for no page at all: somebody looks
    while part := list(islice(rest, _AT_ONCE)):
        await read(_mark_seen, part, [])


def _mark_seen(citizens: list[str], posts: list[int]) -> None:
    consultations.mark_seen(citizens=citizens, posts=posts, at=clock.now())
