"""Citizens with an errand that is ready to be booked, each signed in with a session of their own."""

from dataclasses import dataclass
from typing import Any

# The first identity card: booked at the venue of the citizen's own sub-district, which the booking checks.
ITEM = "i25-id-card-first"
_TOKEN = "b" * 32


@dataclass(frozen=True)
class Citizen:
    """What a browser knows: its session, the errand, and the token that its forms carry."""

    cookie: str
    case_id: str
    token: str
    user_pk: int
    case_pk: int


def make_citizens(*, count: int, first: int = 0, item: str = ITEM) -> list[Citizen]:
    """Write users, sessions and cases in a few statements; row for row what signing in and opening a case write."""
    from django.contrib.sessions.models import Session

    from onetrip.core import clock
    from onetrip.core.ids import new_public_id
    from onetrip.domain.accounts.models import User
    from onetrip.domain.accounts.rules import hash_phone
    from onetrip.domain.cases.models import Case

    at = clock.now()
    numbers = [f"1370{first + n:07d}" for n in range(count)]
    users = User.objects.bulk_create(
        User(
            kind="citizen",
            phone=number,
            phone_hash=hash_phone(number),
            name=f"市民{number[-4:]}",
            joined_at=at,
        )
        for number in numbers
    )
    model = _model_case(users[0], item)
    cases = Case.objects.bulk_create(
        [Case(**{**model, "public_id": new_public_id(), "citizen_id": user.pk}) for user in users[1:]]
    )
    cases = [Case.objects.get(citizen=users[0]), *cases]
    sessions = [_session(user) for user in users]
    Session.objects.bulk_create(sessions)
    return [
        Citizen(session.session_key, case.public_id, _TOKEN, user.pk, case.pk)
        for session, case, user in zip(sessions, cases, users, strict=True)
    ]


def _model_case(user: Any, item: str) -> dict[str, Any]:
    """Open the first errand by the service that the pages use; the others are like it."""
    from django.forms.models import model_to_dict

    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.cases.models import Case
    from onetrip.domain.cases.services import open_case
    from onetrip.domain.catalog import queries as catalog

    answers = answered(catalog.guide_of(item))
    by = Actor("citizen", user.public_id)
    case_id = open_case(citizen_id=user.pk, item_code=item, answers=answers, by=by, at=clock.now())
    row = Case.objects.get(public_id=case_id)
    plain = model_to_dict(row, exclude=["id", "citizen", "consultation", "appointment", "ticket"])
    return {**plain, "conclusion_text": "", "opened_at": row.opened_at, "changed_at": row.changed_at}


def answered(guide: Any) -> dict[str, str]:
    """The first choice of every question that is asked."""
    from onetrip.domain.catalog import queries as catalog

    answers: dict[str, str] = {}
    while (question := catalog.personal_checklist(guide, answers).next_question) is not None:
        answers[question.key] = question.choices[0][0]
    return answers


def _session(user: Any) -> Any:
    import time
    from datetime import timedelta

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.middleware.csrf import CSRF_SESSION_KEY

    from onetrip.core import clock
    from onetrip.faces.frame.sessions import BACKEND, CITIZEN

    store = SessionStore()
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        CSRF_SESSION_KEY: _TOKEN,
        "seen": int(time.time()),
        "_session_expiry": int(CITIZEN.idle.total_seconds()),
    }
    return Session(
        session_key=store._get_new_session_key(),
        session_data=store.encode(content),
        expire_date=clock.now() + timedelta(days=30),
    )
