"""Every mistake an editor can make is found on its line, told in plain words, in both languages."""

from pathlib import Path

import pytest
from django.utils.translation import override

from onetrip.domain.catalog import queries
from onetrip.domain.catalog.errors import Problem
from tests.domain.catalog.conftest import edit

CARD, MOVE = "items/i01-card.yaml", "items/i02-move.yaml"
RENEW = "  - {fen: 2000, when: {kind: renew}, status: seen, source: 某表}"
OLD_CARD = "{material: old-card, when: {kind: renew}, status: memory}"
REGISTER = "{material: register, status: seen, source: 某法1}"
# (file, what stands there, what the editor makes of it, a piece of the line at fault, code)
MISTAKES = [
    (CARD, "material: letter", "material: lettre", "lettre", "unknown_material"),
    (CARD, "when: {who: proxy}, count", "when: {whom: proxy}, count", "whom", "unknown_question"),
    (CARD, "when: {who: proxy}, count", "when: {who: agent}, count", "agent", "unknown_choice"),
    (CARD, "category: papers", "category: paper", "category: paper", "unknown_category"),
    ("categories.yaml", "competence: id_card", "competence: idcard", "idcard", "unknown_value"),
    ("categories.yaml", "code: moves", "code: papers", "code: papers", "category_twice"),
    (CARD, "kind: first}, status: seen", "kind: frist}, status: seen", "frist", "unknown_choice"),
    (CARD, "code: i01-card", "code: i01-cards", "i01-cards", "file_name"),
    (MOVE, "code: i02-move", "code: i01-card", "code: i01-card", "item_twice"),
    (CARD, "- key: who", "- key: kind", "- key: kind", "question_twice"),
    (CARD, "key: renew, zh", "key: first, zh", "zh: 换领", "choice_twice"),
    (CARD, RENEW, RENEW + "\n  - {fen: 4000, when: {who: self}, status: memory}", "4000", "rules_contradict"),
    (CARD, RENEW, "", "fees:", "rule_missing"),
    (CARD, "fen: 2000, when: {kind: renew}", "fen: 2000, when: {who: self}", "fees:", "rule_missing"),
    (CARD, "allowed: true, when: {kind: renew}", "allowed: true, when: {who: self}", "proxy:", "rule_missing"),
    (CARD, "when: {who: proxy}, count", "when: {kind: first, who: proxy}, count", "letter", "rule_unreachable"),
    (
        CARD,
        OLD_CARD,
        OLD_CARD + "\n  - {material: old-card, when: {who: self}, form: copy, status: memory}",
        "form: copy",
        "materials_contradict",
    ),
    (
        CARD,
        OLD_CARD,
        OLD_CARD + "\n  - {material: old-card, when: {who: self}, needed: false, status: memory}",
        "needed: false",
        "materials_contradict",
    ),
    (
        CARD,
        REGISTER,
        REGISTER + "\n  - {material: register, when: {kind: first}, status: memory}",
        "kind: first}, status: memory}",
        "material_twice",
    ),
    (CARD, REGISTER, "{material: register, when: {kind: renew}, status: memory}", "materials:", "no_material"),
    (MOVE, "no_materials: true", "materials: []", "materials:", "no_material"),
    (CARD, "sample: true", "sample: true\nno_materials: true", "no_materials", "materials_despite"),
    (CARD, "when: {who: proxy}, count: 2,", "when: {kind: renew}, count: 2,", "- key: who", "question_unread"),
    (CARD, "zh: 首次, ", "", "- {key: first", "zh_missing"),
    (CARD, "name: {zh: 办证, ", "name: {", "name:", "zh_missing"),
    ("materials.yaml", "name: {zh: 旧证, ", "name: {", "name: {en: Old card}", "zh_missing"),
    (CARD, "fen: 2000", "fen: 20.5", "20.5", "not_a_number"),
    (CARD, "fen: 2000", "fen: null", "fen: null", "fee_unexplained"),
    (CARD, "unit: calendar", "unit: natural", "natural", "unknown_value"),
    (CARD, "count: 2", "count: zwei", "zwei", "not_a_number"),
    (CARD, "{of: registration,", "{of: nowhere,", "nowhere", "unknown_value"),
    (CARD, "first}, status: seen, source: 某表}", "first}, status: seen}", "fen: 0", "source_missing"),
    (CARD, "minutes: {estimate: 10}\n", "", "code: i01-card", "field_missing"),
    (CARD, "summary:", "sumary:", "sumary", "unknown_field"),
    (CARD, "category: papers", "category: papers\ncategory: moves", "category: moves", "given_twice"),
    ("synonyms.yaml", "i01-card", "i09-card", "i09-card", "unknown_item"),
    ("synonyms.yaml", "means: 证", "means: 照", "means: 照", "synonym_unused"),
    (MOVE, "no_materials: true", "no_materials: true\nrows: [{id: I01}]", "rows:", "row_twice"),
    (MOVE, "category: moves", "category: moves\nrecording: {allowed: true, status: unknown}", "recording:",
     "field_missing"),
    (MOVE, "category: moves", "category: moves\nrecording: {allowed: maybe, why: {zh: 证}, status: unknown}", "maybe",
     "not_yes_no"),
    (CARD, "when: {kind: renew}\n    text", "when: {kind: yes}\n    text", "kind: yes", "not_a_choice"),
]  # fmt: skip


def line_of(folder: Path, name: str, piece: str) -> int:
    """Return the last line on which the piece stands."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return max(number for number, line in enumerate(lines, start=1) if piece in line)


def found_at(problems: tuple[Problem, ...], *, file: str, line: int) -> set[str]:
    return {problem.code for problem in problems if (problem.file, problem.line) == (file, line)}


def test_the_small_catalogue_is_sound(small: Path) -> None:
    assert queries.mistakes_in(folder=small) == ()


@pytest.mark.parametrize(("name", "old", "new", "piece", "code"), MISTAKES)
def test_a_mistake_is_found_on_its_line(
    small: Path, name: str, old: str, new: str, piece: str, code: str
) -> None:
    edit(small, name, old, new)
    problems = queries.mistakes_in(folder=small)
    said = [str(problem) for problem in problems]
    assert code in found_at(problems, file=name, line=line_of(small, name, piece)), said
    for problem in problems:
        with override("en"):
            english = problem.text()
        with override("zh-hans"):
            chinese = problem.text()
        assert "%(" not in english + chinese
        assert english != chinese


def test_broken_yaml_is_told_with_its_line(small: Path) -> None:
    edit(small, CARD, "category: papers", "category: [papers")
    problems = queries.mistakes_in(folder=small)
    assert [(p.file, p.code) for p in problems if p.file == CARD] == [(CARD, "not_yaml")]
    assert problems[0].line in range(2, 5)


def test_a_material_nobody_asks_for_is_told(small: Path) -> None:
    edit(small, CARD, "  - {material: letter, when: {who: proxy}, count: 2, status: memory}\n", "")
    problems = queries.mistakes_in(folder=small)
    line = line_of(small, "materials.yaml", "letter:")
    assert found_at(problems, file="materials.yaml", line=line) == {"material_unused"}


def test_a_question_nobody_can_come_to_is_told(small: Path) -> None:
    later = "    when: {kind: first, who: self}\n    text: {zh: 还有？"
    asked = "  - key: more\n" + later + ", en: 'More?'}\n    choices:\n      - {key: a, zh: 甲, en: A}\n"
    edit(small, CARD, "territory:", asked + "      - {key: b, zh: 乙, en: B}\nterritory:")
    problems = queries.mistakes_in(folder=small)
    codes = found_at(problems, file=CARD, line=line_of(small, CARD, "- key: more"))
    assert codes == {"question_unread", "question_unreachable"}


def test_too_many_situations_are_refused_before_they_are_played(small: Path) -> None:
    question = "  - key: q{n}\n    text: {{zh: 问, en: Ask}}\n    choices:\n" + "".join(
        f"      - {{{{key: c{choice}, zh: 甲, en: A}}}}\n" for choice in range(10)
    )
    edit(small, CARD, "territory:", "".join(question.format(n=n) for n in range(30)) + "territory:")
    assert "too_many_situations" in {problem.code for problem in queries.mistakes_in(folder=small)}


def test_a_file_that_is_missing_or_is_no_text_is_told(small: Path) -> None:
    (small / "synonyms.yaml").unlink()
    (small / MOVE).write_bytes(b"\xff\xfe\x00")
    problems = queries.mistakes_in(folder=small)
    assert {(p.file, p.code) for p in problems} == {("synonyms.yaml", "unreadable"), (MOVE, "unreadable")}


def test_all_mistakes_are_told_at_once_in_the_order_of_files_and_lines(small: Path) -> None:
    edit(small, CARD, "fen: 2000", "fen: zwei")
    edit(small, CARD, "count: 2", "count: 0")
    edit(small, "categories.yaml", "icon: truck", "icon: Lkw!")
    places = [(problem.file, problem.line) for problem in queries.mistakes_in(folder=small)]
    assert places == sorted(places)
    assert len(places) == 3
