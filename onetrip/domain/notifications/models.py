from django.db import models
from django.db.models import Q

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.notifications.states import Channel, MessageState


class Message(models.Model):
    """One message to one address, written in the transaction that is the reason for it."""

    public_id = PublicIdField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = SealedTextField(purpose="notifications.address")
    address_hash = models.CharField(max_length=64)
    template = models.CharField(max_length=60)
    # JSON text; None once a secret message is out of the door (or will never be).
    params = SealedTextField(purpose="notifications.params", null=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["address_hash", "-created_at"], name="notifications_by_address"),
            models.Index(fields=["expires_at"], name="notifications_waiting", condition=Q(state="queued")),
        ]
        constraints = [
            models.CheckConstraint(
                name="notifications_settled",
                condition=Q(state="queued", settled_at__isnull=True)
                | Q(~Q(state="queued"), settled_at__isnull=False),
            )
        ]


class DemoText(models.Model):
    """A text message as the sample city's SMS provider has delivered it: what a phone would show."""

    key = models.CharField(max_length=16, unique=True)
    address = SealedTextField(purpose="notifications.demo_address")
    text = SealedTextField(purpose="notifications.demo_text")
    received_at = models.DateTimeField(db_index=True)
