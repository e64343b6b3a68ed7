"""What a citizen, officers, the pre-check and the clock can do about the papers of an errand, as hypothesis chooses it.

Each entry of DOINGS looks at how things stand and returns a call of a service that is still to be made, or None where
it makes no sense now: one test makes them one after another, another one several at the same moment.
"""

import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from PIL import Image

from onetrip.domain.cases import services
from onetrip.domain.cases.models import Case, CasePaper, Still
from onetrip.domain.catalog.models import ServiceItem
from onetrip.domain.consultations import services as consultations
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.domain.papers import services as papers
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.states import Advice
from onetrip.domain.papers.views import Judgement
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import BY
from tests.domain.consultations.conftest import build_line, later
from tests.domain.recordings.conftest import import_two_items

Doing = Callable[[], object]
ANSWERS = {"kind": "renew", "who": "proxy"}
MATERIALS = ("register", "old-card", "letter", "nothing")
CIRCLE = {"x": 0.5, "y": 0.4, "r": 0.1}
PART = {"x": 0.0, "y": 0.0, "width": 0.5, "height": 1.0}
VERDICTS = ("ok", "fix", "missing", "not_needed", "nonsense")
STRIDE = 9  # seconds


def _picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


PICTURES = (_picture("white"), _picture("red"))


class Desks:
    """Two posts and an errand of one citizen; what the phone was sending when it was cut off is remembered."""

    def __init__(self) -> None:
        if not ServiceItem.objects.exists():
            import_two_items()
        self.line = build_line(posts=2, citizens=1)
        Desk.objects.filter(kind="video").update(competences=["id_card"])
        self.citizen = self.line.citizens[0]
        self.clock = 0
        self.sending = PICTURES[0]
        self.done: Counter[str] = Counter()
        self.case: Case | None = None
        self.line.on_duty(0)
        self.line.on_duty(1)

    @property
    def now(self) -> datetime:
        return later(self.clock)

    def look(self) -> None:
        """See how the errand stands, before anything is done about it."""
        rows = Case.objects.exclude(state="withdrawn").select_related("consultation")
        self.case = rows.filter(citizen=self.citizen).first()

    @property
    def call(self) -> Consultation | None:
        return self.case.consultation if self.case else None

    @property
    def own(self) -> dict[str, object]:
        case = self.case
        return {
            "case_id": case.public_id if case else "gone",
            "citizen_id": self.citizen.pk,
            "by": BY,
            "at": self.now,
        }

    def officers(self, other: int) -> dict[str, object]:
        """The officer of the call does it; now and then the colleague tries."""
        case, call = self.case, self.call
        officer = call.officer_id if call and call.officer_id and other != 9 else self.line.officers[1].pk
        return {
            "case_id": case.public_id if case else "gone",
            "officer_id": officer,
            "by": BY,
            "at": self.now,
        }

    def begin_anew(self) -> None:
        """A new errand, an officer in the call about it, and a photograph that is on its way."""
        for verb in (
            "withdraw",
            "resume",
            "resume",
            "open",
            "ask_officer",
            "accept",
            "ask_still",
            "begin_still",
        ):
            self.look()
            doing = DOINGS[verb](self, 0, 0)
            if doing is not None:
                doing()

    def time_passes(self, seconds: int) -> None:
        self.look()
        for _stride in range(0, seconds, STRIDE):
            self.clock += STRIDE
            calls = [self.call.public_id] if self.call else []
            posts = [desk.pk for desk in self.line.desks]
            consultations.mark_seen(citizens=calls, posts=posts, at=self.now)
        consultations.sweep(at=self.now)

    def make(self, verb: str, number: int, other: int) -> Doing:
        """Return what is to be done; where it makes no sense now, something that brings an errand on."""
        self.look()
        if verb == "time":
            return lambda: papers.forget_uploads(at=self.now)
        for possible in (verb, *OFTEN[number % len(OFTEN) :], *OFTEN):
            doing = DOINGS[possible](self, number, other)
            if doing is not None:
                return lambda: self._do(possible, doing)
        return lambda: None

    def _do(self, verb: str, doing: Doing) -> None:
        doing()
        self.done[verb] += 1


