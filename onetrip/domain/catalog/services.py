"""Use cases of the catalogue's editors: import a folder, publish a version."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.catalog.errors import AlreadyPublished, CatalogInvalid, VersionNotFound
from onetrip.domain.catalog.models import Category, GuideVersion, SearchTerm, ServiceItem, Vocabulary
from onetrip.domain.catalog.rules import checks, terms
from onetrip.domain.catalog.rules.documents import Documents
from onetrip.domain.catalog.rules.plan import rule_list
from onetrip.domain.catalog.views import ImportOutcome

# One import at a time: two would give the same number to different versions. Any constant will do.
_IMPORT_LOCK = 0x6361_7461


@use_case
def import_catalog(*, folder: Path, by: Actor, at: datetime, publish: bool = True) -> ImportOutcome:
    """Bring the database to what the folder says: all of it, or on any mistake nothing.

    An item whose content changed gets a new version, which is published at once unless `publish` is False (a draft);
    an item no longer in the folder is withdrawn, and its versions stay for the cases that were told them.
    Raises CatalogInvalid with every mistake found.
    """
    read, problems = checks.read_and_check(folder)
    if problems:
        raise CatalogInvalid(problems=problems)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
    intake = _Intake(read=read, at=at, publish=publish)
    outcome = intake.run()
    if outcome.created or outcome.changed or outcome.withdrawn:
        counts = {"created": len(outcome.created), "changed": len(outcome.changed)}
        counts["withdrawn"] = len(outcome.withdrawn)
        record(verb="catalog.import", subject="catalog", by=by, at=at, detail=counts)
    return outcome


class _Intake:
    """One import in progress: checked documents going into tables."""

    def __init__(self, *, read: Documents, at: datetime, publish: bool) -> None:
        self.read, self.at, self.publish = read, at, publish
        self.materials: dict[str, Any] = read.materials.content
        self.synonyms: dict[str, Any] = read.synonyms.content
        self.created: list[str] = []
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.versions: dict[str, str] = {}

    def run(self) -> ImportOutcome:
        categories = self._categories()
        for kind, content in (("materials", self.materials), ("synonyms", self.synonyms)):
            Vocabulary.objects.update_or_create(kind=kind, defaults={"content": _text(content)})
        known = {item.code: item for item in ServiceItem.objects.select_related("current")}
        contents = [document.content for document in self.read.items]
        # Categories give the order first, then the number of the item's first row: the editor's own order.
        places = {code: number for number, code in enumerate(categories)}
        contents.sort(key=lambda item: (places[item["category"]], _first_row(item), item["code"]))
        for position, item in enumerate(contents):
            self._item(item, known.get(item["code"]), categories[item["category"]], position)
        withdrawn = self._withdraw({item["code"] for item in contents})
        return ImportOutcome(
            created=tuple(self.created),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            withdrawn=withdrawn,
            versions=self.versions,
        )

    def _categories(self) -> dict[str, Category]:
        result = {}
        for position, value in enumerate(self.read.categories.content):
            fields = {name: value[name] for name in ("name", "icon", "competence")}
            row, _created = Category.objects.update_or_create(
                code=value["code"], defaults={**fields, "position": position}
            )
            result[row.code] = row
        return result

    def _item(self, item: dict[str, Any], row: ServiceItem | None, category: Category, position: int) -> None:
        content = self._content(item, category)
        card = _card(item)
        if row is None:
            row = ServiceItem.objects.create(
                code=item["code"], category=category, position=position, card=card
            )
            self.created.append(row.code)
            version = self._version(row, content)
        else:
            version = self._version(row, content)
            same = row.current_id == version.pk and row.withdrawn_at is None
            (self.unchanged if same else self.changed).append(row.code)
        self.versions[row.code] = version.public_id
        if not self.publish:
            return
        wanted = {"category_id": category.pk, "position": position, "card": card, "withdrawn_at": None}
        wanted["current_id"] = version.pk
        if any(getattr(row, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(row, name, value)
            row.save()
        _index(row=row, content=content, synonyms=self.synonyms)

    def _content(self, item: dict[str, Any], category: Category) -> dict[str, Any]:
        used = dict.fromkeys(rule["material"] for rule in rule_list(item, "materials"))
        own_category = {"code": category.code, "name": category.name, "competence": category.competence}
        return {
            "item": item,
            "category": own_category,
            "materials": {key: self.materials[key] for key in used},
        }

    def _version(self, row: ServiceItem, content: dict[str, Any]) -> GuideVersion:
        sha256 = _sha256(content)
        found = row.current if row.current is not None and row.current.sha256 == sha256 else None
        found = found or row.versions.filter(sha256=sha256).first()
        if found is None:
            last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
            found = GuideVersion.objects.create(
                item=row, number=last + 1, content=_text(content), sha256=sha256, created_at=self.at
            )
        if self.publish and found.published_at is None:
            found.published_at = self.at
            found.save(update_fields=["published_at"])
        return found

    def _withdraw(self, codes: set[str]) -> tuple[str, ...]:
        if not self.publish:
            return ()
        gone = ServiceItem.objects.filter(withdrawn_at=None).exclude(code__in=codes)
        names = tuple(gone.values_list("code", flat=True))
        gone.update(withdrawn_at=self.at)
        return names


@use_case
def publish(*, version_id: str, by: Actor, at: datetime) -> None:
    """Make a version the one citizens see: a draft, or an earlier one to go back to. Cases keep what they were told.

    Raises VersionNotFound, AlreadyPublished.
    """
    version = GuideVersion.objects.filter(public_id=version_id).first()
    if version is None:
        raise VersionNotFound(field="version")
    item = lock_one(ServiceItem.objects.filter(pk=version.item_id))
    if item.current_id == version.pk and item.withdrawn_at is None:
        raise AlreadyPublished(field="version")
    if version.published_at is None:
        version.published_at = at
        version.save(update_fields=["published_at"])
    content = json.loads(version.content)
    item.current, item.withdrawn_at, item.card = version, None, _card(content["item"])
    item.category = Category.objects.get(code=content["category"]["code"])
    item.save()
    synonyms = Vocabulary.objects.filter(kind="synonyms").values_list("content", flat=True).first()
    _index(row=item, content=content, synonyms=json.loads(synonyms or "{}"))
    record(verb="catalog.publish", subject=f"guide:{version_id}", by=by, at=at, detail={"item": item.code})


def _index(*, row: ServiceItem, content: Mapping[str, Any], synonyms: Mapping[str, Any]) -> None:
    words = [(said, entry["means"]) for entry in synonyms.get("words", ()) for said in entry["say"]]
    named = [entry["say"] for entry in synonyms.get("phrases", ()) if row.code in entry["items"]]
    found = terms.terms_of(content=content, words=words, phrases=[said for group in named for said in group])
    fingerprint = _sha256([[term.text, term.rank] for term in found])
    if fingerprint == row.terms_sha256:
        return
    row.terms.all().delete()
    SearchTerm.objects.bulk_create(SearchTerm(item=row, text=term.text, rank=term.rank) for term in found)
    row.search_text, row.terms_sha256 = terms.search_text(found), fingerprint
    row.save(update_fields=["search_text", "terms_sha256"])


def _card(item: Mapping[str, Any]) -> dict[str, Any]:
    online = rule_list(item, "online")
    return {
        "name": item["name"],
        "summary": item["summary"],
        "online": any(rule["possible"] for rule in online),
        "online_whole": all(rule["whole"] for rule in online),
        "sample": bool(item.get("sample", False)),
    }


def _first_row(item: Mapping[str, Any]) -> int:
    return min((int(row["id"][1:]) for row in item.get("rows", ())), default=1_000_000)


def _text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _sha256(content: Any) -> str:
    """Return the digest of a content; the order of names within a mapping does not count."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
