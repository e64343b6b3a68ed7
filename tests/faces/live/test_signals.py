"""The two parties of a call find each other; nobody else is heard or hears."""

import time

from onetrip.core import clock
from onetrip.domain.cases.models import Case, CaseConsultation
from onetrip.domain.cases.states import CaseState
from onetrip.domain.consultations import services as consultations
from onetrip.domain.consultations.models import Consultation, Post
from onetrip.faces.live.presence import REPORT_EVERY_S
from tests.calls import BY, Call, on_duty
from tests.faces.live.conftest import OpenPage, Page
from tests.people import a_citizen
from tests.servers import LiveServers


def joined(page: Page, topic: str) -> Page:
    page.subscribe(topic)
    page.hear_until("snapshot", topic=topic)
    return page


def test_words_reach_the_other_party_only(open_page: OpenPage, ringing: Call) -> None:
    citizen, second_tab = (joined(open_page(ringing.citizen), ringing.topic) for _ in range(2))
    officer = joined(open_page(ringing.officer), ringing.topic)
    citizen.say(op="signal", topic=ringing.topic, body={"k": "desc", "sdp": "v=0 …"})
    heard = officer.hear_until("signal")
    assert heard["from"] == "citizen" and heard["body"] == {"k": "desc", "sdp": "v=0 …"}
    officer.say(op="signal", topic=ringing.topic, body={"k": "ice"})
    assert citizen.hear_until("signal")["from"] == "officer"
    assert second_tab.hear_until("signal")["body"] == {"k": "ice"}
    assert second_tab.hears_nothing("signal")  # never the words of one's own side


def test_words_pass_between_processes(
    open_page: OpenPage, ringing: Call, empty_live_servers: LiveServers
) -> None:
    second = empty_live_servers.start("live")
    empty_live_servers.wait_until_it_answers(second)
    citizen = joined(open_page(ringing.citizen), ringing.topic)
    officer = joined(open_page(ringing.officer, server=second), ringing.topic)
    citizen.hear_until("peer", **{"from": "officer"}, present=True)
    officer.say(op="signal", topic=ringing.topic, body={"k": "hello"})
    assert citizen.hear_until("signal")["body"] == {"k": "hello"}
    second.kill()  # a process that dies says nothing: silence is noticed by the domain, the other page stays
    ringing.accept()
    citizen.hear_until("event")
    assert citizen.docs[ringing.topic]["state"] == "connected"


def test_each_sees_the_other_come_and_go(open_page: OpenPage, ringing: Call) -> None:
    citizen = joined(open_page(ringing.citizen), ringing.topic)
    officer = joined(open_page(ringing.officer), ringing.topic)
    assert citizen.hear_until("peer")["present"] is True
    assert officer.hear_until("peer")["present"] is True
    tab = joined(open_page(ringing.officer), ringing.topic)
    tab.drop()
    assert citizen.hears_nothing("nothing", for_s=0.5)
    officer.drop()
    assert citizen.hear_until("peer", present=False)["from"] == "officer"


def test_strangers_are_told_it_does_not_exist(open_page: OpenPage, ringing: Call) -> None:
    colleague, _desk = on_duty("another-line")
    for stranger in (open_page(), open_page(a_citizen()), open_page(colleague)):
        for topic in (
            ringing.topic,
            f"post:{ringing.desk.pk}",
            "consultation:0000000000000000",
            "nonsense",
            "x:y",
        ):
            stranger.subscribe(topic)
            assert stranger.hear() == {"op": "refused", "topic": topic, "code": "not_found"}
        stranger.say(op="signal", topic=ringing.topic, body={"k": "hello"})
        assert stranger.hear() == {"op": "refused", "topic": ringing.topic, "code": "not_a_party"}


def test_a_case_is_followed_by_its_owner_and_the_officer_of_its_call(
    open_page: OpenPage, ringing: Call
) -> None:
    case = Case.objects.create(
        citizen=ringing.citizen, item_code="i1", item_name="身份证补领", category_code="c1", competence="id_card",
        guide_version="v1", state=CaseState.PREPARING, opened_at=clock.now(), changed_at=clock.now(),
        consultation=Consultation.objects.get(public_id=ringing.id),
    )  # fmt: skip
    CaseConsultation.objects.create(case=case, consultation_id=case.consultation_id)
    topic = f"case:{case.public_id}"
    colleague, _desk = on_duty("another-line")
    ringing.accept()
    for party in (ringing.citizen, ringing.officer):
        joined(open_page(party), topic)
    for stranger in (open_page(), open_page(a_citizen()), open_page(colleague)):
        stranger.subscribe(topic)
        assert stranger.hear() == {"op": "refused", "topic": topic, "code": "not_found"}


def test_the_officer_before_is_out_when_the_call_goes_on(open_page: OpenPage, ringing: Call) -> None:
    before = joined(open_page(ringing.officer), ringing.topic)
    citizen = joined(open_page(ringing.citizen), ringing.topic)
    consultations.pass_on(consultation_id=ringing.id, officer_id=ringing.officer.pk, by=BY, at=clock.now())
    before.hear_until("refused", topic=ringing.topic)
    citizen.say(op="signal", topic=ringing.topic, body={"k": "hello"})
    assert before.hears_nothing("signal")
    before.say(op="signal", topic=ringing.topic, body={"k": "hello"})
    assert before.hear_until("refused")["code"] == "not_a_party"


def test_an_open_page_keeps_its_place(open_page: OpenPage, ringing: Call) -> None:
    """The face reports who is there, for the citizen's place and the officer's post."""
    before = clock.now()
    joined(open_page(ringing.citizen), ringing.topic)
    post = open_page(ringing.officer)
    post.subscribe(f"post:{ringing.desk.pk}")
    assert post.hear_until("snapshot")["doc"]["ring"]["consultation"] == ringing.id
    deadline = time.monotonic() + 2 * REPORT_EVERY_S
    while time.monotonic() < deadline:
        time.sleep(0.5)
        seen = (
            Consultation.objects.get(public_id=ringing.id).seen_at,
            Post.objects.get(desk_id=ringing.desk.pk).seen_at,
        )
        if min(seen) > before:
            return
    raise AssertionError(f"seen {seen}, both pages are open since {before}")