Found = Doing | None
Choice = Callable[[Desks, int, int], Found]


def _open(desks: Desks, _number: int, other: int) -> Found:
    if desks.case is not None and other:
        return None
    about = {"item_code": "i01-card", "answers": ANSWERS, "citizen_id": desks.citizen.pk}
    return lambda: services.open_case(**about, by=BY, at=desks.now)


def _withdraw(desks: Desks, _number: int, other: int) -> Found:
    if desks.case is None or other % 5:
        return None
    return lambda: services.withdraw_case(**desks.own)


def _ask_officer(desks: Desks, _number: int, _other: int) -> Found:
    if desks.case is None or (desks.call and desks.call.ended_at is None):
        return None
    return lambda: services.ask_officer(**desks.own)


def _accept(desks: Desks, _number: int, _other: int) -> Found:
    call = desks.call
    if call is None or call.state != "ringing":
        return None
    about = {"consultation_id": call.public_id, "officer_id": call.officer_id}
    return lambda: consultations.accept(**about, by=BY, at=desks.now)


def _resume(desks: Desks, _number: int, _other: int) -> Found:
    post = Post.objects.filter(state__in=("wrap_up", "paused")).first()
    return post and (lambda: consultations.resume(officer_id=post.officer_id, by=BY, at=desks.now))


def _of_call(verb: str, **more: object) -> Choice:
    def found(desks: Desks, number: int, other: int) -> Found:
        call = desks.call
        if call is None or call.state != "connected":
            return None
        where = {"desk_id": desks.line.desks[other % 2].pk} if verb == "transfer" else {}
        kind = {"kind": ("ready", "ready_with", "impossible")[number % 3]} if verb == "conclude" else {}
        about = {"consultation_id": call.public_id, "officer_id": call.officer_id}
        act = getattr(consultations, verb)
        return lambda: act(**about, **where, **kind, **more, by=BY, at=desks.now)

    return found


def _leave(desks: Desks, _number: int, other: int) -> Found:
    call = desks.call
    if call is None or call.ended_at is not None or other % 3:
        return None
    about = {"consultation_id": call.public_id, "citizen_id": desks.citizen.pk}
    return lambda: consultations.leave(**about, by=BY, at=desks.now)


def _in_call(desks: Desks) -> bool:
    return desks.call is not None and desks.call.state == "connected"


def _ask_still(desks: Desks, number: int, other: int) -> Found:
    if not _in_call(desks):
        return None
    return lambda: services.ask_still(material=MATERIALS[number % 4], **desks.officers(other))


def _drop_still(desks: Desks, _number: int, other: int) -> Found:
    if not _in_call(desks):
        return None
    return lambda: services.drop_still(**desks.officers(other))


def _still(desks: Desks) -> Still | None:
    case = desks.case
    return case.stills.order_by("-pk").select_related("upload").first() if case else None


def _begin_still(desks: Desks, number: int, _other: int) -> Found:
    """The phone begins, asks how far it is, or has taken another photograph."""
    still = _still(desks)
    if still is None:
        return None
    desks.sending = whole = desks.sending if number else PICTURES[desks.sending == PICTURES[0]]
    size, digest = len(whole), sha256(whole).hexdigest()
    return lambda: services.begin_still(still_id=still.public_id, size=size, digest=digest, **desks.own)


def _add_to_still(desks: Desks, number: int, other: int) -> Found:
    """The next part, or one that has come before."""
    still = _still(desks)
    if still is None or still.upload is None:
        return None
    whole = next((one for one in PICTURES if sha256(one).hexdigest() == still.upload.digest), PICTURES[0])
    size = len(whole) // (1 + number % 4) + 1
    offset = max(still.upload.received - (size if other == 0 else 0), 0)
    content = whole[offset : offset + size]
    return lambda: services.add_to_still(
        still_id=still.public_id, offset=offset, content=content, **desks.own
    )


def _forget_uploads(desks: Desks, _number: int, other: int) -> Found:
    """What was begun is not gone on with in its time."""
    still = _still(desks)
    if still is None or still.upload is None or other % 3:
        return None
    return lambda: papers.forget_uploads(at=desks.now + timedelta(hours=1))


