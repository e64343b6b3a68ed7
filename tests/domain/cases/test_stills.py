"""A sharp photograph in mid-call: asked for, sent in parts, filed once, marked, and all of it seen live."""

from hashlib import sha256

import pytest

from onetrip.core import clock, live
from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries, services
from onetrip.domain.cases.errors import NotInCall, StillOver, UnknownMaterial
from onetrip.domain.cases.models import CasePaper, Still
from onetrip.domain.consultations import services as consultations
from onetrip.domain.papers.errors import BadMarks
from onetrip.domain.papers.models import Upload
from tests.faces.console import conftest as console
from tests.faces.console.conftest import Town, actor
from tests.faces.test_strangers import picture
from tests.people import a_citizen

pytestmark = pytest.mark.django_db
town = console.town


class InCall:
    """A citizen and an officer in a call about the citizen's errand."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.case_id, self.consultation_id = town.call()
        self.material = queries.case(case_id=self.case_id, citizen_id=town.citizen.pk).materials[0].line.key
        self.seq, self.page = live.snapshot(self.topic)

    @property
    def topic(self) -> str:
        return f"case:{self.case_id}"

    @property
    def officer(self) -> dict:
        who = self.town.officer
        return {"case_id": self.case_id, "officer_id": who.pk, "by": actor(who), "at": clock.now()}

    @property
    def citizen(self) -> dict:
        who = self.town.citizen
        return {"case_id": self.case_id, "citizen_id": who.pk, "by": actor(who), "at": clock.now()}

    def ask(self) -> str:
        return services.ask_still(material=self.material, **self.officer)

    def begin(self, still_id: str, whole: bytes) -> int:
        digest = sha256(whole).hexdigest()
        return services.begin_still(still_id=still_id, size=len(whole), digest=digest, **self.citizen)

    def add(self, still_id: str, offset: int, content: bytes) -> tuple[int, bool]:
        return services.add_to_still(still_id=still_id, offset=offset, content=content, **self.citizen)

    def send(self, still_id: str, whole: bytes) -> None:
        self.begin(still_id, whole)
        self.add(still_id, 0, whole)

    def follow(self) -> dict:
        """What a page shows that has heard every change; it must be what the next snapshot says."""
        for seq, patch in live.events_after(self.topic, self.seq) or []:
            self.seq, self.page = seq, live.merge(self.page, patch)
        assert live.snapshot(self.topic) == (self.seq, self.page)
        return self.page


@pytest.fixture
def call(town: Town, settings, tmp_path) -> InCall:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT, settings.PRECHECK = tmp_path, True
    return InCall(town)


def test_a_still_is_asked_sent_in_parts_and_filed(call: InCall) -> None:
    still_id, whole = call.ask(), picture()
    assert call.follow()["still"] == {"id": still_id, "material": call.material, "share": 0}
    half = len(whole) // 2
    assert call.begin(still_id, whole) == 0
    assert call.add(still_id, 0, whole[:half]) == (half, False)
    assert call.follow()["still"]["share"] == half * 100 // len(whole) // 10 * 10
    assert call.begin(still_id, whole) == half  # cut off, and asked how far it is
    assert call.add(still_id, half, whole[half:]) == (len(whole), True)
    assert call.begin(still_id, whole) == len(whole) and call.add(still_id, len(whole), b"")[1]
    assert call.add(still_id, half, whole[half:])[1]  # the answer was lost: sent again, filed once
    page = call.follow()
    assert "still" not in page and list(page["papers"].values()) == ["waiting"]
    assert CasePaper.objects.get().material == call.material
    assert Still.objects.get().state == "filed" and not Upload.objects.exists()


def test_another_photograph_begins_anew(call: InCall) -> None:
    still_id, whole = call.ask(), picture()
    call.begin(still_id, whole)
    call.add(still_id, 0, whole[: len(whole) // 2])
    other = whole + b" "
    assert call.begin(still_id, other) == 0
    assert call.follow()["still"]["share"] == 0
    call.add(still_id, 0, other)
    assert CasePaper.objects.count() == 1


def test_asking_again_drops_the_first(call: InCall) -> None:
    first = call.ask()
    second = call.ask()
    assert call.follow()["still"]["id"] == second
    for act in (lambda: call.begin(first, picture()), lambda: call.add(first, 0, b"x")):
        with pytest.raises(StillOver):
            act()
    services.drop_still(**call.officer)
    services.drop_still(**call.officer)
    assert "still" not in call.follow()
    with pytest.raises(UnknownMaterial):
        services.ask_still(material="nothing", **call.officer)


def test_nothing_is_asked_for_once_the_call_is_over(call: InCall) -> None:
    still_id = call.ask()
    consultations.leave(
        consultation_id=call.consultation_id,
        citizen_id=call.town.citizen.pk,
        by=actor(call.town.citizen),
        at=clock.now(),
    )
    assert "still" not in call.follow()
    with pytest.raises(StillOver):
        call.begin(still_id, picture())
    with pytest.raises(NotInCall):
        call.ask()


def test_strangers_find_nothing(call: InCall) -> None:
    still_id = call.ask()
    call.send(still_id, picture())
    (paper,) = call.follow()["papers"]
    stranger, colleague = a_citizen(), call.town.colleague
    theirs = {**call.citizen, "citizen_id": stranger.pk}
    for act in (
        lambda: services.begin_still(still_id=still_id, size=1, digest="0" * 64, **theirs),
        lambda: services.add_to_still(still_id=still_id, offset=0, content=b"x", **theirs),
        lambda: services.ask_still(material=call.material, **{**call.officer, "officer_id": colleague.pk}),
        lambda: services.drop_still(**{**call.officer, "officer_id": colleague.pk}),
        lambda: mark(call, paper, officer_id=colleague.pk),
        lambda: mark(call, paper, officer_id=call.town.citizen.pk),
        lambda: mark(call, "nothing"),
    ):
        with pytest.raises(NotFound):
            act()


def mark(call: InCall, paper: str, *, turned=0, crop=None, marks=(), **instead) -> None:  # type: ignore[no-untyped-def]
    services.mark_paper(paper_id=paper, turned=turned, crop=crop, marks=marks, **{**call.officer, **instead})


def test_marks_are_seen_live_and_the_last_picture_is_shown(call: InCall) -> None:
    for _number in range(2):
        call.send(call.ask(), picture())
    first, second = call.follow()["papers"]
    circle, arrow = {"x": 0.5, "y": 0.4, "r": 0.1}, {"x": 0.1, "y": 0.1, "to_x": 0.4, "to_y": 0.4}
    part = {"x": 0.0, "y": 0.0, "width": 0.5, "height": 1.0}
    mark(call, first, turned=90, crop=part, marks=[circle, arrow])
    page = call.follow()
    assert page["marked"] == {first: {"turned": 90, "crop": part, "marks": [circle, arrow]}}
    assert page["pointed"] == first
    mark(call, second, turned=180)
    mark(call, first, marks=[circle])
    page = call.follow()
    assert page["marked"][first] == {"turned": 0, "marks": [circle]} and page["pointed"] == first
    with pytest.raises(BadMarks):
        mark(call, first, marks=[{"x": 2, "y": 0, "r": 0.1}])
    services.take_paper_back(paper_id=first, **call.citizen)
    assert call.follow()["pointed"] == second
