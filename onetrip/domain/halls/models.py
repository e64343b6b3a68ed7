"""Tables of the halls' machines."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from onetrip.core.ids import PublicIdField
from onetrip.domain.halls.states import DeviceKind, SlipState


class Device(models.Model):
    """A machine that a lead has set up. It shows its key with every request; only the key's keyed hash is kept."""

    public_id = PublicIdField()
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=DeviceKind)
    label = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["venue", "kind"], condition=Q(removed_at__isnull=True), name="devices_in_use"
            )
        ]


class Printer(models.Model):
    """The hall's printer of numbers, reached over the network (ESC/POS, usually port 9100)."""

    venue = models.OneToOneField("venues.Venue", on_delete=models.PROTECT, related_name="+")
    host = models.GenericIPAddressField()
    port = models.PositiveIntegerField(default=9100)
    failing_since = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="printer_port_is_one"),
            CheckConstraint(
                condition=Q(failing_since__isnull=True) | ~Q(fault=""), name="failing_printer_says_why"
            ),
        ]


class Slip(models.Model):
    """A number to be printed. `text` holds what stands on it: no name, no phone number."""

    public_id = PublicIdField()
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    ticket = models.CharField(max_length=16)
    text = models.JSONField()
    state = models.CharField(max_length=8, choices=SlipState)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["ticket"], condition=Q(state=SlipState.QUEUED), name="one_slip_at_a_time_for_a_ticket"
            )
        ]
