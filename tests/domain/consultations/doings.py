"""What citizens, officers, guests and a supervisor can do next, as hypothesis chooses it: mostly what makes sense.

Each entry of DOINGS looks at how things stand and returns a call of a service that is still to be made, so that one
test makes them one after another and another one makes several at the same moment.
"""

import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from PIL import Image

from onetrip.domain.consultations import services
from onetrip.domain.consultations.models import AgreedTime, Consultation, Guest
from onetrip.domain.consultations.states import LIVE, PauseReason
from onetrip.domain.venues.models import RosterEntry
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line, later

LINES = ("vehicle", "driving_licence")
Doing = Callable[..., object]


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 24), (200, 40, 40)).save(file, "JPEG")
    return file.getvalue()


PHOTO = _photo()


class Office:
    """Posts, officers and citizens of two lines, the invitations that were made, and a clock."""

    def __init__(self, *, posts: int, citizens: int) -> None:
        self.line = build_line(posts=posts, citizens=citizens + 1)
        self.boss = self.line.citizens.pop()
        self.clock = 0
        self.tokens: dict[str, str] = {}
        self.done: Counter[str] = Counter()
        self.closed: set[str] = set()
        RosterEntry.objects.bulk_create(
            RosterEntry(desk=desk, staff=officer, weekday=day, starts=0, ends=1440)
            for desk, officer in zip(self.line.desks, self.line.officers, strict=True)
            for day in range(7)
        )
        self.answer = services.write_answer(item_code="", text="请带原件", text_en="Bring it", by=BY, at=NOON)

    @property
    def now(self) -> datetime:
        return later(self.clock)

    def calls(self, *states: str) -> list[Consultation]:
        return list(Consultation.objects.filter(state__in=states).order_by("pk"))

    def some(self, number: int, *states: str) -> Consultation | None:
        """One of the consultations in these states, the newest for 0."""
        found = self.calls(*states)[::-1]
        return found[number % len(found)] if found else None

    def guest(self, number: int, state: str) -> Guest | None:
        found = list(Guest.objects.filter(state=state).order_by("-pk"))
        return found[number % len(found)] if found else None

    def pages_report(self) -> None:
        """Every page that is open says so."""
        here = [row.public_id for row in self.calls("waiting", "ringing", "connected")]
        guests = list(Guest.objects.filter(state="here").values_list("public_id", flat=True))
        posts = [desk.pk for desk in self.line.desks if f"post{desk.pk}" not in self.closed]
        services.mark_seen(
            citizens=[call for call in here if call not in self.closed],
            guests=[guest for guest in guests if guest not in self.closed],
            posts=posts,
            at=self.now,
        )

    def time_passes(self, seconds: int) -> None:
        for _second in range(seconds):
            self.clock += 1
            if self.clock % 10 == 0:
                self.pages_report()

    def close_or_open_a_page(self, number: int) -> None:
        guests = Guest.objects.filter(state="here").values_list("public_id", flat=True)
        posts = [f"post{desk.pk}" for desk in self.line.desks]
        pages = [*posts, *(row.public_id for row in self.calls(*LIVE)), *guests]
        self.closed ^= {pages[number % len(pages)]}

    def make(self, verb: str, number: int, other: int) -> Doing:
        """Return what is to be done; where it makes no sense now, something that brings an errand on.

        It may be refused all the same.
        """
        for possible in (verb, *OFTEN[number % len(OFTEN) :], *OFTEN):
            found = DOINGS[possible](self, number, other)
            if found is not None:
                service, arguments = found
                return partial(self._do, possible, service, {"by": BY, "at": self.now, **arguments})
        raise AssertionError("somebody can always join a line")

    def _do(self, verb: str, service: Doing, arguments: dict[str, object]) -> object:
        made = service(**arguments)
        self.done[verb] += 1
        if verb == "invite_family":
            guest, token = made  # type: ignore[misc]
            self.tokens[guest] = token
        return made


Found = tuple[Doing, dict[str, object]] | None


def _join(office: Office, number: int, other: int) -> Found:
    citizen = office.line.citizens[number % len(office.line.citizens)]
    return services.join_line, {
        "citizen_id": citizen.pk,
        "competence": LINES[other % 2],
        "item_code": "i40",
        "item_name": "换证",
        "mode": "chat" if other % 3 == 2 else "video",
    }


def _duty(verb: str) -> Callable[[Office, int, int], Found]:
    def found(office: Office, number: int, other: int) -> Found:
        officer = office.line.officers[number % len(office.line.officers)].pk
        if verb == "go_on_duty":
            desk = office.line.desks[(number if other else number + 1) % len(office.line.desks)]
            return services.go_on_duty, {"officer_id": officer, "desk_id": desk.pk}
        why = {"reason": [*PauseReason.values, "nonsense"][other % 6]} if verb == "pause" else {}
        return getattr(services, verb), {"officer_id": officer, **why}

    return found


def _of_officer(verb: str, *states: str, **more: object) -> Callable[[Office, int, int], Found]:
    """Something the officer of a call does with it; now and then another officer tries."""

    def found(office: Office, number: int, other: int) -> Found:
        row = office.some(number, *states)
        if row is None:
            return None
        any_officer = office.line.officers[other % len(office.line.officers)].pk
        officer = any_officer if row.officer_id is None or other == 9 else row.officer_id
        return getattr(services, verb), {"consultation_id": row.public_id, "officer_id": officer, **more}

    return found


