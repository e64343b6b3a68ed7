"""The video post through the client: duty, ring, call, verdicts, conclusion, wrap-up; keys and languages."""

import re
from io import BytesIO

import pytest
from django.utils.translation import override
from PIL import Image

from onetrip.core import clock
from onetrip.domain.cases import queries as cases
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services
from onetrip.domain.venues.models import Desk
from onetrip.faces.console.post import checklist
from tests.faces.console.conftest import FETCH, actor
from tests.people import a_citizen


def keys_on(page) -> set[str]:
    return set(re.findall(r'data-key="([^"]+)"', page.content.decode()))


def post(browser, action, expected=302, **fields):
    found = browser.post(f"/console/post/{action}/", fields, **FETCH)
    assert found.status_code == expected, found.content
    return found


def state_of(town):
    found = consultations.post_of(officer_id=town.officer.pk)
    return found.state if found else "off"


def test_from_duty_to_the_next_call(town):
    browser = town.browser("officer")
    page = browser.get("/console/post/")
    assert {"c", "g"} <= keys_on(page)
    assert f'data-topic="post:{town.post.pk}"' in page.content.decode()

    post(browser, "on-duty", desk=town.post.pk)
    assert {"a", "p", "m", "v", "s", "f", "e", "n", "b", "q"} <= keys_on(browser.get("/console/post/"))

    case_id, consultation_id = town.ring()
    page = " ".join(browser.get("/console/post/").content.decode().split())
    assert f'name="consultation" value="{consultation_id}"' in page
    post(browser, "accept", consultation=consultation_id)
    assert state_of(town) == "in_call"

    work = browser.get("/console/post/work/")
    assert {"1", "2", "3", "4"} <= keys_on(work)
    assert "王芳" in browser.get("/console/post/side/").content.decode()

    materials = [material.line.key for material in _case(town, case_id).materials]
    post(browser, "verdict", consultation=consultation_id, material=materials[0], verdict="ok")
    following = " ".join(browser.get("/console/post/materials/").content.decode().split())
    assert f'name="material" value="{materials[1]}"' in following  # the keys move on to the next one
    post(
        browser,
        "verdict",
        consultation=consultation_id,
        material=materials[1],
        verdict="fix",
        reason="照片太旧",
    )

    assert {"1", "2", "3"} <= keys_on(browser.get("/console/post/conclusion/"))
    form = browser.get("/console/post/conclusion/?kind=ready_with").content.decode()
    assert "照片太旧" in form
    assert 'data-key="ctrl+Enter"' in form
    post(browser, "conclude", consultation=consultation_id, kind="ready_with", text="请更换照片")
    assert state_of(town) == "wrap_up"
    assert "请更换照片" in browser.get("/console/post/work/").content.decode()
    assert _case(town, case_id).conclusion_text == "请更换照片"

    post(browser, "next")
    assert state_of(town) == "available"
    post(browser, "pause", reason="paperwork")
    assert state_of(town) == "paused"
    post(browser, "resume")
    post(browser, "off-duty")
    assert state_of(town) == "off"
    assert browser.get("/console/post/side/").status_code == 204


def _case(town, case_id):
    return cases.case(case_id=case_id, citizen_id=town.citizen.pk)


def test_a_reason_is_asked_for_a_correction(town):
    case_id, consultation_id = town.call()
    browser = town.browser("officer")
    material = _case(town, case_id).materials[0].line.key
    form = browser.get(f"/console/post/materials/?current={material}&fix=1").content.decode()
    assert 'name="reason"' in form
    assert 'data-key="Escape"' in form
    refused = post(
        browser, "verdict", 422, consultation=consultation_id, material=material, verdict="fix", reason=" "
    )
    assert refused.json()["field"] == "reason"
    assert refused.json()["message"]
    post(browser, "verdict", consultation=consultation_id, material=material, verdict="fix", quick="已过期")
    assert _case(town, case_id).materials[0].reason == "已过期"


