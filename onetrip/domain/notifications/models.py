from django.db import models
from django.db.models import Q

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.notifications.states import IN_HAND, Cause, Channel, MessageState

_IN_HAND = [str(state) for state in IN_HAND]


class Message(models.Model):
    """One message to one person, written in the transaction that is the reason for it."""

    public_id = PublicIdField()
    # JSON: [[channel, address], …] in the order of preference; `route` is the place of the one in use.
    routes = SealedTextField(purpose="notifications.routes")
    route = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    # On whose page it is shown; empty for one that is shown nowhere.
    reader_hash = models.CharField(max_length=64, blank=True, default="")
    template = models.CharField(max_length=60)
    # JSON text; None once a secret message is out of the door (or will never be).
    params = SealedTextField(purpose="notifications.params", null=True)
    language = models.CharField(max_length=10)
    target = models.CharField(max_length=200, blank=True, default="")
    link_token = models.CharField(max_length=16, blank=True, default="")
    # The same thing is said once: a second message with the key is not written.
    dedupe_key = models.CharField(max_length=120, blank=True, default="")
    about = models.CharField(max_length=60, blank=True, default="")
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    # When a worker should look at it: the next try, or, while it is being sent, when its worker must have died.
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # On this route: a fence, so that a worker that was given up cannot write over the one that took over.
    tries = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    # An answer was lost: the provider may have it. It is asked by our id before anything is sent again.
    unsure = models.BooleanField(default=False)
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True, default="")
    fault = models.CharField(max_length=60, blank=True, default="")
    provider_no = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["reader_hash", "-created_at"],
                name="notifications_by_reader",
                condition=~Q(reader_hash=""),
            ),
            models.Index(
                fields=["-urgent", "due_at"], name="notifications_due", condition=Q(state__in=_IN_HAND)
            ),
            models.Index(fields=["about"], name="notifications_about", condition=Q(state="queued")),
            models.Index(
                fields=["provider_no"], name="notifications_by_number", condition=~Q(provider_no="")
            ),
            models.Index(fields=["created_at"], name="notifications_by_day"),
            models.Index(
                fields=["-settled_at"],
                name="notifications_dead",
                condition=Q(state__in=["failed", "expired"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=~Q(dedupe_key=""), name="notifications_said_once"
            ),
            models.UniqueConstraint(
                fields=["link_token"], condition=~Q(link_token=""), name="notifications_link_once"
            ),
            models.CheckConstraint(
                name="notifications_settled",
                condition=Q(state__in=_IN_HAND, settled_at__isnull=True)
                | Q(~Q(state__in=_IN_HAND), settled_at__isnull=False),
            ),
        ]


class Failure(models.Model):
    """A channel that did not bring a message there; what another channel did with it stands in the message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="failures")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    at = models.DateTimeField(db_index=True)


class Wording(models.Model):
    """One version of what a message says, in both languages. Versions are never changed; the highest one counts."""

    template = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    # JSON: language → words; the form is WeChat's (template_id), with its fields.
    titles = models.JSONField()
    texts = models.JSONField()
    form = models.CharField(max_length=64, blank=True, default="")
    fields = models.JSONField(default=dict)
    # What the shipped file said when this version was loaded from it; empty for one that was written by hand.
    shipped_digest = models.CharField(max_length=64, blank=True, default="")
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="notifications_wording_once")
        ]


class DemoText(models.Model):
    """A text message as the sample city's SMS provider has delivered it: what a phone would show."""

    key = models.CharField(max_length=16, unique=True)
    address = SealedTextField(purpose="notifications.demo_address")
    text = SealedTextField(purpose="notifications.demo_text")
    received_at = models.DateTimeField(db_index=True)
