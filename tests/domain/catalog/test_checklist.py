"""The engine: every situation of every item gets a complete answer, and small rules in small guides."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onetrip.domain.catalog import errors, queries
from onetrip.domain.catalog.rules import checklist, documents
from onetrip.domain.catalog.rules.plan import plan, situations
from onetrip.domain.catalog.views import Guide
from tests.domain.catalog import conftest


@cache
def shipped_guides(language: str = "zh-hans") -> tuple[Guide, ...]:
    read, _problems = documents.read_folder(conftest.SHIPPED)
    categories = {category["code"]: category for category in read.categories.content}
    return tuple(
        guide_from(item=one.content, category=categories[one.content["category"]], materials=read.materials.content,
                   language=language)
        for one in read.items
    )  # fmt: skip


def guide_from(*, item: Any, category: Any, materials: Any, language: str = "zh-hans") -> Guide:
    content = {"item": item, "category": category, "materials": materials}
    return checklist.in_language(plan=plan(content), version_id="V", version_no=1, language=language)


def parsed(text: str) -> Any:
    return documents.parse(text=text, file="x.yaml")[0].content


@pytest.fixture
def card() -> Guide:
    category = parsed(conftest.CATEGORIES)[0]
    return guide_from(item=parsed(conftest.CARD), category=category, materials=parsed(conftest.MATERIALS))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_situation_of_every_item_gets_a_complete_checklist(language: str) -> None:
    played = 0
    for guide in shipped_guides(language):
        for answers in situations(guide.plan.questions):
            drawn = queries.personal_checklist(guide, answers)
            assert drawn.complete, (guide.item_code, answers)
            assert drawn.answers == answers
            assert drawn.materials or guide.plan.no_materials
            assert len({line.key for line in drawn.materials}) == len(drawn.materials)
            assert all(line.name and line.form_text and line.where_to_get for line in drawn.materials)
            assert all((drawn.fee.text, drawn.limit.text, drawn.proxy.text, drawn.missing_advice))
            assert drawn.minutes > 0
            assert drawn.territory in {"registration", "residence", "anywhere"}
            assert drawn.competence == guide.competence
            played += 1
    assert played > 2 * 93


@settings(deadline=None)  # the first example reads the whole catalogue
@given(st.data())
def test_the_order_of_answers_and_answers_to_other_questions_do_not_count(data: st.DataObject) -> None:
    guide = by_code(data.draw(st.sampled_from([one.item_code for one in shipped_guides()])))
    answers = data.draw(st.sampled_from(list(situations(guide.plan.questions))))
    shuffled = dict(data.draw(st.permutations([*answers.items(), ("unasked", "x"), ("csrf", "token")])))
    assert queries.personal_checklist(guide, shuffled) == queries.personal_checklist(guide, answers)


@settings(deadline=None)  # the first example reads the whole catalogue
@given(st.data())
def test_any_part_of_the_answers_leads_on_to_one_of_the_open_questions(data: st.DataObject) -> None:
    asking = [one.item_code for one in shipped_guides() if one.questions]
    guide = by_code(data.draw(st.sampled_from(asking)))
    answers = data.draw(st.sampled_from(list(situations(guide.plan.questions))))
    kept = {key: answers[key] for key in data.draw(st.sets(st.sampled_from(sorted(answers))))}
    drawn = queries.personal_checklist(guide, kept)
    if drawn.complete:
        assert kept == answers
    else:
        assert drawn.next_question is not None
        assert drawn.next_question.key not in kept
        assert drawn.questions[-1] == drawn.next_question


def test_a_question_is_asked_only_when_an_earlier_answer_says_so(card: Guide) -> None:
    first = queries.personal_checklist(card, {})
    assert (first.complete, first.next_question and first.next_question.key) == (False, "kind")
    assert queries.personal_checklist(card, {"kind": "first"}).complete
    renew = queries.personal_checklist(card, {"kind": "renew"})
    assert renew.next_question is not None
    assert renew.next_question.key == "who"


def test_answers_pick_materials_fee_limit_and_proxy(card: Guide) -> None:
    first = queries.personal_checklist(card, {"kind": "first", "who": "proxy"})
    proxy = queries.personal_checklist(card, {"kind": "renew", "who": "proxy"})
    assert [line.key for line in first.materials] == ["register"]
    assert first.answers == {"kind": "first"}
    assert [(line.key, line.count) for line in proxy.materials] == [
        ("register", 1),
        ("old-card", 1),
        ("letter", 2),
    ]
    assert (first.fee.fen, proxy.fee.fen) == (0, 2000)
    assert proxy.fee.text.startswith("¥20.00")
    assert (first.proxy.allowed, proxy.proxy.allowed) == (False, True)
    limit = proxy.limit
    assert (limit.statutory_days, limit.statutory_unit) == (60, "calendar")
    assert (limit.promised_days, limit.promised_unit) == (20, "working")
    assert (limit.fact.verified, limit.promised_fact.verified) == (True, False)


def test_a_material_explicitly_not_needed_is_left_out() -> None:
    item = parsed(conftest.CARD)
    item["materials"][1]["needed"] = False
    guide = guide_from(
        item=item, category=parsed(conftest.CATEGORIES)[0], materials=parsed(conftest.MATERIALS)
    )
    drawn = queries.personal_checklist(guide, {"kind": "renew", "who": "self"})
    assert [line.key for line in drawn.materials] == ["register"]


def test_an_unknown_answer_is_refused_and_names_the_question(card: Guide) -> None:
    with pytest.raises(errors.AnswerUnknown) as caught:
        queries.personal_checklist(card, {"kind": "third"})
    assert caught.value.field == "kind"
    assert "办哪一种？" in caught.value.text()


def test_whoever_needs_a_complete_list_is_told_the_open_question(card: Guide) -> None:
    with pytest.raises(errors.AnswersIncomplete) as caught:
        queries.complete_checklist(card, {"kind": "renew"})
    assert caught.value.field == "who"
    assert queries.complete_checklist(card, {"kind": "first"}).complete


def test_chinese_stands_in_where_english_is_missing() -> None:
    item = parsed(conftest.CARD)
    del item["summary"]["en"]
    guide = guide_from(
        item=item,
        category=parsed(conftest.CATEGORIES)[0],
        materials=parsed(conftest.MATERIALS),
        language="en",
    )
    assert (guide.name, guide.summary) == ("Get a card", "办一张证")


def by_code(code: str) -> Guide:
    return next(guide for guide in shipped_guides() if guide.item_code == code)


def test_plates_cost_by_vehicle() -> None:
    guide = by_code("i70-plate-replacement")
    fees = {
        vehicle: queries.complete_checklist(guide, {"vehicle": vehicle, "who": "self"}).fee.fen
        for vehicle in ("car", "motorcycle", "trailer", "slow")
    }
    assert fees == {"car": 10000, "motorcycle": 3500, "trailer": 5000, "slow": 4000}


def test_a_proxy_brings_two_papers_more_and_is_refused_where_the_rules_say_so() -> None:
    guide = by_code("i40-licence-expiry")
    alone = queries.complete_checklist(guide, {"who": "self"})
    proxy = queries.complete_checklist(guide, {"who": "proxy"})
    assert {m.key for m in proxy.materials} - {m.key for m in alone.materials} == {
        "agent-id",
        "authorisation-letter",
    }
    refused = queries.complete_checklist(by_code("i72-registration-certificate-replacement"), {})
    assert not refused.proxy.allowed