def _transfer(office: Office, number: int, other: int) -> Found:
    found = _of_officer("transfer", "connected")(office, number, 0)
    if found is None:
        return None
    desks = office.line.desks
    where = {"competence": LINES[other % 2]} if other % 4 < 2 else {"desk_id": desks[other % len(desks)].pk}
    return found[0], {**found[1], **where}


def _of_citizen(verb: str, *states: str, **more: object) -> Callable[[Office, int, int], Found]:
    def found(office: Office, number: int, _other: int) -> Found:
        row = office.some(number, *states)
        if row is None:
            return None
        return getattr(services, verb), {
            "consultation_id": row.public_id,
            "citizen_id": row.citizen_id,
            **more,
        }

    return found


def _of_party(verb: str, **more: object) -> Callable[[Office, int, int], Found]:
    """Something that both sides of a call do: say, show, or go on without sound."""

    def found(office: Office, number: int, other: int) -> Found:
        row = office.some(number, *LIVE)
        if row is None:
            return None
        user = row.officer_id if other % 2 and row.officer_id else row.citizen_id
        return getattr(services, verb), {"consultation_id": row.public_id, "user_id": user, **more}

    return found


def _send_answer(office: Office, number: int, other: int) -> Found:
    return _of_officer("send_answer", "connected", answer_id=office.answer)(office, number, other)


def _invite_colleague(office: Office, number: int, other: int) -> Found:
    desk = office.line.desks[other % len(office.line.desks)].pk
    return _of_officer("invite_colleague", "connected", desk_id=desk)(office, number, 0)


def _supervise(office: Office, number: int, _other: int) -> Found:
    desk = office.line.desks[number % len(office.line.desks)].pk
    return services.join_as_supervisor, {"desk_id": desk, "venue_codes": None, "user_id": office.boss.pk}


def _come(office: Office, number: int, other: int) -> Found:
    guest = office.guest(number, "invited")
    if guest is None:
        return None
    if guest.kind == "colleague":
        return services.join_as_colleague, {"guest_id": guest.public_id, "user_id": guest.user_id}
    helper = office.line.citizens[other % len(office.line.citizens)].pk
    return services.join_as_family, {"token": office.tokens.get(guest.public_id, "lost"), "user_id": helper}


def _of_guest(verb: str, **more: object) -> Callable[[Office, int, int], Found]:
    def found(office: Office, number: int, _other: int) -> Found:
        guest = office.guest(number, "here")
        if guest is None:
            return None
        who = guest.invited_by_id if verb == "send_away" else guest.user_id
        return getattr(services, verb), {"guest_id": guest.public_id, "user_id": who, **more}

    return found


def _agree(office: Office, number: int, other: int) -> Found:
    """Two hours ago somebody agreed on now, or on a time still to come."""
    return services.agree_on_time, {
        "citizen_id": office.line.citizens[number % len(office.line.citizens)].pk,
        "competence": LINES[other % 2],
        "item_code": "i40",
        "item_name": "换证",
        "starts_at": NOON if other % 3 else NOON + timedelta(minutes=30),
        "at": NOON - timedelta(hours=2),
    }


def _cancel(_office: Office, _number: int, _other: int) -> Found:
    row = AgreedTime.objects.filter(state="agreed").first()
    return row and (services.cancel_time, {"agreed_id": row.public_id, "citizen_id": row.citizen_id})


def _sweep(*, by: object, at: datetime) -> None:
    services.sweep(at=at)
    services.look_after_times(at=at)


DOINGS: dict[str, Callable[[Office, int, int], Found]] = {
    "join": _join,
    **{
        verb: _duty(verb)
        for verb in ("go_on_duty", "pause", "resume", "finish_wrap_up", "go_off_duty", "put_letter_back")
    },
    "accept": _of_officer("accept", "ringing"),
    "pass_on": _of_officer("pass_on", "ringing"),
    "take_from_line": _of_officer("take_from_line", "waiting"),
    "take_letter": _of_officer("take_letter", "letter"),
    "conclude": _of_officer("conclude", "connected", "answering", kind="ready", text=""),
    "transfer": _transfer,
    "leave": _of_citizen("leave", *LIVE),
    "keep_place": _of_citizen("keep_place", "waiting"),
    "come_back": _of_citizen("come_back", "away"),
    "ask_to_go_first": _of_citizen("ask_to_go_first", "waiting"),
    "leave_with_us": _of_citizen("leave_with_us", "waiting", text="?"),
    "invite_family": _of_citizen("invite_family", "waiting", "ringing", "connected", name="女儿"),
    "send_message": _of_party("send_message", text="您好"),
    "send_photo": _of_party("send_photo", upload=PHOTO),
    "switch_to_chat": _of_party("switch_to_chat"),
    "send_answer": _send_answer,
    "invite_colleague": _invite_colleague,
    "supervise": _supervise,
    "come": _come,
    "say_as_guest": _of_guest("say_as_guest", text="在"),
    "leave_company": _of_guest("leave_company"),
    "send_away": _of_guest("send_away"),
    "agree": _agree,
    "cancel": _cancel,
    "sweep": lambda _office, _number, _other: (_sweep, {}),
}
# What brings an errand on, so that the rest has something to happen to.
OFTEN = ("join", "accept", "accept", "finish_wrap_up", "conclude", "come", "invite_family", "say_as_guest")
