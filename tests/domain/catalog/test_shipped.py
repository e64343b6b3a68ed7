"""The catalogue as shipped: complete against the researched rows, sound, and in the layout an export writes."""

import re
from pathlib import Path
from typing import Any

import pytest

from onetrip.domain.catalog import queries
from onetrip.domain.catalog.rules import documents
from onetrip.domain.catalog.rules.plan import MANY, SINGLE, rule_list
from tests.domain.catalog.conftest import SHIPPED

FILES = sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.yaml"))


def shipped_items() -> list[dict[str, Any]]:
    read, problems = documents.read_folder(SHIPPED)
    assert not problems
    return [document.content for document in read.items]


def test_it_has_no_mistakes() -> None:
    assert [str(problem) for problem in queries.mistakes_in(folder=SHIPPED)] == []


def test_it_has_21_categories_93_items_and_covers_each_of_108_rows_once() -> None:
    read, _problems = documents.read_folder(SHIPPED)
    items = shipped_items()
    rows = sorted(row["id"] for item in items for row in item["rows"])
    assert len(read.categories.content) == 21
    assert len(items) == 93
    assert rows == sorted(f"I{number:02d}" for number in range(1, 109))
    assert {item["category"] for item in items} == {one["code"] for one in read.categories.content}


def test_it_says_that_it_is_a_sample() -> None:
    assert all(item["sample"] is True for item in shipped_items())


def test_it_is_written_in_both_languages() -> None:
    found: list[str] = []

    def look(value: Any, place: str) -> None:
        if isinstance(value, dict):
            if "zh" in value and not re.search(r"[A-Za-z]", value.get("en", "")):
                found.append(place)
            for name, child in value.items():
                look(child, f"{place}.{name}")
        elif isinstance(value, list):
            for number, child in enumerate(value):
                look(child, f"{place}[{number}]")

    for name in FILES:
        document, _problems = documents.parse(text=(SHIPPED / name).read_text(encoding="utf-8"), file=name)
        look(document.content, name)
    assert found == []


def test_every_fact_says_how_well_it_is_known_and_what_is_seen_names_its_source() -> None:
    statuses = set()
    for item in shipped_items():
        for kind in (MANY, *SINGLE):
            for rule in rule_list(item, kind) if kind != "minutes" else ():
                facts = [rule[name] for name in ("statutory", "promised") if name in rule] or [rule]
                for fact in facts:
                    statuses.add(fact["status"])
                    assert fact["status"] != "seen" or fact["source"]
    assert statuses == {"seen", "memory", "unknown"}


def test_where_sources_disagree_no_amount_is_given() -> None:
    unsure = {"i87-taiwan-permit", "i39-residence-permit-replacement", "i15-move-paper-replacement"}
    for item in shipped_items():
        if item["code"] in unsure:
            assert [fee["fen"] for fee in item["fees"]] == [None]


@pytest.mark.parametrize("name", FILES)
def test_it_is_in_the_canonical_layout(name: str) -> None:
    text = (SHIPPED / name).read_text(encoding="utf-8")
    document, _problems = documents.parse(text=text, file=name)
    assert documents.write(document.content) == text


def test_every_icon_is_in_the_set(pytestconfig: pytest.Config) -> None:
    icons = Path(pytestconfig.rootpath) / "frontend" / "node_modules" / "lucide-static" / "icons"
    if not icons.is_dir():
        pytest.skip("the front end's packages are not installed")
    read, _problems = documents.read_folder(SHIPPED)
    assert [
        one["icon"] for one in read.categories.content if not (icons / f"{one['icon']}.svg").exists()
    ] == []
