"""Importing: all or nothing, twice is once, a change is a new version, and what a case was told stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from onetrip.core.audit import verify
from onetrip.core.models import AuditEntry
from onetrip.domain.catalog import errors, queries, services
from onetrip.domain.catalog.models import Category, GuideVersion, SearchTerm, ServiceItem
from onetrip.domain.catalog.views import ImportOutcome
from tests.domain.catalog.conftest import AT, EDITOR, SHIPPED, edit

pytestmark = pytest.mark.django_db
CARD = "items/i01-card.yaml"


def bring(folder: Path, *, publish: bool = True) -> ImportOutcome:
    return services.import_catalog(folder=folder, by=EDITOR, at=AT, publish=publish)


def fee(version_id: str) -> int | None:
    guide = queries.guide_version(version_id)
    return queries.complete_checklist(guide, {"kind": "renew", "who": "self"}).fee.fen


def everything() -> list[object]:
    tables = (Category, ServiceItem, GuideVersion, SearchTerm, AuditEntry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_importing_twice_changes_nothing(small: Path) -> None:
    first = bring(small)
    before = everything()
    second = bring(small)
    assert first.created == ("i01-card", "i02-move")
    assert (second.created, second.changed, second.withdrawn) == ((), (), ())
    assert second.unchanged == first.created
    assert everything() == before


def test_a_changed_item_gets_a_new_version_and_old_cases_keep_theirs(small: Path) -> None:
    told = bring(small).versions["i01-card"]
    edit(small, CARD, "fen: 2000", "fen: 2500")
    outcome = bring(small)
    assert (outcome.changed, outcome.unchanged) == (("i01-card",), ("i02-move",))
    guide = queries.guide_of("i01-card")
    assert guide.version_id == outcome.versions["i01-card"] != told
    assert (guide.version_no, queries.guide_version(told).version_no) == (2, 1)
    assert (fee(told), fee(guide.version_id)) == (2000, 2500)


def test_a_changed_word_in_the_vocabulary_is_a_change_of_the_items_that_use_it(small: Path) -> None:
    told = bring(small).versions["i01-card"]
    edit(small, "materials.yaml", "zh: 旧证", "zh: 原证")
    assert bring(small).changed == ("i01-card",)
    answers = {"kind": "renew", "who": "self"}
    names = [
        [line.name for line in queries.personal_checklist(guide, answers).materials]
        for guide in (queries.guide_version(told), queries.guide_of("i01-card"))
    ]
    assert names == [["户口簿", "旧证"], ["户口簿", "原证"]]


def test_a_mistake_anywhere_leaves_everything_as_it_was(small: Path) -> None:
    bring(small)
    before = everything()
    edit(small, CARD, "fen: 2000", "fen: 2500")
    edit(small, "items/i02-move.yaml", "category: moves", "category: movies")
    with pytest.raises(errors.CatalogInvalid) as caught:
        bring(small)
    assert [problem.code for problem in caught.value.problems] == ["unknown_category"]
    assert "1" in caught.value.text()
    assert everything() == before


def test_a_fault_half_way_leaves_everything_as_it_was(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_given: object) -> tuple[object, ...]:
        raise RuntimeError("power cut")

    monkeypatch.setattr(services.terms, "terms_of", breaks)
    with pytest.raises(RuntimeError):
        bring(small)
    assert everything() == [[], [], [], [], []]


def test_an_item_no_longer_in_the_folder_is_withdrawn_and_can_come_back(small: Path) -> None:
    told = bring(small).versions["i02-move"]
    move = small / "items/i02-move.yaml"
    text = move.read_text(encoding="utf-8")
    move.unlink()
    assert bring(small).withdrawn == ("i02-move",)
    with pytest.raises(errors.ItemNotFound):
        queries.guide_of("i02-move")
    assert queries.guide_version(told).name == "迁出"
    assert [card.code for card in queries.categories()] == ["papers"]
    assert queries.items_in("moves") == []
    assert queries.search("迁出") == []
    move.write_text(text, encoding="utf-8")
    assert bring(small).changed == ("i02-move",)
    assert queries.guide_of("i02-move").version_id == told


def test_a_draft_is_seen_by_nobody_until_it_is_published(small: Path) -> None:
    told = bring(small).versions["i01-card"]
    edit(small, CARD, "fen: 2000", "fen: 2500")
    draft = bring(small, publish=False).versions["i01-card"]
    assert queries.guide_of("i01-card").version_id == told
    assert fee(draft) == 2500  # the editor's preview
    assert [(v.number, v.published, v.current) for v in queries.versions_of("i01-card")] == [
        (2, False, False),
        (1, True, True),
    ]
    services.publish(version_id=draft, by=EDITOR, at=AT + timedelta(days=1))
    assert queries.guide_of("i01-card").version_id == draft
    with pytest.raises(errors.AlreadyPublished):
        services.publish(version_id=draft, by=EDITOR, at=AT)


def test_an_earlier_version_can_be_published_again(small: Path) -> None:
    first = bring(small).versions["i01-card"]
    edit(small, CARD, "zh: 办证", "zh: 领证")
    bring(small)
    assert queries.search("领证")
    services.publish(version_id=first, by=EDITOR, at=AT)
    assert queries.guide_of("i01-card").version_id == first
    assert (queries.search("领证"), [card.name for card in queries.search("办证")]) == ([], ["办证"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_guideversion SET content = '{}'",
        "UPDATE catalog_guideversion SET number = number + 1",
        "UPDATE catalog_guideversion SET published_at = NULL",
        "UPDATE catalog_guideversion SET published_at = published_at + interval '1 day'",
        "DELETE FROM catalog_guideversion",
    ],
)
def test_the_database_refuses_to_change_what_was_told(small: Path, statement: str) -> None:
    bring(small)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_import_is_on_record(small: Path) -> None:
    bring(small)
    entry = AuditEntry.objects.get(verb="catalog.import")
    assert (entry.actor_id, entry.detail["created"]) == (EDITOR.id, 2)
    assert verify().intact


def test_what_is_exported_is_what_was_shipped(tmp_path: Path) -> None:
    bring(SHIPPED)
    files = queries.catalogue_files()
    shipped = {path.relative_to(SHIPPED).as_posix(): path for path in SHIPPED.rglob("*.yaml")}
    assert files.keys() == shipped.keys()
    for name, text in files.items():
        assert text == shipped[name].read_text(encoding="utf-8"), name
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    again = bring(tmp_path)
    assert (again.created, again.changed, again.withdrawn, len(again.unchanged)) == ((), (), (), 93)


def test_calls_are_not_recorded_unless_the_guide_says_so_and_why(small: Path) -> None:
    bring(small)
    assert queries.guide_of("i01-card").recording is None
    rule = "recording: {allowed: %s, why: {zh: 以免争议, en: To avoid disputes}, status: unknown}"
    edit(small, CARD, "sample: true", "sample: true\n" + rule % "true")
    assert [one.where for one in queries.compare_with_folder(folder=small)[CARD]] == ["recording"]
    bring(small)
    allowed = queries.guide_of("i01-card").recording
    assert allowed is not None and allowed.why == "以免争议" and not allowed.fact.verified
    with override("en"):
        assert queries.guide_of("i01-card").recording.why == "To avoid disputes"
    edit(small, CARD, "recording: {allowed: true", "recording: {allowed: false")
    bring(small)
    assert queries.guide_of("i01-card").recording is None


def test_differences_are_told_by_what_they_are_about(small: Path) -> None:
    bring(small)
    assert queries.compare_with_folder(folder=small) == {}
    edit(small, CARD, "fen: 2000", "fen: 2500")
    edit(small, CARD, "  - {material: letter, when: {who: proxy}, count: 2, status: memory}\n", "")
    changes = queries.compare_with_folder(folder=small)[CARD]
    assert [(one.where, one.before, one.after) for one in changes] == [
        (
            "materials[letter who=proxy]",
            "{material: letter, when: {who: proxy}, count: 2, status: memory}",
            None,
        ),
        ("fees[kind=renew].fen", "2000", "2500"),
    ]


def test_two_versions_can_be_compared(small: Path) -> None:
    bring(small)
    edit(small, "materials.yaml", "zh: 旧证", "zh: 原证")
    bring(small)
    changes = queries.compare_versions(item_code="i01-card", old=1, new=2)
    assert [(one.where, one.before, one.after) for one in changes] == [
        ("materials.old-card.name.zh", "旧证", "原证")
    ]
    with pytest.raises(errors.VersionNotFound):
        queries.compare_versions(item_code="i01-card", old=1, new=7)
    with pytest.raises(errors.ItemNotFound):
        queries.compare_versions(item_code="i77-none", old=1, new=2)
