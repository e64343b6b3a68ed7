"""Every mistake an editor can make is found on its line, told in plain words, in both languages."""

from pathlib import Path

import pytest
from django.utils.translation import override

from onetrip.domain.catalog import queries
from onetrip.domain.catalog.errors import Problem
from tests.domain.catalog.conftest import edit

CARD, MOVE = "items/i01-card.yaml", "items/i02-move.yaml"
RENEW = "  - {fen: 2000, when: {kind: renew}, status: seen, source: 某表}"
# (file, what stands there, what the editor makes of it, a piece of the line at fault, code)
MISTAKES = [
    (CARD, "material: letter", "material: lettre", "lettre", "unknown_material"),
    (CARD, "when: {who: proxy}, count", "when: {whom: proxy}, count", "whom", "unknown_question"),
    (CARD, "when: {who: proxy}, count", "when: {who: agent}, count", "agent", "unknown_choice"),
    (CARD, "category: papers", "category: paper", "category: paper", "unknown_category"),
    ("categories.yaml", "competence: id_card", "competence: idcard", "idcard", "unknown_value"),
    ("categories.yaml", "code: moves", "code: papers", "icon: truck", "category_twice"),
    (CARD, "form: original", "form: original", "", ""),
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
        "{material: old-card, when: {kind: renew}, status: memory}",
        "{material: old-card, when: {kind: renew}, status: memory}\n"
        "  - {material: old-card, when: {who: self}, form: copy, status: memory}",
        "form: copy",
        "materials_contradict",
    ),
    (
        CARD,
        "{material: old-card, when: {kind: renew}, status: memory}",
        "{material: old-card, when: {kind: renew}, status: memory}\n"
        "  - {material: old-card, when: {who: self}, needed: false, status: memory}",
        "needed: false",
        "materials_contradict",
    ),
    (
        CARD,
        "{material: register, status: seen, source: 某法1}",
        "{material: register, status: seen, source: 某法1}\n  - {material: register, when: {kind: first}, status: memory}",
        "kind: first}, status: memory}",
        "material_twice",
    ),
    (CARD, "{material: register, status", "{material: register, when: {kind: renew}, status", "materials:", "no_material"),
    (MOVE, "no_materials: true", "materials: []", "materials:", "no_material"),
    (CARD, "sample: true", "sample: true\nno_materials: true", "no_materials", "materials_despite"),
    (CARD, "when: {who: proxy}, count: 2,", "when: {kind: renew}, count: 2,", "- key: who", "question_unread"),
    (CARD, "    when: {kind: renew}\n", "    when: {kind: [first]}\n", "letter", ""),
    (CARD, "zh: 首次, ", "", "- {key: first", "zh_missing"),
    (CARD, "name: {zh: 办证, ", "name: {", "name:", "zh_missing"),
    ("materials.yaml", "name: {zh: 旧证, ", "name: {", "name: {en: Old card}", "zh_missing"),
    (CARD, "fen: 2000", "fen: 20.5", "20.5", "not_a_number"),
    (CARD, "fen: 2000", "fen: null", "fen: null", "fee_unexplained"),
    (CARD, "unit: calendar", "unit: natural", "natural", "unknown_value"),
    (CARD, "count: 2", "count: zwei", "zwei", "not_a_number"),
    (CARD, "{of: registration,", "{of: nowhere,", "nowhere", "unknown_value"),
    (CARD, "{fen: 0, when: {kind: first}, status: seen, source: 某表}", "{fen: 0, when: {kind: first}, status: seen}", "fen: 0", "source_missing"),
    (CARD, "minutes: {estimate: 10}\n", "", "code: i01-card", "field_missing"),
    (CARD, "summary:", "sumary:", "sumary", "unknown_field"),
    (MOVE, "sumary", "sumary", "", ""),
    (CARD, "category: papers", "category: papers\ncategory: moves", "category: moves", "given_twice"),
    (CARD, "questions:", "questions: [", "- key: kind", "not_yes"),
    ("synonyms.yaml", "i01-card", "i09-card", "i09-card", "unknown_item"),
    ("synonyms.yaml", "means: 证", "means: 照", "means: 照", "synonym_unused"),
    (MOVE, "no_materials: true", "no_materials: true\nrows: [{id: I01}]", "rows:", "row_twice"),
    (CARD, "  - {material: letter, when: {who: proxy}, count: 2, status: memory}\n", "", "letter:", ""),
    (CARD, "when: {kind: renew}\n    text", "when: {kind: yes}\n    text", "kind: yes", "not_a_choice"),
]  # fmt: skip
