"""The tables of papers, and of those that are on their way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.papers.states import CheckState, PaperKind


class Paper(models.Model):
    """A picture of a paper. The file holds it sealed; `expires_at` is when both go.

    `expected_kinds` and `expected_name` are what the pre-check compares with. `turned`, `crop` and `marks` are an
    officer's: clockwise degrees; the part of the turned picture to look at; circles and arrows on it, all in shares of
    the turned picture's width and height. The picture itself stays as it was sent.
    """

    public_id = PublicIdField()
    file = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    check_state = models.CharField(max_length=8, choices=CheckState, default=CheckState.NONE)
    expected_kinds = ArrayField(models.CharField(max_length=12), default=list)
    expected_name = SealedTextField(purpose="papers.name", default="")
    kind = models.CharField(max_length=12, choices=PaperKind, blank=True)
    advice = ArrayField(models.CharField(max_length=16), default=list)
    turned = models.PositiveSmallIntegerField(default=0)
    crop = models.JSONField(null=True)
    marks = models.JSONField(default=list)
    marked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(turned__in=(0, 90, 180, 270)), name="paper_turned_by_quarters"),
        ]


class Upload(models.Model):
    """A file that comes in parts over a network that breaks; it is one file by its size and SHA-256 digest."""

    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    received = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(received__lte=F("size")), name="upload_within_its_size")]


class UploadPart(models.Model):
    """What has come of an upload, sealed; each byte is there once."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [UniqueConstraint(fields=["upload", "offset"], name="upload_part_once")]
