"""A small catalogue to break in every way, and the shipped one, imported once for all tests that only read it."""

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from onetrip.core.audit import Actor
from onetrip.domain.catalog import services
from tests.conftest import KeptDatabase
from tests.databases import TABLES, Template, django_on

SHIPPED = Path(__file__).resolve().parents[3] / "catalog"
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
EDITOR = Actor(kind="staff", id="EDITOR0000000000")

CATEGORIES = """
- code: papers
  name: {zh: 证件, en: Papers}
  icon: id-card
  competence: id_card
- code: moves
  name: {zh: 迁移, en: Moves}
  icon: truck
  competence: household
"""
MATERIALS = """
register:
  name: {zh: 户口簿, en: Register}
  form: original
  where: {zh: 家里, en: At home}
old-card:
  name: {zh: 旧证, en: Old card}
  form: original
  where: {zh: 本人, en: You have it}
letter:
  name: {zh: 委托书, en: Letter}
  form: form
  where: {zh: 自己写, en: Write it}
"""
SYNONYMS = """
words:
  - say: [卡]
    means: 证
phrases:
  - say: [卡丢了]
    items: [i01-card]
"""
CARD = """
code: i01-card
category: papers
name: {zh: 办证, en: Get a card}
summary: {zh: 办一张证, en: Get a card or renew it}
sample: true
rows:
  - {id: I01, law: 某法1}
questions:
  - key: kind
    text: {zh: 办哪一种？, en: 'Which kind?'}
    choices:
      - {key: first, zh: 首次, en: First}
      - {key: renew, zh: 换领, en: Renew}
  - key: who
    when: {kind: renew}
    text: {zh: 谁来？, en: 'Who comes?'}
    choices:
      - {key: self, zh: 本人, en: Myself}
      - {key: proxy, zh: 代办, en: Someone else}
territory: {of: registration, status: memory}
minutes: {estimate: 10}
materials:
  - {material: register, status: seen, source: 某法1}
  - {material: old-card, when: {kind: renew}, status: memory}
  - {material: letter, when: {who: proxy}, count: 2, status: memory}
fees:
  - {fen: 0, when: {kind: first}, status: seen, source: 某表}
  - {fen: 2000, when: {kind: renew}, status: seen, source: 某表}
limits:
  - statutory: {days: 60, unit: calendar, status: seen, source: 某法12}
    promised: {days: 20, unit: working, status: memory}
proxy:
  - {allowed: false, when: {kind: first}, text: {zh: 须本人, en: Yourself}, status: memory}
  - {allowed: true, when: {kind: renew}, text: {zh: 可代办, en: A proxy may}, status: memory}
online: {possible: true, whole: false, how: {zh: 可预约, en: Can be booked}, status: memory}
"""
MOVE = """
code: i02-move
category: moves
name: {zh: 迁出, en: Move out}
summary: {zh: 迁出户口, en: Move out}
territory: {of: registration, status: memory}
minutes: {estimate: 10}
no_materials: true
fees: {fen: 0, status: memory}
limits: {text: {zh: 当场, en: At once}, status: unknown}
proxy: {allowed: true, text: {zh: 可代办, en: A proxy may}, status: memory}
online: {possible: false, whole: false, status: unknown}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A sound catalogue of two items."""
    folder = tmp_path / "catalog"
    (folder / "items").mkdir(parents=True)
    texts = {
        "categories.yaml": CATEGORIES,
        "materials.yaml": MATERIALS,
        "synonyms.yaml": SYNONYMS,
        "items/i01-card.yaml": CARD,
        "items/i02-move.yaml": MOVE,
    }
    for name, text in texts.items():
        (folder / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file in one place, as an editor would; fails when there is nothing to change."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def _import_shipped(url: str) -> None:
    with django_on(url):
        services.import_catalog(folder=SHIPPED, by=EDITOR, at=AT)


CATALOGUE = Template("catalogue", _import_shipped, on=TABLES)


@pytest.fixture(scope="module")
def shipped(kept_database: KeptDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The shipped catalogue in the database, for all tests of the module; what they add is gone afterwards."""
    with django_db_blocker.unblock(), django_on(kept_database(CATALOGUE)), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield
