"""What officers, citizen, guests and the clock can do about recordings, as hypothesis chooses it.

Each entry of DOINGS looks at how things stand and returns a call of a service that is still to be made, or None where
it makes no sense now: one test makes them one after another, another one several at the same moment.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from onetrip.domain.consultations import queries as calls
from onetrip.domain.consultations import services as consultations
from onetrip.domain.consultations.models import Consultation, Guest, Post
from onetrip.domain.recordings import queries, rules, services
from onetrip.domain.recordings.models import Consent, Recording, Segment
from onetrip.domain.recordings.states import KEPT, OPEN
from tests.domain.booking.conftest import BY
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import build_talk, film

Doing = Callable[[], object]
AGREES = (True, True, True, False)
STRIDE = 9  # seconds


class Room:
    """A call that may be recorded, those who may come into it, and a clock; after it another call may begin."""

    def __init__(self) -> None:
        self.line = build_talk().line
        self.clock = 0
        self.tokens: dict[str, str] = {}
        self.done: Counter[str] = Counter()

    def next_call(self) -> None:
        """What was before is over, and the next call is taken."""
        for verb in ("leave", "resume", "resume", "call", "accept"):
            doing = DOINGS[verb](self, 0, 0)
            if doing is not None:
                doing()

    @property
    def now(self) -> datetime:
        return later(self.clock)

    @property
    def call(self) -> Consultation:
        """The citizen's latest."""
        return Consultation.objects.order_by("-pk")[0]

    def people(self) -> list[int]:
        """Everybody who is in the call, and a stranger."""
        here = [one.user_id for one in calls.in_call(consultation_id=self.call.public_id).people]
        return [*here, self.line.citizens[2].pk]

    def recording(self, number: int, *states: str) -> Recording | None:
        """One of the recordings in these states, the newest for 0."""
        found = list(Recording.objects.filter(state__in=states).order_by("-pk")) if states else []
        return found[number % len(found)] if found else None

    def time_passes(self, seconds: int) -> None:
        for _stride in range(0, seconds, STRIDE):
            self.clock += STRIDE
            guests = Guest.objects.filter(state="here").values_list("public_id", flat=True)
            consultations.mark_seen(
                citizens=[self.call.public_id],
                posts=[desk.pk for desk in self.line.desks],
                guests=list(guests),
                at=self.now,
            )
        services.look_after(at=self.now)

    def make(self, verb: str, number: int, other: int) -> Doing:
        """Return what is to be done; where it makes no sense now, something that brings a recording on."""
        if verb == "time":
            return lambda: services.look_after(at=self.now)
        for possible in (verb, *OFTEN):
            doing = DOINGS[possible](self, number, other)
            if doing is not None:
                return lambda: self._do(possible, doing)
        return lambda: None

    def _do(self, verb: str, doing: Doing) -> None:
        doing()
        self.done[verb] += 1


Found = Doing | None


def _call(room: Room, _number: int, _other: int) -> Found:
    if room.call.ended_at is None:
        return None
    return lambda: consultations.join_line(
        citizen_id=room.line.citizens[0].pk, competence="vehicle", item_code="i01-card", item_name="办证",
        by=BY, at=room.now,
    )  # fmt: skip


def _accept(room: Room, _number: int, _other: int) -> Found:
    call = room.call
    if call.state != "ringing":
        return None
    return lambda: consultations.accept(
        consultation_id=call.public_id, officer_id=call.officer_id, by=BY, at=room.now
    )


def _resume(room: Room, number: int, _other: int) -> Found:
    """Officers are there for the next call."""
    post = Post.objects.filter(state__in=("wrap_up", "paused")).first()
    return post and (lambda: consultations.resume(officer_id=post.officer_id, by=BY, at=room.now))


def _of_officer(verb: str, **more: object) -> Callable[[Room, int, int], Found]:
    def found(room: Room, _number: int, other: int) -> Found:
        call = room.call
        if call.state != "connected":
            return None
        where = {"desk_id": room.line.desks[other % 2].pk} if verb == "transfer" else {}
        return lambda: getattr(consultations, verb)(
            consultation_id=call.public_id, officer_id=call.officer_id, by=BY, at=room.now, **more, **where
        )

    return found


def _leave(room: Room, _number: int, _other: int) -> Found:
    call = room.call
    if call.ended_at is not None:
        return None
    return lambda: consultations.leave(
        consultation_id=call.public_id, citizen_id=call.citizen_id, by=BY, at=room.now
    )


def _switch_to_chat(room: Room, number: int, _other: int) -> Found:
    call, user = room.call, room.people()[number % 2]
    return lambda: consultations.switch_to_chat(
        consultation_id=call.public_id, user_id=user, by=BY, at=room.now
    )


def _invite(room: Room, number: int, _other: int) -> Found:
    """A colleague is asked, or a daughter; the secret of her link is kept for the one who will come by it."""
    call = room.call
    if call.state != "connected":
        return None
    about = {"consultation_id": call.public_id, "by": BY, "at": room.now}
    if number % 2:
        desk = next(desk for desk in room.line.desks if desk.pk != call.post.desk_id)
        return lambda: consultations.invite_colleague(desk_id=desk.pk, officer_id=call.officer_id, **about)

    def invite() -> None:
        guest, token = consultations.invite_family(name="女儿", citizen_id=call.citizen_id, **about)
        room.tokens[guest] = token

    return invite


