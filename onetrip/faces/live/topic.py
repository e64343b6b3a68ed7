"""One topic in this process: who follows it, and how far each has been told."""

import json
import logging
from collections.abc import Iterator
from typing import Any, Protocol

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.faces.live.admission import Grant, Party
from onetrip.faces.live.limits import EVENTS_AT_ONCE
from onetrip.faces.live.reads import read

log = logging.getLogger(__name__)


class Follower(Protocol):
    """What a topic needs of a socket."""

    def push(self, text: str) -> None:
        """Send without waiting."""


def encode(message: dict[str, Any]) -> str:
    """Return the message as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)


class Topic:
    """Keeps `seq`, the number up to which all followers have been told, and fills gaps from the table."""

    __slots__ = ("_again", "_filling", "_held", "name", "parties", "seq")

    def __init__(self, name: str) -> None:
        self.name = name
        self.seq = -1  # nobody has been told anything
        self._held: dict[Follower, int] = {}
        self.parties: dict[Follower, Party] | None = None
        self._filling = False
        self._again = False

    def __bool__(self) -> bool:
        return bool(self._held)

    def __contains__(self, follower: object) -> bool:
        return follower in self._held

    def admit(self, follower: Follower, *, seq: int, grant: Grant) -> bool:
        """Let somebody follow who has been told everything up to `seq`. Returns whether others are behind it."""
        self._held[follower] = seq
        if grant.party is not None:
            self.parties = self.parties or {}
            self.parties[follower] = grant.party
        if self.seq < 0:
            self.seq = seq
        return seq > self.seq

    def rewind(self, seq: int) -> None:
        """Make the next filling begin at `seq`, for somebody who was told less than the others."""
        self.seq = min(self.seq, seq)

    def leave(self, follower: Follower) -> Party | None:
        """Stop telling somebody. Returns the party of which this was the last follower here."""
        self._held.pop(follower, None)
        party = self.parties.pop(follower, None) if self.parties else None
        return party if party is not None and party not in self.present() else None

    def present(self) -> set[Party]:
        """Return the parties that follow from this process."""
        return set(self.parties.values()) if self.parties else set()

    def speakers(self) -> Iterator[tuple[Follower, Party]]:
        """Yield the followers that speak in the topic, each with the party it speaks for."""
        yield from list((self.parties or {}).items())

    def followers(self) -> list[Follower]:
        """Return everybody who follows."""
        return list(self._held)

    def tell(self, seq: int, text: str) -> bool:
        """Pass on change number `seq`. Returns False when one before it is missing: call `fill`."""
        if seq <= self.seq:
            return True
        if seq != self.seq + 1:
            return False
        self.seq = seq
        for follower, held in list(self._held.items()):
            if held < seq:
                self._held[follower] = seq
                follower.push(text)
        return True

    async def fill(self) -> None:
        """Tell the followers every change after `seq` that the table has. One filling at a time is enough."""
        if self._filling:
            self._again = True
            return
        self._filling = True
        try:
            while True:
                self._again = False
                await self._fill_once()
                if not self._again:
                    return
        finally:
            self._filling = False

    async def _fill_once(self) -> None:
        events = await read(live.events_after, self.name, self.seq)
        if events is not None and len(events) <= EVENTS_AT_ONCE:
            for seq, patch in events:
                self.tell(seq, encode({"op": "event", "topic": self.name, "seq": seq, "patch": patch}))
            return
        try:
            seq, document = await read(live.snapshot, self.name)
        except NotFound:
            for follower in self.followers():
                follower.push(encode({"op": "refused", "topic": self.name, "code": "not_found"}))
            return
        self._again = self.seq > seq  # changes that came meanwhile have to be told once more
        text = encode({"op": "snapshot", "topic": self.name, "seq": seq, "doc": document})
        self.seq = seq
        for follower in self.followers():
            self._held[follower] = seq
            follower.push(text)
