"""The guide changes between the call and the visit: who was told by the old one is told what is new."""

import shutil
from pathlib import Path

import pytest

from onetrip.core.errors import NotFound
from onetrip.domain.cases import queries, services
from onetrip.domain.catalog import services as catalog
from tests.domain.booking.conftest import BY, NOON
from tests.domain.catalog.conftest import SHIPPED

ITEM = "i44-licence-details"


@pytest.fixture
def folder(shipped: None, db: None, tmp_path: Path) -> Path:
    """The shipped catalogue, and a copy of its files to change."""
    copied = tmp_path / "catalog"
    shutil.copytree(SHIPPED, copied)
    return copied


def told(citizen):
    return services.open_case(
        citizen_id=citizen.pk, item_code=ITEM, answers={"what": "other", "who": "self"}, by=BY, at=NOON
    )


def change(folder, *replacements):
    path = folder / "items" / f"{ITEM}.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    catalog.import_catalog(folder=folder, by=BY, at=NOON)


def test_nothing_is_new_while_the_guide_stands(folder, citizens):
    assert not queries.guide_news(case_id=told(citizens[0]), citizen_id=citizens[0].pk).any


def test_a_paper_that_became_needed_and_one_that_is_not_any_more(folder, citizens):
    case_id = told(citizens[0])
    change(
        folder, ("when: {what: number}", "when: {what: other}"), ("  - material: driving-licence\n", DROPPED)
    )
    news = queries.guide_news(case_id=case_id, citizen_id=citizens[0].pk)
    assert len(news.added) == 1 and len(news.dropped) == 1 and not news.ask_again


DROPPED = "  - material: driving-licence\n    when: {what: number}\n"


def test_it_is_told_to_nobody_else(folder, citizens):
    with pytest.raises(NotFound):
        queries.guide_news(case_id=told(citizens[0]), citizen_id=citizens[1].pk)
