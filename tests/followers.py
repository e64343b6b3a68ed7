"""Pages that follow live documents by their changes alone: what they show must be what a fresh page shows."""

from collections.abc import Callable, Iterable
from typing import Any

from onetrip.core import live


class Followers:
    """One page for each of `topics()`, open since it first saw its document."""

    def __init__(self, topics: Callable[[], Iterable[str]]) -> None:
        self.topics = topics
        self.held: dict[str, tuple[int, dict[str, Any]]] = {}

    def look(self, *, everywhere: bool = True) -> None:
        """Compare what they hold with fresh snapshots: of all documents, or of those that have changed."""
        wanted = list(self.topics())
        if not everywhere:
            heads = live.heads(wanted)
            wanted = [topic for topic in wanted if self.held.get(topic, (-1,))[0] != heads.get(topic, 0)]
        for topic in wanted:
            fresh = live.snapshot(topic)
            if topic in self.held:
                seq, document = self.held[topic]
                for number, patch in live.events_after(topic, seq) or []:
                    seq, document = number, live.merge(document, patch)
                other = {name for name in {*document, *fresh[1]} if document.get(name) != fresh[1].get(name)}
                assert (seq, document) == fresh, f"{topic}: {other} differs"
            self.held[topic] = fresh