def test_words_and_stills(town):
    _case_id, consultation_id = town.call()
    browser = town.browser("officer")
    post(browser, "message", consultation=consultation_id, text="请靠近一点")
    post(browser, "message", consultation=consultation_id, quick="谢谢", text="")
    still = BytesIO()
    Image.new("RGB", (640, 360), "white").save(still, "JPEG")
    still.seek(0)
    still.name = "still.jpg"
    post(browser, "photo", photo=still)  # the form stays in the page, so it names no consultation
    chat = browser.get("/console/post/work/").content.decode()
    assert "请靠近一点" in chat and "谢谢" in chat
    (path,) = set(re.findall(r'src="(/console/post/photos/[^"]+)"', chat.replace("{photo}", "")))
    picture = browser.get(path)
    assert picture["Content-Type"] == "image/jpeg"
    assert town.browser("colleague").get(path).status_code == 404
    assert post(browser, "photo", 422).json()["field"] == "photo"


def test_somebody_elses_call_is_out_of_reach(town):
    case_id, consultation_id = town.call()
    stranger = town.browser("colleague")
    material = _case(town, case_id).materials[0].line.key
    post(stranger, "verdict", 404, consultation=consultation_id, material=material, verdict="ok")
    post(stranger, "message", 404, consultation=consultation_id, text="?")
    for action in ("accept", "pass-on", "conclude"):
        found = stranger.post(
            f"/console/post/{action}/", {"consultation": consultation_id, "kind": "ready"}, **FETCH
        )
        assert found.status_code in (404, 409), action
    assert state_of(town) == "in_call"
    assert stranger.get("/console/post/work/").status_code == 204
    post(stranger, "on-duty", 404, desk=town.post.pk)  # not on its roster
    post(stranger, "on-duty", 404, desk="x")


def test_passed_on_calls_stay_in_line(town):
    _case_id, consultation_id = town.ring()
    browser = town.browser("officer")
    post(browser, "pass-on", consultation=consultation_id)
    assert state_of(town) == "available"
    assert consultation_id in browser.get("/console/post/line/").content.decode()
    post(browser, "take", consultation=consultation_id)
    assert state_of(town) == "in_call"


def test_a_broken_call_can_still_be_concluded(town):
    case_id, consultation_id = town.call()
    services.leave(
        consultation_id=consultation_id, citizen_id=town.citizen.pk, by=actor(town.citizen), at=clock.now()
    )
    browser = town.browser("officer")
    assert "post/conclusion/" in browser.get("/console/post/work/").content.decode()
    post(browser, "conclude", consultation=consultation_id, kind="impossible", text="不属本市办理")
    assert _case(town, case_id).conclusion_kind == "impossible"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("part", ["", "side/", "work/", "line/", "materials/", "conclusion/?kind=ready"])
def test_every_part_in_both_languages(town, language, part):
    town.call()
    browser = town.browser("officer")
    browser.cookies["onetrip_language"] = language
    page = browser.get(f"/console/post/{part}")
    assert page.status_code == 200
    assert ("办件" in page.content.decode()) == (language == "zh-hans" and part in ("", "side/"))


def test_looking_at_the_line_reads_no_case(town, django_assert_num_queries):
    """The line is fetched at every change; it must not fill the audit log."""
    from onetrip.core.audit import verify

    town.call()
    browser = town.browser("officer")
    before = verify().entries
    browser.get("/console/post/line/")
    assert verify().entries == before


@pytest.mark.parametrize("rows", [1, 30])
def test_the_line_costs_the_same_for_one_and_for_thirty(town, rows, django_assert_max_num_queries):
    from onetrip.domain.consultations import services as line

    town.call()
    for _number in range(rows):
        person = a_citizen()
        line.join_line(
            citizen_id=person.pk, competence="driving_licence", item_code=town.item_code, item_name="补证",
            by=actor(person), at=clock.now(),
        )  # fmt: skip
    browser = town.browser("officer")
    with django_assert_max_num_queries(10):
        found = browser.get("/console/post/line/").content.decode()
    assert found.count('class="line-place"') == rows


class _Line:
    def __init__(self, key, where=""):
        self.key, self.name, self.where_to_get = key, key, where


class _Material:
    def __init__(self, key, verdict=None, reason="", where=""):
        self.line, self.verdict, self.reason = _Line(key, where), verdict, reason