def _come(room: Room, number: int, _other: int) -> Found:
    guests = list(Guest.objects.filter(state="invited").order_by("pk"))
    if not guests:
        return None
    guest, now = guests[number % len(guests)], {"by": BY, "at": room.now}
    if guest.kind == "colleague":
        return lambda: consultations.join_as_colleague(guest_id=guest.public_id, user_id=guest.user_id, **now)
    token, daughter = room.tokens.get(guest.public_id, "lost"), room.line.citizens[1].pk
    return lambda: consultations.join_as_family(token=token, user_id=daughter, **now)


def _go(room: Room, number: int, _other: int) -> Found:
    guests = list(Guest.objects.filter(state="here").order_by("pk"))
    if not guests:
        return None
    guest = guests[number % len(guests)]
    return lambda: consultations.leave_company(
        guest_id=guest.public_id, user_id=guest.user_id, by=BY, at=room.now
    )


def _propose(room: Room, _number: int, _other: int) -> Found:
    call = room.call
    if call.state != "connected" or room.recording(0, *OPEN):
        return None
    return lambda: services.propose(
        consultation_id=call.public_id, officer_id=call.officer_id, by=BY, at=room.now
    )


def _say(room: Room, number: int, other: int) -> Found:
    """Somebody says yes or no: mostly yes, and mostly to what is asked now."""
    row = room.recording(0, *OPEN) or Recording.objects.order_by("-pk").first()
    if row is None:
        return None
    here = room.people()
    # Rarely a no of the citizen: they are not asked again in this call.
    agrees = other != 0 if number % len(here) == 0 else AGREES[other % len(AGREES)]
    return lambda: services.answer(
        recording_id=row.public_id, user_id=here[number % len(here)], agrees=agrees, by=BY, at=room.now
    )


def _all_agree(room: Room, _number: int, _other: int) -> Found:
    row = room.recording(0, "asked", "paused")
    if row is None:
        return None

    def agree() -> None:
        for user in room.people()[:-1]:
            services.answer(recording_id=row.public_id, user_id=user, agrees=True, by=BY, at=room.now)

    return agree


def _stop(room: Room, _number: int, _other: int) -> Found:
    """The officer ends it, and may ask once more."""
    row = room.recording(0, "running", "paused")
    return row and (
        lambda: services.answer(
            recording_id=row.public_id, user_id=row.officer_id, agrees=False, by=BY, at=room.now
        )
    )


def _send(room: Room, _number: int, other: int) -> Found:
    """The officer's page begins a film, or sends its next piece, or one again."""
    row = room.recording(0, "running", "paused", "stopped")
    if row is None:
        return None
    mine = {"recording_id": row.public_id, "officer_id": row.officer_id, "at": room.now}
    stretch = Segment.objects.filter(recording=row, number=row.segments).first()
    if stretch is None or other == 0:
        return lambda: services.begin_segment(content_type="video/webm", **mine)
    number = max(stretch.chunks - (other == 1), 0)
    content = film(number, 60)
    return lambda: services.take_chunk(
        segment=stretch.number,
        number=number,
        content=content,
        digest=sha256(content).hexdigest(),
        by=BY,
        **mine,
    )


def _finish(room: Room, number: int, _other: int) -> Found:
    row = room.recording(number, "stopped")
    return row and (
        lambda: services.finish(recording_id=row.public_id, officer_id=row.officer_id, by=BY, at=room.now)
    )


def _erase(room: Room, number: int, other: int) -> Found:
    row = room.recording(number, *KEPT)
    if row is None or other % 2:
        return None
    return lambda: services.erase(
        recording_id=row.public_id, citizen_id=row.consultation.citizen_id, by=BY, at=room.now
    )


def _expire(room: Room, _number: int, other: int) -> Found:
    """Its days are over; what else happens is as of now."""
    if room.recording(0, "sealed") is None or other % 2:
        return None
    return lambda: services.expire(at=room.now + timedelta(days=rules.kept_days(), hours=1))


DOINGS: dict[str, Callable[[Room, int, int], Found]] = {
    "call": _call,
    "accept": _accept,
    "resume": _resume,
    "conclude": _of_officer("conclude", kind="ready", text=""),
    "transfer": _of_officer("transfer"),
    "leave": _leave,
    "switch_to_chat": _switch_to_chat,
    "invite": _invite,
    "come": _come,
    "go": _go,
    "propose": _propose,
    "say": _say,
    "all_agree": _all_agree,
    "stop": _stop,
    "send": _send,
    "finish": _finish,
    "erase": _erase,
    "expire": _expire,
}
TIME = ("time", "time")
# What brings a recording on, so that the rest has something to happen to.
OFTEN = ("accept", "resume", "call", "all_agree", "propose", "send")
CHOICES = (*DOINGS, *OFTEN, "say", "say", "come", "stop", "finish", *TIME)


def topics() -> list[str]:
    """The document of every call."""
    return [f"recording:{call}" for call in Consultation.objects.values_list("public_id", flat=True)]


def nobody_is_recorded_who_has_not_agreed() -> None:
    """And it goes on once all who are there have agreed."""
    for row in Recording.objects.filter(state__in=("running", "paused")).select_related("consultation"):
        call = calls.in_call(consultation_id=row.consultation.public_id)
        agreed = set(Consent.objects.filter(recording=row, agreed=True).values_list("party", flat=True))
        all_agree = {one.party for one in call.people} <= agreed
        assert call.talks and all_agree == (row.state == "running")


def every_piece_is_accounted_for() -> None:
    """What is kept is whole, what was deleted is gone, and the lists say so."""
    for row in Recording.objects.filter(chunks__gt=0):
        assert not queries.proof(row.public_id).flaws
        if row.state in ("expired", "erased"):
            assert not row.pieces.exclude(file="").exists()
