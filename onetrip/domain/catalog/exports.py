"""The catalogue back into files, and versions compared."""

import json
from typing import Any

from onetrip.domain.catalog import documents
from onetrip.domain.catalog.models import Category, ServiceItem, Vocabulary


def decoded(value: Any) -> Any:
    """Return a JSON column's value: Django's own cursor hands it over as text, the ORM as values."""
    return json.loads(value) if isinstance(value, str) else value


def files() -> dict[str, str]:
    """Return every document of the catalogue in force: file name → YAML text."""
    shared = {kind: json.loads(content) for kind, content in Vocabulary.objects.values_list("kind", "content")}
    result = {
        documents.CATEGORIES: documents.write([_category(row) for row in Category.objects.all()]),
        documents.MATERIALS: documents.write(shared.get("materials", {})),
        documents.SYNONYMS: documents.write(shared.get("synonyms", {})),
    }
    offered = ServiceItem.objects.filter(withdrawn_at=None, current__isnull=False)
    for code, content in offered.values_list("code", "current__content"):
        result[f"{documents.ITEMS}/{code}.yaml"] = documents.write(json.loads(content)["item"])
    return result


def _category(row: Category) -> dict[str, Any]:
    name = {language: row.name[language] for language in ("zh", "en") if language in row.name}
    return {"code": row.code, "name": name, "icon": row.icon, "competence": row.competence}
