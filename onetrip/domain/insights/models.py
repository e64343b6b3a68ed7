"""The table of exports: files of visits that somebody asked for."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q

from onetrip.core.ids import PublicIdField
from onetrip.domain.insights.states import ExportForm, ExportState, ExportSubject


class Export(models.Model):
    """What one member of staff asked for; nobody else can fetch it. `venue_codes` None: all of the city.

    `written` of `total` rows is the progress that their page shows. File and row's use end at `expires_at`.
    """

    public_id = PublicIdField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=6, choices=ExportSubject, default=ExportSubject.VISITS)
    form = models.CharField(max_length=4, choices=ExportForm)
    since = models.DateTimeField()
    until = models.DateTimeField()
    venue_codes = ArrayField(models.CharField(max_length=40), null=True)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WAITING)
    total = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state=ExportState.READY) | Q(file=""), name="a_ready_export_has_the_file"
            )
        ]
        indexes = [
            models.Index(fields=["staff", "-asked_at"], name="exports_of_somebody"),
            models.Index(
                fields=["expires_at"], condition=~Q(state=ExportState.GONE), name="exports_by_their_end"
            ),
        ]
