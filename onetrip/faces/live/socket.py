"""The ASGI entry: one call of `application` is one open page."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError
from django.http.request import split_domain_port, validate_host

from onetrip.faces.frame.sessions import user_of_scope
from onetrip.faces.live import limits
from onetrip.faces.live.admission import PARTIES
from onetrip.faces.live.hub import Hub
from onetrip.faces.live.reads import read
from onetrip.faces.live.socket_state import SocketState
from onetrip.faces.live.topic import encode

log = logging.getLogger(__name__)
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CITIZENS = "/live"
STAFF = "/console/live"
_PONG = encode({"op": "pong"})
_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the event loop's hub, started."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _hubs[loop].start()
    return _hubs[loop]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one page's socket, or the server's start and stop."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await _connect(scope, receive, send)
    else:
        await send(
            {"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]}
        )
        await send({"type": "http.response.body", "body": b"only sockets live here"})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub()
            await send({"type": "lifespan.startup.complete"})
        else:
            running = _hubs.pop(asyncio.get_running_loop(), None)
            if running is not None:
                await running.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Say whether one of our own pages opened the socket: cookies would come along from any other, too."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, _port = split_domain_port(host)
    return bool(domain) and urlsplit(origin).netloc == host and validate_host(domain, settings.ALLOWED_HOSTS)


async def _connect(scope: Scope, receive: Receive, send: Send) -> None:
    if (await receive())["type"] != "websocket.connect":
        return
    if scope["path"] not in (CITIZENS, STAFF) or not is_own_page(dict(scope["headers"])):
        await send({"type": "websocket.close", "code": 4403})
        return
    await send({"type": "websocket.accept"})
    try:
        user_id = await read(_who, scope)
    except DatabaseError:
        await send({"type": "websocket.close", "code": limits.CLOSE_RESTART})
        return
    if user_id is None and scope["path"] == STAFF:
        await send({"type": "websocket.close", "code": limits.CLOSE_SIGNED_OUT})
        return
    socket = SocketState(send=send, user_id=user_id, task=asyncio.current_task())
    if scope["path"] == STAFF:
        cookies = [(name, value) for name, value in scope["headers"] if name == b"cookie"]
        socket.recheck = partial(_who, {"path": STAFF, "headers": cookies})
    await _serve(socket, receive)


def _who(scope: Scope) -> int | None:
    user = user_of_scope(scope)
    return None if user is None else user.pk


async def _serve(socket: SocketState, receive: Receive) -> None:
    here = hub()
    here.arrived(socket)
    try:
        while not socket.ended:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await _obey(here, socket, message)
    except asyncio.CancelledError:
        if not socket.ended:
            raise
    except DatabaseError:
        socket.ended = limits.CLOSE_RESTART
    finally:
        here.left(socket)
    await socket.goodbye()


async def _obey(here: Hub, socket: SocketState, message: dict[str, Any]) -> None:
    text = message.get("text") or ""
    if not socket.allows(now=time.monotonic()):
        socket.ended = limits.CLOSE_POLICY
        return
    if len(text) > limits.MESSAGE_BYTES:
        socket.ended = limits.CLOSE_TOO_BIG
        return
    try:
        asked = json.loads(text)
        operation = asked["op"]
    except (ValueError, TypeError, KeyError, RecursionError):
        socket.ended = limits.CLOSE_POLICY
        return
    if operation == "ping":
        socket.push(_PONG)
    elif operation == "subscribe":
        await _subscribe(here, socket, asked.get("topics"))
    elif operation == "unsubscribe" and isinstance(asked.get("topics"), list):
        for name in asked["topics"]:
            here.unfollow(socket, str(name))
    elif operation == "signal" and isinstance(asked.get("body"), dict):
        name = str(asked.get("topic"))
        to = asked.get("to", "")
        if not await here.signal(socket, name, asked["body"], to if to in PARTIES else "nobody"):
            socket.push(encode({"op": "refused", "topic": name, "code": "not_a_party"}))
    else:
        socket.ended = limits.CLOSE_POLICY


async def _subscribe(here: Hub, socket: SocketState, topics: object) -> None:
    wanted = topics if isinstance(topics, dict) else {}
    valid = {
        str(name): last if type(last) is int and last >= 0 else None  # a bool is no number here
        for name, last in wanted.items()
    }
    if not valid or len(socket.topics | valid.keys()) > limits.TOPICS_PER_SOCKET:
        socket.ended = limits.CLOSE_POLICY
        return
    await here.follow(socket, valid)
