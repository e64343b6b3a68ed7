"""The table of papers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.papers.states import CheckState, PaperKind


class Paper(models.Model):
    """A picture of a paper. The file holds it sealed; `expires_at` is when both go.

    `expected_kinds` and `expected_name` are what the pre-check compares with. `turned` and `marks` are an officer's:
    clockwise degrees, and circles in shares of the turned picture.
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
    marks = models.JSONField(default=list)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(turned__in=(0, 90, 180, 270)), name="paper_turned_by_quarters"),
        ]