def test_the_draft_says_what_the_verdicts_say():
    papers = [
        _Material("A", "ok"), _Material("B", "fix", "old"), _Material("C", "missing", where="D"),
        _Material("E", "not_needed"),
    ]  # fmt: skip
    with override("en"):
        assert checklist.draft("ready_with", papers).split("\n") == [
            "You can book as soon as you have the following:",
            "1. B must be corrected: old",
            "2. C is missing (to be had from: D)",
            "Please bring: A.",
        ]
    assert checklist.suggested_kind(papers) == "ready_with"
    assert checklist.suggested_kind([_Material("A", "ok"), _Material("B", "not_needed")]) == "ready"
    assert checklist.suggested_kind([_Material("A", "ok"), _Material("B")]) == ""


def test_a_part_that_was_drawn_before_the_verdict_does_not_hold_the_officer_at_that_paper() -> None:
    papers = [_Material("A", "ok"), _Material("B", "")]
    assert checklist.current_material(papers, "A", drawn_with="") == "B"
    assert checklist.current_material(papers, "A", drawn_with="ok") == "A"
    assert checklist.current_material(papers, "B", drawn_with="") == "B"


def test_the_keys_act_on_the_first_open_paper_unless_another_is_asked_for():
    papers = [_Material("A", "ok"), _Material("B"), _Material("C")]
    assert checklist.current_material(papers) == "B"
    assert checklist.current_material(papers, "C") == "C"
    assert checklist.current_material(papers, "no-such") == "B"
    assert checklist.current_material([_Material("A", "ok")]) == ""
    counted = checklist.tally(papers)
    assert (counted.settled, counted.wanting, counted.open, counted.total) == (1, 0, 2, 3)


def test_the_call_is_passed_on_to_a_colleague(town):
    _case_id, consultation_id = town.call()
    browser = town.browser("officer")
    empty = browser.get("/console/post/transfer/").content.decode()
    assert 'value="post:' not in empty and 'value="line:' not in empty
    desk = Desk.objects.create(
        venue=town.other.venue, code="v2", label="视频2号岗", label_en="Post 2", kind="video",
        competences=["driving_licence", "fire"],
    )  # fmt: skip
    services.go_on_duty(
        desk_id=desk.pk, officer_id=town.colleague.pk, by=actor(town.colleague), at=clock.now()
    )
    form = browser.get("/console/post/transfer/").content.decode()
    assert f'value="post:{desk.pk}"' in form and 'value="line:fire"' in form and "李警官" in form
    post(browser, "hand-over", to=f"post:{desk.pk}", note="旧证已核对")
    services.mark_seen(posts=[desk.pk], at=clock.now())
    post(town.browser("colleague"), "accept", consultation=consultation_id)
    assert "旧证已核对" in town.browser("colleague").get("/console/post/side/").content.decode()
    assert state_of(town) == "available"
    post(browser, "hand-over", 409, consultation=consultation_id, to="line:fire")


def test_leads_write_answers_and_officers_send_them_with_a_key(town):
    lead = town.browser("lead")
    refused = lead.post("/console/answers/write/", {"item": "", "text": "请把旧证放平。", "text_en": ""})
    assert refused.status_code == 422 and "请把旧证放平。" in refused.content.decode()
    lead.post(
        "/console/answers/write/", {"item": town.item_code, "text": "请把旧证放平。", "text_en": "Flat."}
    )
    assert "请把旧证放平。" in lead.get(f"/console/answers/?item={town.item_code}").content.decode()
    _case_id, consultation_id = town.call()
    browser = town.browser("officer")
    page = browser.get("/console/post/")
    assert {"alt+1", "t"} <= keys_on(page)
    (answer,) = consultations.ready_answers(item_code=town.item_code)
    post(browser, "answer", consultation=consultation_id, answer=answer.id)
    assert "请把旧证放平。" in browser.get("/console/post/work/").content.decode()
    lead.post("/console/answers/remove/", {"item": town.item_code, "answer": answer.id})
    post(browser, "answer", 404, consultation=consultation_id, answer=answer.id)
