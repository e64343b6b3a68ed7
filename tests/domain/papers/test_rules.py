"""What a paper is, what is written on it, and what to advise: without any picture."""

from datetime import date

import pytest

from onetrip.core.identity import id_number_fits
from onetrip.domain.papers import rules
from onetrip.domain.papers.rules import reading
from onetrip.domain.papers.rules.kinds import kind_of
from onetrip.domain.papers.views import Expected, Line, Look

DAY = date(2026, 6, 1)
ID_BACK = ["中华人民共和国", "居民身份证", "签发机关郑州市公安局", "有效期限2010.03.02-2030.03.02"]


def look(*rows, **how):
    lines = tuple(Line(row, 0.99, 0.0, 0.1 * number, 0.04) for number, row in enumerate(rows))
    return Look(
        **{"lines": lines, "turned": 0, "tilt": 0.0, "softness": 0.05, "glare": 0.0, "cut": 0.0, **how}
    )


def advice(*rows, kinds=("id_back",), name="", **how):
    return rules.judge(look(*rows, **how), Expected(kinds=kinds, name=name, day=DAY)).advice


@pytest.mark.parametrize(
    ("number", "fits"),
    [("11010519491231002X", True), ("440524188001010014", True), ("110105194912310021", False),
     ("440524188001010041", False)],
)  # fmt: skip
def test_the_check_digit(number, fits):
    assert id_number_fits(number) is fits


def test_a_good_picture_gets_no_advice():
    assert advice(*ID_BACK) == ()


@pytest.mark.parametrize(
    ("how", "code"),
    [({"softness": 0.2}, "blurred"), ({"glare": 0.05}, "glare"), ({"cut": 0.4}, "cut"),
     ({"turned": 180}, "turned"), ({"tilt": -12.0}, "tilted")],
)  # fmt: skip
def test_how_it_was_taken(how, code):
    assert advice(*ID_BACK, **how) == (code,)


def test_an_empty_table_is_no_paper():
    assert advice() == ("no_text",)


def test_another_paper_is_named_and_nothing_else_is_said_of_it():
    found = rules.judge(look(*ID_BACK), Expected(kinds=("driving",), name="", day=date(2040, 1, 1)))
    assert (found.kind, found.advice) == ("id_back", ("wrong_paper",))
    assert advice("收据", "金额", "日期") == ("wrong_paper",)
    assert advice("收据", "金额", "日期", kinds=()) == ()  # any paper will do


def test_what_could_not_be_read_is_not_called_wrong():
    assert advice("收据", "金额", "日期", softness=0.3) == ("blurred",)


@pytest.mark.parametrize(
    ("row", "expired"),
    [("有效期限2005.03.02-2025.03.02", True), ("有效期限2010.03.02-2026.06.01", False),
     ("有效期限2005.03.02-长期", False), ("有效期限", False), ("检验有效期至2026年05月豫A", True),
     ("检验有效期至2026年06月豫A", False)],
)  # fmt: skip
def test_validity(row, expired):
    assert ("expired" in advice(*ID_BACK[:3], row)) is expired


def test_names_and_numbers_of_an_id_card():
    card = ["姓名王小明", "性别男民族汉", "住址郑州市", "公民身份号码11010519491231002X"]
    assert advice(*card, kinds=("id_front",), name="王小明") == ()
    assert advice(*card, kinds=("id_front",), name="李小明") == ("name_differs",)
    assert advice(*card[:3], "公民身份号码110105194912310021", kinds=("id_front",)) == ("number_wrong",)
    assert reading.name_after("姓名", ["姓名吴勇户主或与户主关系女"]) == "吴勇"


def test_misread_letters_do_not_hide_a_kind():
    assert kind_of(["中华人民共和国机动本驾驶证", "淮驾车型C1", "初次领证日期2010-01-01"]) == "driving"
    assert kind_of(["姓名", "性别男", "出生"]) is None


def test_writing_side_by_side_is_one_row():
    lines = [
        Line("男", 0.9, 0.2, 0.101, 0.04),
        Line("性别", 0.9, 0.0, 0.1, 0.04),
        Line("住址", 0.9, 0.0, 0.2, 0.04),
    ]
    assert reading.rows_of(lines) == ["性别男", "住址"]


@pytest.mark.parametrize(
    "marks", [[{"x": 2, "y": 0, "r": 0.1}], [{"x": 0.1}], ["circle"], [{"x": 0, "y": 0, "r": 0.1}] * 13,
              [{"x": "0", "y": 0, "r": 0.1}], [{"x": True, "y": 0, "r": 0.1}], [{"x": float("nan"), "y": 0, "r": 0}],
              [{"x": 0, "y": 0, "r": 0.1, "to_x": 1, "to_y": 1}]],
)  # fmt: skip
def test_marks_that_are_neither_circles_nor_arrows(marks):
    assert rules.drawn(marks) is None


def test_a_crop_lies_within_the_picture():
    part = {"x": 0.5, "y": 0.25, "width": 0.5, "height": 0.5}
    assert rules.cropped(part) == part
    for change in ({"x": 0.6}, {"width": 0.01}, {"height": 1}, {"y": -0.1}, {"z": 0}):
        assert rules.cropped({**part, **change}) is None


def test_hints_alone_need_no_other_picture():
    assert not rules.needs_another(["turned", "tilted", "name_differs"])
    assert rules.needs_another(["turned", "blurred"])
