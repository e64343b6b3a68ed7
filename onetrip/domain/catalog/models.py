"""The catalogue's tables. A published guide is frozen by a trigger (migration 0002), not by good manners."""

from django.db import models

from onetrip.core.ids import PublicIdField


class Category(models.Model):
    """One of the groups citizens browse. `name` holds {zh, en}."""

    code = models.CharField(max_length=60, unique=True)
    name = models.JSONField()
    icon = models.CharField(max_length=60)
    competence = models.CharField(max_length=40)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]


class Vocabulary(models.Model):
    """A shared word list as the editor wrote it: the materials, or the synonyms."""

    kind = models.CharField(max_length=20, unique=True)
    content = models.TextField()  # JSON text, because jsonb would not keep the editor's order


class ServiceItem(models.Model):
    """An errand. What it needs stands in its current version; here is only what lists and search show."""

    code = models.CharField(max_length=80, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    current = models.ForeignKey(
        "GuideVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    card = models.JSONField()  # {name, summary, online, online_whole, sample}
    search_text = models.TextField(default="")  # all a half-remembered or mistyped query may be near to
    terms_sha256 = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["position"]


class GuideVersion(models.Model):
    """A guide as it was told: content and number never change once written, and nothing is ever deleted."""

    public_id = PublicIdField()
    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    # JSON text, in the editor's order: {item, category, materials}, everything needed to read it by itself.
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="catalog_version_number_once"),
            models.UniqueConstraint(fields=["item", "sha256"], name="catalog_version_content_once"),
        ]


class SearchTerm(models.Model):
    """Something people may type for an item. `rank` says how good a hit on it is; see rules.terms."""

    item = models.ForeignKey(ServiceItem, on_delete=models.CASCADE, related_name="terms")
    # Compared byte by byte, so that a plain index answers "begins with" in every locale.
    text = models.CharField(max_length=120, db_collation="C")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["text"], name="catalog_term_begins")]
