"""A call about a matter whose guide allows recordings, with a colleague and a daughter who may come in."""

import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils.translation import override

from onetrip.core import live
from onetrip.domain.accounts.models import User
from onetrip.domain.catalog import services as catalog
from onetrip.domain.catalog.models import ServiceItem
from onetrip.domain.consultations import services as consultations
from onetrip.domain.recordings import services
from onetrip.domain.recordings.models import Recording
from onetrip.domain.recordings.views import Taken
from tests.domain.booking.conftest import BY, NOON
from tests.domain.catalog.conftest import CARD, CATEGORIES, EDITOR, MATERIALS, MOVE, SYNONYMS
from tests.domain.consultations.conftest import Line, build_line

ALLOWS = "\nrecording: {allowed: true, why: {zh: 以免争议, en: To avoid disputes}, status: unknown}\n"
EBML = b"\x1a\x45\xdf\xa3"


def import_two_items() -> None:
    """Calls about i01-card may be recorded, calls about i02-move may not."""
    texts = {"categories": CATEGORIES, "materials": MATERIALS, "synonyms": SYNONYMS,
             "items/i01-card": CARD.rstrip() + ALLOWS, "items/i02-move": MOVE}  # fmt: skip
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "items").mkdir()
        for path, text in texts.items():
            (folder / f"{path}.yaml").write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        catalog.import_catalog(folder=folder, by=EDITOR, at=NOON)


@dataclass
class Talk:
    """Officer 0 talks to citizen 0; officer 1 is a colleague, citizen 1 the daughter."""

    line: Line
    call: str
    guests: dict[str, str] = field(default_factory=dict)

    @property
    def officer(self) -> User:
        return self.line.officers[0]

    @property
    def citizen(self) -> User:
        return self.line.citizens[0]

    def user(self, who: str) -> User:
        return {"citizen": self.citizen, "officer": self.officer, "colleague": self.line.officers[1],
                "daughter": self.line.citizens[1], "stranger": self.line.citizens[2]}[who]  # fmt: skip

    def propose(self, at: datetime = NOON) -> str:
        return services.propose(consultation_id=self.call, officer_id=self.officer.pk, by=BY, at=at)

    def answer(self, recording: str, who: str, agrees: bool = True, at: datetime = NOON) -> None:
        services.answer(recording_id=recording, user_id=self.user(who).pk, agrees=agrees, by=BY, at=at)

    def running(self, at: datetime = NOON) -> str:
        recording = self.propose(at)
        self.answer(recording, "citizen", at=at)
        return recording

    def comes(self, who: str, at: datetime = NOON) -> None:
        now = {"by": BY, "at": at}
        if who == "colleague":
            self.guests[who] = consultations.invite_colleague(
                consultation_id=self.call, desk_id=self.line.desks[1].pk, officer_id=self.officer.pk, **now
            )
            consultations.join_as_colleague(guest_id=self.guests[who], user_id=self.user(who).pk, **now)
        else:
            self.guests[who], token = consultations.invite_family(
                consultation_id=self.call, name="女儿", citizen_id=self.citizen.pk, **now
            )
            consultations.join_as_family(token=token, user_id=self.user(who).pk, **now)

    def goes(self, who: str, at: datetime = NOON) -> None:
        consultations.leave_company(guest_id=self.guests[who], user_id=self.user(who).pk, by=BY, at=at)

    def hangs_up(self, at: datetime = NOON) -> None:
        consultations.leave(consultation_id=self.call, citizen_id=self.citizen.pk, by=BY, at=at)

    def document(self) -> dict:
        return live.snapshot(f"recording:{self.call}")[1]


def build_talk(item: str = "i01-card") -> Talk:
    if not ServiceItem.objects.exists():
        import_two_items()
    line = build_line(posts=2, citizens=3)
    line.on_duty(0)
    call = consultations.join_line(
        citizen_id=line.citizens[0].pk, competence="vehicle", item_code=item, item_name="办证", by=BY, at=NOON
    )
    line.accept(call)
    line.on_duty(1)
    return Talk(line, call)


def state(recording: str) -> str:
    return Recording.objects.get(public_id=recording).state


def film(number: int, size: int = 500) -> bytes:
    """Piece `number` of a film: the first begins like WebM."""
    return ((EBML if number == 0 else b"") + f"{number}.".encode() * size)[:size]


def begin(talk: Talk, recording: str, at: datetime = NOON) -> int:
    return services.begin_segment(
        recording_id=recording, officer_id=talk.officer.pk, content_type="video/webm;codecs=vp8,opus", at=at
    )


def send(
    talk: Talk, recording: str, segment: int, number: int, content: bytes | None = None, at: datetime = NOON
) -> Taken:
    content = film(number) if content is None else content
    return services.take_chunk(
        recording_id=recording, officer_id=talk.officer.pk, segment=segment, number=number,
        digest=sha256(content).hexdigest(), content=content, by=BY, at=at,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "recordings"


@pytest.fixture
def talk(db) -> Talk:
    return build_talk()
