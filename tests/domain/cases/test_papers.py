"""Papers photographed beforehand: filed, looked at, seen by the right people only, taken back."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from onetrip.core import live
from onetrip.core.errors import NotFound
from onetrip.domain.accounts.states import Role
from onetrip.domain.cases import queries, services
from onetrip.domain.cases.errors import CaseClosed, TooManyPapers, UnknownMaterial
from onetrip.domain.cases.models import CasePaper
from onetrip.domain.papers import flows
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.views import Line, Look
from tests.domain.booking.conftest import BY, NOON
from tests.faces.console.conftest import ITEM, answers_for
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def errand(settings, tmp_path, shipped):
    settings.MEDIA_ROOT, settings.PRECHECK = tmp_path, True
    me = a_citizen(name="王芳")
    case_id = services.open_case(citizen_id=me.pk, item_code=ITEM, answers=answers_for(ITEM), by=BY, at=NOON)
    return me, case_id, queries.case(case_id=case_id, citizen_id=me.pk).materials[0].line.key


def send(citizen, case_id, material):
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "white").save(file, "JPEG")
    return services.file_paper(
        case_id=case_id, material=material, upload=file.getvalue(), citizen_id=citizen.pk, by=BY, at=NOON
    )


def test_a_paper_is_filed_judged_and_shown_live(errand, monkeypatch):
    me, case_id, material = errand
    paper = send(me, case_id, material)
    assert live.snapshot(f"case:{case_id}")[1]["papers"] == {paper: "waiting"}
    lines = tuple(Line(text, 0.99, 0.0, 0.1 * row, 0.03) for row, text in enumerate(("发票", "金额", "日期")))
    monkeypatch.setattr(
        "onetrip.domain.papers.gateways.look_at", lambda _jpeg: Look(lines, 0, 0.0, 0.3, 0.0, 0.0)
    )
    flows.check(key=Paper.objects.get().pk, at=NOON)
    (shown,) = queries.papers_of(case_id=case_id, citizen_id=me.pk)[material]
    assert (shown.check, shown.advice) == ("checked", ("blurred",))
    seq, document = live.snapshot(f"case:{case_id}")
    assert document["papers"] == {paper: "checked"}
    changes = live.events_after(f"case:{case_id}", 0) or []
    assert changes[-1] == (seq, changes[-1][1]) and changes[-1][1]["papers"] == {paper: "checked"}


def test_a_strangers_paper_does_not_exist(errand):
    me, case_id, material = errand
    paper = send(me, case_id, material)
    stranger = a_citizen(name="李四")
    assert queries.paper_picture(case_id=case_id, paper_id=paper, citizen_id=me.pk)[1] == "image/jpeg"
    assert queries.papers_of(case_id=case_id, citizen_id=stranger.pk) == {}
    with pytest.raises(NotFound):
        queries.paper_picture(case_id=case_id, paper_id=paper, citizen_id=stranger.pk)
    with pytest.raises(NotFound):
        queries.paper_picture_for_staff(
            case_id=case_id, paper_id=paper, by_user_id=stranger.pk, by=BY, at=NOON
        )
    with pytest.raises(NotFound):
        services.take_paper_back(case_id=case_id, paper_id=paper, citizen_id=stranger.pk, by=BY, at=NOON)
    with pytest.raises(NotFound):
        send(stranger, case_id, material)


def test_a_paper_is_taken_back_whole(errand):
    me, case_id, material = errand
    paper = send(me, case_id, material)
    services.take_paper_back(case_id=case_id, paper_id=paper, citizen_id=me.pk, by=BY, at=NOON)
    assert not CasePaper.objects.exists() and not Paper.objects.exists()
    assert live.snapshot(f"case:{case_id}")[1]["papers"] == {}


def test_what_cannot_be_filed(errand):
    me, case_id, material = errand
    with pytest.raises(UnknownMaterial):
        send(me, case_id, "nothing")
    for _number in range(12):
        send(me, case_id, material)
    with pytest.raises(TooManyPapers):
        send(me, case_id, material)
    services.withdraw_case(case_id=case_id, citizen_id=me.pk, by=BY, at=NOON)
    with pytest.raises(CaseClosed):
        send(me, case_id, material)


def test_agreement_is_that_of_the_latest_picture(errand):
    me, case_id, material = errand
    officer = a_staff_member(Role("supervisor"), name="钱督导")
    for advice in (["blurred"], ["turned"]):  # the second picture is good enough: a hint is no objection
        send(me, case_id, material)
        Paper.objects.filter(check_state="waiting").update(check_state="checked", advice=advice)
    period = {"since": NOON, "until": NOON + timedelta(hours=1), "venue_codes": None}
    assert queries.paper_agreement(**period).share is None
    for verdict, reason, found in (("ok", "", (1, 0, 0, 0)), ("fix", "过期", (0, 0, 1, 0))):
        services.give_verdict(
            case_id=case_id,
            material=material,
            verdict=verdict,
            reason=reason,
            officer_id=officer.pk,
            by=BY,
            at=NOON,
        )
        both = queries.paper_agreement(**period)
        assert (both.both_fine, both.both_not, both.only_officer, both.only_check) == found
    assert both.share == 0
    Paper.objects.update(advice=["expired"])
    assert queries.paper_agreement(**period).share == 1
    assert queries.paper_agreement(**{**period, "venue_codes": ["hall-1"]}).judged == 0
