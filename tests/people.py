"""Citizens and staff for tests, and browsers in which they are signed in."""

from itertools import count

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts import services
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.rules import hash_identity, hash_phone
from onetrip.domain.accounts.states import DEMO_PASSWORD, Kind, Role
from onetrip.faces.frame.sessions import BACKEND, CITIZEN, SECOND_FACTOR, STAFF, Door, session_of

_numbers = count(1)


def a_citizen(*, phone: str | None = None, name: str = "王芳") -> User:
    """Return a citizen who has signed in before."""
    phone = phone or f"139{next(_numbers):08d}"
    return User.objects.create(
        kind=Kind.CITIZEN, phone=phone, phone_hash=hash_phone(phone), name=name, joined_at=clock.now()
    )


def a_card_holder(*, name: str = "孙奶奶", card: str = "11010519491231002X") -> User:
    """Return somebody whom a counter knows by the identity card alone."""
    return User.objects.create(
        kind=Kind.CITIZEN, phone_hash=hash_identity(card), name=name, joined_at=clock.now()
    )


def a_staff_member(*roles: Role, username: str | None = None, name: str = "李警官") -> User:
    """Return a member of staff with these roles, password `DEMO_PASSWORD`, second factor enrolled (demo mode)."""
    return services.ensure_staff(
        username=username or f"staff{next(_numbers)}",
        name=name,
        roles=roles,
        password=DEMO_PASSWORD,
        by=Actor.system("tests"),
        at=clock.now(),
    )


def open_door(client: Client, user: User, *, door: Door | None = None, second_factor: bool = True) -> Client:
    """Sign the user in at a door (their own unless named) without going through the login pages."""
    door = door or (STAFF if user.kind == Kind.STAFF else CITIZEN)
    session = session_of({}, door)
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if door is STAFF and second_factor:
        session[SECOND_FACTOR] = True
    session.set_expiry(int(door.idle.total_seconds()))
    session.save()
    client.cookies[door.cookie] = session.session_key
    client.cookies[door.cookie]["path"] = door.path
    return client


def signed_in(user: User) -> Client:
    """Return a fresh browser in which the user is signed in at their door."""
    return open_door(Client(), user)


assert settings.DEMO, "tests run in demo mode, so that second factors are enrolled and codes can be seen"
