"""Two doors, two sessions: one browser can be a citizen in one tab and an officer in the next, never both in one.

Which door a request comes through is decided by its path alone. A session opens only the door it was made for: the
kind of its user is checked with every request, and the console wants to have seen the second factor.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from types import SimpleNamespace
from typing import Any, Literal

from asgiref.sync import sync_to_async
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from onetrip.core.session_store import SessionStore
from onetrip.domain.accounts import queries as accounts
from onetrip.faces.frame.network import Layer, vary_by


@dataclass(frozen=True)
class Door:
    """One way in. `idle`: a signed-in session ends after this much silence; `touch`: how often silence is broken."""

    kind: str
    cookie: str
    path: str
    same_site: Literal["Lax", "Strict"]
    idle: timedelta
    touch: timedelta


CITIZEN = Door("citizen", "onetrip_citizen", "/", "Lax", timedelta(days=30), timedelta(days=1))
STAFF = Door("staff", "onetrip_staff", "/console", "Strict", timedelta(hours=12), timedelta(minutes=5))
ANONYMOUS_LIVES = timedelta(days=1)

SECOND_FACTOR = "second_factor"
_SEEN = "seen"
_PENDING = "pending_staff"
_PENDING_LIVES_S = 600


def door_of(path: str) -> Door:
    """Return the door that a path lies behind."""
    return STAFF if path == "/console" or path.startswith("/console/") else CITIZEN


def session_of(cookies: Mapping[str, str], door: Door) -> SessionBase:
    """Return the session that the cookies name at this door. Nothing is read before it is looked into."""
    return SessionStore(cookies.get(door.cookie))


def person_of(session: SessionBase, door: Door) -> Any:
    """Return the user whom the session lets through this door, or AnonymousUser."""
    user = _user_of(session)
    if not user.is_authenticated or user.kind != door.kind:
        return AnonymousUser()
    if door is STAFF and not session.get(SECOND_FACTOR):
        return AnonymousUser()
    return user


def _user_of(session: SessionBase) -> Any:
    """Return what django.contrib.auth.get_user would, which looks up each time what is the same for everybody."""
    key, given = session.get(auth.SESSION_KEY), session.get(auth.HASH_SESSION_KEY)
    if not key or not given or session.get(auth.BACKEND_SESSION_KEY) != BACKEND:
        return AnonymousUser()
    user = accounts.person_in_session(int(key))
    if user is None:
        return AnonymousUser()
    if constant_time_compare(given, user.session_hash):
        return user
    # Another password since then, or another key of the city: Django knows older keys, and ends what fits none.
    return auth.get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]  # it asks for nothing else


def person(request: HttpRequest) -> Any:
    """Return who asks, or AnonymousUser; looked up once a request."""
    known: Any = getattr(request, "_person", None)
    if known is None:
        known = request._person = person_of(request.session, door_of(request.path))  # type: ignore[attr-defined]
    return known


def user_of_scope(scope: Mapping[str, Any]) -> Any | None:
    """Return the user behind an ASGI scope (a WebSocket), by the same doors as pages; None for a stranger."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        cookies = {name: morsel.value for name, morsel in SimpleCookie(raw).items()}
    except CookieError:
        return None
    door = door_of(scope["path"])
    if door.cookie not in cookies:
        return None
    user = person_of(session_of(cookies, door), door)
    return user if user.is_authenticated else None


async def session_user(scope: Mapping[str, Any]) -> Any | None:
    """Return the user behind an ASGI scope without blocking the event loop; see :func:`user_of_scope`."""
    return await sync_to_async(user_of_scope)(scope)


class SessionOnly:
    """The only authentication backend: it finds the user of a session and never checks a password."""

    def get_user(self, user_id: int) -> Any | None:
        return accounts.open_account(user_id)

    def authenticate(self, _request: HttpRequest | None, **_credentials: Any) -> None:
        return None


BACKEND = f"{__name__}.SessionOnly"


def sign_in(request: HttpRequest, user: Any) -> None:
    """Put the user into the session of the request's door, under a new key; what was typed before stays.

    Raises PermissionError when it is not this user's door: that is a bug, not a wish to refuse politely.
    """
    door = door_of(request.path)
    if user.kind != door.kind:
        raise PermissionError(f"{user.kind} cannot come in through the {door.kind} door")
    auth.login(request, user, backend=BACKEND)
    request.session.pop(_PENDING, None)
    if door is STAFF:
        request.session[SECOND_FACTOR] = True
    request.session[_SEEN] = int(time.time())
    request.session.set_expiry(int(door.idle.total_seconds()))


def sign_out(request: HttpRequest) -> None:
    """End the session of the request's door; the other door's stays."""
    auth.logout(request)


def set_pending(request: HttpRequest, *, user_id: int, enrolled: bool) -> None:
    """Remember that the password was right and the second factor is still to come."""
    request.session.cycle_key()
    request.session[_PENDING] = {"id": user_id, "enrolled": enrolled, "at": int(time.time())}


def pending_of(request: HttpRequest) -> tuple[int, bool] | None:
    """Return (user id, enrolled?) of whom the second factor is awaited from, or None; it is awaited 10 minutes."""
    pending = request.session.get(_PENDING)
    if not pending or pending["at"] < time.time() - _PENDING_LIVES_S:
        return None
    return pending["id"], pending["enrolled"]


class DoorSessionMiddleware(Layer):
    """Django's session middleware, with a cookie per door; and `request.user`, found when somebody asks."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door = door_of(request.path)
        request.session = session_of(request.COOKIES, door)
        request.user = SimpleLazyObject(lambda: person(request))  # type: ignore[assignment]
        response = self._get_response(request)
        session = request.session
        if session.is_empty():
            if door.cookie in request.COOKIES:
                response.delete_cookie(door.cookie, path=door.path, samesite=door.same_site)
                vary_by(response, "Cookie")
            return response
        if session.accessed and response.status_code < 500:  # what is broken must not be asked again
            vary_by(response, "Cookie")
            _break_silence(session, door)
        if session.modified and response.status_code < 500:
            _save(request, response, door)
        return response


def _break_silence(session: SessionBase, door: Door) -> None:
    """Push the end of a signed-in session forward, but write at most once in `door.touch`."""
    now = int(time.time())
    if auth.SESSION_KEY not in session:
        if session.modified:
            session.set_expiry(int(ANONYMOUS_LIVES.total_seconds()))
    elif now - int(session.get(_SEEN, 0)) >= door.touch.total_seconds():
        session[_SEEN] = now
        session.set_expiry(int(door.idle.total_seconds()))


def _save(request: HttpRequest, response: HttpResponseBase, door: Door) -> None:
    try:
        request.session.save()
    except UpdateError as error:
        raise SessionInterrupted("the session was ended by another request") from error
    response.set_cookie(
        door.cookie,
        request.session.session_key or "",
        max_age=request.session.get_expiry_age(),
        path=door.path,
        secure=request.is_secure(),
        httponly=True,
        samesite=door.same_site,
    )
