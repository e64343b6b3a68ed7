"""What editors ask: mistakes in a folder, the catalogue as files, versions and what changed between them."""

import json
from pathlib import Path
from typing import Any

from onetrip.domain.catalog.errors import ItemNotFound, Problem, VersionNotFound
from onetrip.domain.catalog.models import Category, ServiceItem, Vocabulary
from onetrip.domain.catalog.rules import checks, documents
from onetrip.domain.catalog.rules.differences import differences
from onetrip.domain.catalog.views import Difference, VersionCard


def mistakes_in(*, folder: Path) -> tuple[Problem, ...]:
    """Return every mistake in a catalogue folder, in the order of files and lines."""
    _read, problems = checks.read_and_check(folder)
    return problems


def _contents() -> dict[str, Any]:
    """Return every document of the catalogue in force: file name → content, in the editor's order."""
    shared = {
        kind: json.loads(content) for kind, content in Vocabulary.objects.values_list("kind", "content")
    }
    result: dict[str, Any] = {
        documents.CATEGORIES: [_category(row) for row in Category.objects.all()],
        documents.MATERIALS: shared.get("materials", {}),
        documents.SYNONYMS: shared.get("synonyms", {}),
    }
    offered = ServiceItem.objects.filter(withdrawn_at=None, current__isnull=False)
    for code, content in offered.values_list("code", "current__content"):
        result[f"{documents.ITEMS}/{code}.yaml"] = json.loads(content)["item"]
    return result


def catalogue_files() -> dict[str, str]:
    """Return the catalogue in force as YAML files: name → text. Importing them changes nothing."""
    return {name: documents.write(content) for name, content in _contents().items()}


def compare_with_folder(*, folder: Path) -> dict[str, list[Difference]]:
    """Return what importing a folder would change: file name → changes. Mistakes in the folder are not looked at."""
    read, _problems = documents.read_folder(folder)
    before = _contents()
    after = {one.file: one.content for one in (read.categories, read.materials, read.synonyms, *read.items)}
    found = {
        name: differences(before.get(name, {}), after.get(name, {}))
        for name in dict.fromkeys([*after, *before])
    }
    return {name: changes for name, changes in found.items() if changes}


def _category(row: Category) -> dict[str, Any]:
    name = {language: row.name[language] for language in ("zh", "en") if language in row.name}
    return {"code": row.code, "name": name, "icon": row.icon, "competence": row.competence}


def versions_of(item_code: str) -> list[VersionCard]:
    """Return every version of an item, newest first. Raises ItemNotFound."""
    item = ServiceItem.objects.filter(code=item_code).first()
    if item is None:
        raise ItemNotFound(field="item")
    rows = item.versions.order_by("-number")
    return [
        VersionCard(
            row.public_id, row.number, row.published_at is not None, row.pk == item.current_id, row.sha256
        )
        for row in rows
    ]


def compare_versions(*, item_code: str, old: int, new: int) -> list[Difference]:
    """Return what changed between two versions of an item, by their numbers.

    Raises ItemNotFound, VersionNotFound.
    """
    item = ServiceItem.objects.filter(code=item_code).first()
    if item is None:
        raise ItemNotFound(field="item")
    contents = dict(item.versions.filter(number__in=[old, new]).values_list("number", "content"))
    if old not in contents or new not in contents:
        raise VersionNotFound(field="version")
    return differences(json.loads(contents[old]), json.loads(contents[new]))
