"""What the sockets of this process share: the topics, the connection to Valkey, and the regular rounds."""

import asyncio
import contextlib
import json
import logging
import random
import time
from collections.abc import Coroutine
from typing import Any, Final, cast

from django.db import Error as DatabaseError

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.faces.live.admission import Grant, Party, admit
from onetrip.faces.live.limits import CLOSE_RESTART, CLOSE_SIGNED_OUT, EVENTS_AT_ONCE, RECHECK_S
from onetrip.faces.live.presence import REPORT_EVERY_S, report
from onetrip.faces.live.pushes import Pushes
from onetrip.faces.live.reads import read
from onetrip.faces.live.socket_state import SocketState
from onetrip.faces.live.topic import Topic, encode

log = logging.getLogger(__name__)
RECONCILE_EVERY_S: Final = 15.0
SWEEP_EVERY_S: Final = 5.0
_HEADS_AT_ONCE: Final = 2000
_DECIDES_PARTY: Final = frozenset({"state", "officer", "desk", "ring", "guests"})

Opened = dict[str, tuple[Grant, int, list[tuple[int, dict[str, Any]]] | None, dict[str, Any] | None]]


def _open_topics(user_id: int | None, wanted: dict[str, int | None]) -> tuple[Opened, list[str]]:
    """Return what may be followed, with what is missing (changes, or a snapshot), and what does not exist for one."""
    opened: Opened = {}
    refused: list[str] = []
    for topic, last in wanted.items():
        grant = admit(user_id, topic)
        if grant is None:
            refused.append(topic)
            continue
        events = None if last is None else live.events_after(topic, last)
        if events is not None and last is not None and len(events) <= EVENTS_AT_ONCE:
            opened[topic] = (grant, events[-1][0] if events else last, events, None)
            continue
        try:
            seq, document = live.snapshot(topic)
        except NotFound:
            refused.append(topic)
            continue
        opened[topic] = (grant, seq, None, document)
    return opened, refused