def _file_paper(desks: Desks, number: int, other: int) -> Found:
    if desks.case is None:
        return None
    material, upload = MATERIALS[number % 4], b"no picture" if other == 9 else PICTURES[other % 2]
    return lambda: services.file_paper(material=material, upload=upload, **desks.own)


def _paper(desks: Desks, number: int) -> Paper | None:
    rows = CasePaper.objects.filter(case=desks.case).order_by("-pk").select_related("paper")
    found = list(rows)
    return found[number % len(found)].paper if found else None


def _take_paper_back(desks: Desks, number: int, other: int) -> Found:
    paper = _paper(desks, number)
    if paper is None or other % 2:
        return None
    return lambda: services.take_paper_back(paper_id=paper.public_id, **desks.own)


def _judge(desks: Desks, number: int, other: int) -> Found:
    """The pre-check has looked at a picture, or gives it up."""
    waiting = list(Paper.objects.filter(check_state="waiting").order_by("pk"))
    if not waiting:
        return None
    key = waiting[number % len(waiting)].pk
    if other == 0:
        return lambda: papers.give_up(key=key, at=desks.now)
    found = Judgement(kind=None, advice=(Advice.BLURRED,) if other % 2 else ())
    return lambda: papers.note_judgement(key=key, judgement=found, at=desks.now)


def _expire_papers(desks: Desks, _number: int, other: int) -> Found:
    """The days of a picture are over; what else happens is as of now."""
    oldest = Paper.objects.order_by("expires_at").first()
    if oldest is None or other % 3:
        return None
    return lambda: papers.expire(at=oldest.expires_at, limit=1)


def _mark_paper(desks: Desks, number: int, other: int) -> Found:
    """Turned, cut, circled, or all of it wiped off."""
    paper = _paper(desks, number)
    if paper is None or not _in_call(desks):
        return None
    drawn = {
        "turned": (0, 90, 180, 45)[other % 4],
        "crop": PART if number % 2 else None,
        "marks": [CIRCLE] * (other % 3),
    }
    return lambda: services.mark_paper(paper_id=paper.public_id, **drawn, **desks.officers(other))


def _give_verdict(desks: Desks, number: int, other: int) -> Found:
    if desks.case is None:
        return None
    said = {"material": MATERIALS[number % 4], "verdict": VERDICTS[other % 5], "reason": "过期"}
    return lambda: services.give_verdict(**said, **desks.officers(other))


DOINGS: dict[str, Choice] = {
    "open": _open,
    "withdraw": _withdraw,
    "ask_officer": _ask_officer,
    "accept": _accept,
    "resume": _resume,
    "conclude": _of_call("conclude", text="请带原件"),
    "transfer": _of_call("transfer"),
    "leave": _leave,
    "ask_still": _ask_still,
    "drop_still": _drop_still,
    "begin_still": _begin_still,
    "add_to_still": _add_to_still,
    "forget_uploads": _forget_uploads,
    "file_paper": _file_paper,
    "take_paper_back": _take_paper_back,
    "judge": _judge,
    "expire_papers": _expire_papers,
    "mark_paper": _mark_paper,
    "give_verdict": _give_verdict,
}
# What brings an errand on, so that the rest has something to happen to.
OFTEN = (
    "open",
    "ask_officer",
    "resume",
    "accept",
    "ask_still",
    "begin_still",
    "add_to_still",
    "add_to_still",
)
CHOICES = (*DOINGS, *OFTEN, "file_paper", "judge", "mark_paper", "time")


def topics() -> list[str]:
    """The document of every errand, the latest last."""
    return [f"case:{case}" for case in Case.objects.order_by("pk").values_list("public_id", flat=True)]


def only_calls_ask_for_photographs() -> None:
    """Nothing is asked for once the officer has gone, and no picture is filed twice."""
    asked = Still.objects.filter(state="asked").select_related("case__consultation")
    for still in asked:
        call = still.case.consultation
        assert call is not None and call.ended_at is None, still.public_id
    filed = Still.objects.filter(state="filed", paper__isnull=False)
    assert filed.values("paper").distinct().count() == filed.count()
