"""A recording of a call, made by the services that the pages use: one piece that begins like a film."""

from collections.abc import Sequence
from hashlib import sha256

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts.models import User
from onetrip.domain.recordings import services

_BY = Actor.system("tests")
PIECE = b"\x1a\x45\xdf\xa3" + b"film" * 100


def a_recording(call: str, officer: User, others: Sequence[User]) -> str:
    """Record the call with everybody's consent, end it and close its list; return its id."""
    now = {"by": _BY, "at": clock.now()}
    recording = services.propose(consultation_id=call, officer_id=officer.pk, **now)
    for person in others:
        services.answer(recording_id=recording, user_id=person.pk, agrees=True, **now)
    segment = services.begin_segment(
        recording_id=recording, officer_id=officer.pk, content_type="video/webm", at=now["at"]
    )
    services.take_chunk(
        recording_id=recording, officer_id=officer.pk, segment=segment, number=0,
        digest=sha256(PIECE).hexdigest(), content=PIECE, **now,
    )  # fmt: skip
    services.answer(recording_id=recording, user_id=officer.pk, agrees=False, **now)
    services.finish(recording_id=recording, officer_id=officer.pk, **now)
    return recording


def a_look(recording: str, staff: User, venue_codes: Sequence[str] | None) -> str:
    """Let a member of staff give a reason; return the look's id."""
    return services.look(
        recording_id=recording, staff_id=staff.pk, venue_codes=venue_codes, reason="complaint",
        words="答复投诉需要", by=_BY, at=clock.now(),
    )  # fmt: skip