class Hub:
    """One for each event loop. `start` before use."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.sockets: set[SocketState] = set()
        self._pushes = Pushes(hint=self._on_hint, signal=self._on_signal, connected=self._reconcile_soon)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to listen, to reconcile, and to look after the sockets."""
        for rounds in (
            self._pushes.listen(),
            self._reconcile_rounds(),
            self._sweep_rounds(),
            self._recheck_rounds(),
            self._presence_rounds(),
        ):
            self._background(rounds)

    async def stop(self) -> None:
        """Ask every page to come back elsewhere, and end the rounds."""
        for socket in list(self.sockets):
            socket.end(CLOSE_RESTART)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pushes.close()

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("live: a task failed", exc_info=task.exception())

    # -- following ---------------------------------------------------------------------------------------------

    async def follow(self, socket: SocketState, wanted: dict[str, int | None]) -> None:
        """Let the socket follow topics from the number it holds (None: nothing). Raises DatabaseError."""
        opened, refused = await read(_open_topics, socket.user_id, wanted)
        for name in refused:
            socket.push(encode({"op": "refused", "topic": name, "code": "not_found"}))
            self.unfollow(socket, name)
        if socket.ended:
            return
        for name, (grant, seq, events, document) in opened.items():
            topic = self.topics.setdefault(name, Topic(name))
            if document is not None:
                message = {
                    "op": "snapshot",
                    "topic": name,
                    "seq": seq,
                    "doc": document,
                    "now": int(time.time() * 1000),
                }
                socket.push(encode(message))
            for number, patch in events or ():
                socket.push(encode({"op": "event", "topic": name, "seq": number, "patch": patch}))
            self._join(socket, topic, seq, grant)

    def _join(self, socket: SocketState, topic: Topic, seq: int, grant: Grant) -> None:
        others_behind = topic.admit(socket, seq=seq, grant=grant)
        socket.topics.add(topic.name)
        if others_behind or seq < topic.seq:
            topic.rewind(seq)
            self._fill(topic)
        if grant.party is not None:
            self._announce(topic, grant.party, present=True, joined=True)

    def unfollow(self, socket: SocketState, name: str) -> None:
        """Stop telling the socket about a topic."""
        socket.topics.discard(name)
        topic = self.topics.get(name)
        if topic is None or socket not in topic:
            return
        gone = topic.leave(socket)
        if gone is not None:
            self._announce(topic, gone, present=False)
        if not topic:
            del self.topics[name]

    def arrived(self, socket: SocketState) -> None:
        """Count a socket in."""
        self.sockets.add(socket)

    def left(self, socket: SocketState) -> None:
        """Forget a socket that is gone."""
        self.sockets.discard(socket)
        for name in list(socket.topics):
            self.unfollow(socket, name)

    # -- changes -----------------------------------------------------------------------------------------------

    def _on_hint(self, name: str, text: str) -> None:
        topic = self.topics.get(name)
        if topic is None:
            return
        hint = json.loads(text)
        if not topic.tell(hint["seq"], '{"op":"event",' + text[1:]):
            self._fill(topic)
        if topic.parties and not _DECIDES_PARTY.isdisjoint(hint["patch"]):
            self._background(self._review(topic))

    def _fill(self, topic: Topic) -> None:
        self._background(self._filled(topic))

    async def _filled(self, topic: Topic) -> None:
        with contextlib.suppress(DatabaseError):  # the next round looks again
            await topic.fill()
        if topic.parties:
            await self._review(topic)

    async def _review(self, topic: Topic) -> None:
        """A call that went on to another post: the one before may not listen any longer."""
        for socket in topic.followers():
            if isinstance(socket, SocketState):
                try:
                    grant = await read(admit, socket.user_id, topic.name)
                except DatabaseError:
                    return
                if grant is None:
                    socket.push(encode({"op": "refused", "topic": topic.name, "code": "not_found"}))
                    self.unfollow(socket, topic.name)
                    if topic.name.startswith("guest:"):
                        socket.end(
                            CLOSE_RESTART
                        )  # sent away: whatever else the page followed is asked for anew

    # -- signals -----------------------------------------------------------------------------------------------

    async def signal(self, socket: SocketState, name: str, body: dict[str, Any], to: str = "") -> bool:
        """Pass words of one party to the others, or to one of them. Returns False for who is no party of the topic."""
        topic = self.topics.get(name)
        party = topic.parties.get(socket) if topic is not None and topic.parties else None
        if party is None:
            return False
        await self._pushes.send_signal(
            name, f"{party}|{to}|" + encode({"op": "signal", "topic": name, "from": party, "body": body})
        )
        return True

    def _announce(self, topic: Topic, party: Party, *, present: bool, joined: bool = False) -> None:
        message = encode({"op": "peer", "topic": topic.name, "from": party, "present": present})
        kind = "+" if joined else "-" if not present else "="
        self._background(self._pushes.send_signal(topic.name, f"{party}|{kind}|{message}"))

    def _on_signal(self, name: str, text: str) -> None:
        topic = self.topics.get(name)
        if topic is None:
            return
        sender, kind, message = text.split("|", 2)
        if kind == "-" and sender in topic.present():
            self._announce(topic, sender, present=True)  # gone elsewhere, but still here
            return
        to = kind if len(kind) > 1 else ""
        for follower, party in topic.speakers():
            if party != sender and to in ("", party):
                follower.push(message)
        if kind == "+":
            for other in topic.present() - {cast(Party, sender)}:
                self._announce(topic, other, present=True)

    # -- rounds ------------------------------------------------------------------------------------------------

    def _reconcile_soon(self) -> None:
        self._background(self.reconcile())

    async def _reconcile_rounds(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_EVERY_S * random.uniform(0.8, 1.2))
            await self.reconcile()

    async def reconcile(self) -> None:
        """Compare every topic's number with the table: a push that was lost is made good here."""
        names = list(self.topics)
        for start in range(0, len(names), _HEADS_AT_ONCE):
            part = names[start : start + _HEADS_AT_ONCE]
            try:
                heads = await read(live.heads, part)
            except DatabaseError:
                log.warning("live: the database is away, reconciling later")
                return
            for name in part:
                topic = self.topics.get(name)
                if topic is not None and heads.get(name, 0) != topic.seq:
                    self._fill(topic)

    async def _sweep_rounds(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            now = time.monotonic()
            for socket in list(self.sockets):
                socket.check(now=now)

    async def _recheck_rounds(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            for socket in [one for one in self.sockets if one.recheck is not None]:
                with contextlib.suppress(DatabaseError):
                    if socket.recheck is not None and await read(socket.recheck) != socket.user_id:
                        socket.end(CLOSE_SIGNED_OUT)

    async def _presence_rounds(self) -> None:
        while True:
            with contextlib.suppress(DatabaseError):  # the next round is soon enough
                await report(list(self.topics.values()))
            await asyncio.sleep(REPORT_EVERY_S)
